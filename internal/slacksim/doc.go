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
//
// Where it is stricter than Slack: unknown methods, arguments and fields of
// answers and attachments are errors, not ignored, and so are yes-or-no arguments
// and timestamps of another form; a text over 40,000 characters (4,000 in an
// update, or for one person) is refused, not cut; a refused view uses its trigger
// up; only well-known emoji and the workspace's own are reactions; people of
// other organisations are written to only where they share a channel with the
// bot; a reply to a thread that is gone is refused; channels are named by id
// only; tiers of rate limits are taken as "no more than"; an acknowledgement
// counts only in time and on the socket that got the envelope; Slack's own
// quirks (profile.fields and state.values as [], a huddle's end that only its
// room tells of, tombstones of threads) are sent as they were seen.
//
// Time: messages, triggers, response URLs, scheduled messages and rate limits go
// by Options.Now, so a test or a visitor can move the clock. Deadlines of
// acknowledgements and retries of events go by real time, and a clock that
// stands still prolongs no trigger.
//
// What it remembers of calls, envelopes, triggers and response URLs is bounded, so
// that a demonstration can run for weeks; messages stay.
package slacksim
