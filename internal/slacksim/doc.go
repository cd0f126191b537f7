// Package slacksim is a simulated Slack workspace: the Web API, Socket Mode,
// interactivity, and the people who use it. It exists for the end-to-end tests
// and the playground, so it is stricter than Slack where Slack is lenient and
// never the other way round.
//
// It knows nothing of the bot: an app built on any official Slack SDK connects
// to it unmodified. A person is moved through As, which returns what they can
// do in their Slack client; faults and socket trouble are ordered through the
// Sim itself. Whatever a strict Slack would have refused or dropped without
// telling the app is listed by Violations.
package slacksim
