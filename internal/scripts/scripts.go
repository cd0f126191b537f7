// Package scripts is the room for finding words: somebody says in their own
// words what is going on, and gets one sentence to say now. Other tones, what to
// say if they push back and a private follow-up are one tap away, in the same
// place.
//
// It answers whatever text is no command, the message shortcut "Find words for
// this", and searching and picking moments in the launcher and on App Home. It
// keeps nothing: what an answer shows is written in its buttons, so everything
// here works with Redis away, and what people typed is gone once it is answered.
//
// rules.go says what to show, views.go how it looks, room.go what happens on
// Slack.
package scripts
