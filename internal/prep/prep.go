// Package prep is the room for planning a hard conversation: somebody says what
// happened, with whom they want to talk, what they want of it and when, and gets
// one page back: how to open, three questions to listen, answers to push-back, a
// close and a check-in.
//
// The page lives in a window of Slack and is gone with it, unless the person
// presses Keep: then it stays for seven days, encrypted, and can be deleted at
// any time. Nothing else is stored, so planning works with Redis away.
//
// rules.go says what is on the page, store.go keeps pages, views.go how it all
// looks, room.go what happens on Slack. The words are those of prep.yaml in the
// playbooks, and of the scripts.
package prep
