package app

import (
	"allybot/internal/home"
	"allybot/internal/people"
	"allybot/internal/playbook"
	"allybot/internal/scripts"
	"allybot/internal/slackbot"
)

// rooms is where features move in: one line each, in the order of the help.
func (a *App) rooms(send slackbot.Sender, directory *people.Directory) *slackbot.Router {
	library := func() *playbook.Library { return a.library }

	r := slackbot.NewRouter()
	directory.Register(r)
	home.Register(r, home.Deps{Send: send})
	scripts.Register(r, scripts.Deps{Library: library, Names: directory, Send: send, Contacts: a.contacts})
	return r
}
