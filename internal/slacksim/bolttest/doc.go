// Package bolttest runs a small app built on Slack's own framework for
// JavaScript, @slack/bolt, against the simulated workspace. The app knows
// nothing of the simulation: what it can and cannot do here is the evidence
// that slacksim speaks Slack's protocols and not merely those of our own bot.
//
// The test needs Node.js and installs the app's packages from npm, so it has a
// build tag of its own: go test -tags bolt ./internal/slacksim/bolttest/
package bolttest
