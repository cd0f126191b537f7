// Package scripts is the room for finding words: somebody says in their own
// words what is going on, and gets one sentence to say now. Other tones, the
// words for another role in the same moment, spoken or written, what to say if
// they push back, and a safer way where speaking up may cost something are one
// tap away, in the same place. A private follow-up opens in a window, to edit,
// copy and send oneself.
//
// It answers whatever text is no command, the message shortcut "Find words for
// this", and searching and picking moments in the launcher and on App Home. What
// an answer shows is written in its buttons, so all of this works with Redis
// away, and what people typed is gone once it is answered. The one thing it keeps
// is what a person saved as a favourite.
//
// rules.go and search.go say what to show, store.go keeps the favourites;
// views.go (answers), browse.go (launcher, browsing, Home) and window.go (words
// to copy) say how it looks; room.go says what happens on Slack, asking.go what is
// asked of others for it, favourites.go how saving goes.
package scripts
