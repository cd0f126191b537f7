package scripts

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

// Names of the actions.
const (
	actionShow   = "script.show"   // a button; its value is the state to show
	actionPick   = "script.pick"   // a moment picked from a list
	actionSearch = "script.search" // a moment found by typing
	actionGroup  = "script.group"  // a group picked from a list
)

// maxMoments is how large the list of all moments may be as JSON, so that it
// leaves room in an acknowledgement. A larger library is browsed group by group.
const maxMoments = 7_000

// message is an answer in a conversation.
func message(lib *playbook.Library, s state, contacts string) blockkit.Message {
	return blockkit.Message{Blocks: page(lib, s, contacts)}
}

// modal is an answer where there is no message to answer in.
func modal(lib *playbook.Library, s state, contacts string) blockkit.Modal {
	return blockkit.Modal{CallbackID: "script.answer", Title: modalTitle, Close: "Close", Blocks: page(lib, s, contacts)}
}

// page is what a state looks like.
func page(lib *playbook.Library, s state, contacts string) []slack.Block {
	s = current(lib, s)
	script := lib.Script(s.Script)
	switch s.Show {
	case showWords:
		return wordsPage(script, s)
	case showPush:
		return pushPage(script, s)
	case showFollow:
		return followPage(script, s)
	case showCare:
		return carePage(s, contacts)
	case showGroup:
		return groupPage(lib, s)
	case showNone:
		return choicePage(lib, s, noneNear, noneAtAll)
	}
	return choicePage(lib, s, otherTitle, otherNone)
}

func wordsPage(script *playbook.Script, s state) []slack.Block {
	w := wording(script, s.Tone)
	var tones []blockkit.Element
	seen := map[playbook.Part]bool{w.Part: true}
	for _, tone := range script.Tones("") {
		if label := toneLabels[tone]; label != "" && !seen[tone] {
			seen[tone] = true
			to := s
			to.Tone = tone
			tones = append(tones, show(label, to))
		}
	}
	s.Tone = w.Part
	return []slack.Block{
		blockkit.Say(fill(w.Text, s.Name)),
		blockkit.Context(blockkit.Escape(script.Title) + " · " + onlyYou),
		blockkit.Actions("", tones...),
		blockkit.Actions("", around(script, s)...),
	}
}

func pushPage(script *playbook.Script, s state) []slack.Block {
	blocks := []slack.Block{
		blockkit.Say(fill(textOf(script, playbook.PushBack), s.Name)),
		blockkit.Context(pushLabel + " · " + blockkit.Escape(script.Title)),
	}
	if len(script.Avoid) > 0 {
		lines := []string{avoidTitle}
		for _, a := range script.Avoid {
			lines = append(lines, "• "+blockkit.Escape(a))
		}
		blocks = append(blocks, blockkit.Section(strings.Join(lines, "\n")))
	}
	if script.Source != "" {
		blocks = append(blocks, blockkit.Context(blockkit.Escape(script.Source)))
	}
	return append(blocks, blockkit.Actions("", around(script, s)...))
}

func followPage(script *playbook.Script, s state) []slack.Block {
	to := "them"
	if s.Name != "" {
		to = blockkit.Isolate(blockkit.Escape(s.Name))
	}
	return []slack.Block{
		blockkit.Say(fill(textOf(script, playbook.FollowUp), s.Name)),
		blockkit.Context(fmt.Sprintf("To send %s privately afterwards · %s", to, blockkit.Escape(script.Title))),
		blockkit.Actions("", around(script, s)...),
	}
}

// around are the buttons from one face of a script to its others, and on to
// other moments.
func around(script *playbook.Script, s state) []blockkit.Element {
	var buttons []blockkit.Element
	if s.Show != showWords {
		buttons = append(buttons, show(backLabel, s.at(showWords)))
	}
	if s.Show != showPush && textOf(script, playbook.PushBack) != "" {
		buttons = append(buttons, show(pushLabel, s.at(showPush)))
	}
	if s.Show != showFollow && textOf(script, playbook.FollowUp) != "" {
		buttons = append(buttons, show(followLabel, s.at(showFollow)))
	}
	return append(buttons, show(otherLabel, s.at(showOther)))
}

// choicePage offers other moments: those that may be meant, then search and
// browsing.
func choicePage(lib *playbook.Library, s state, near, none string) []slack.Block {
	others := next(lib, s)
	if len(others) == 0 {
		return append([]slack.Block{blockkit.Section(none)}, append(finder(lib, s), back(s)...)...)
	}
	blocks := []slack.Block{blockkit.Section(near)}
	for _, o := range others {
		b := show(seeLabel, instead(s, o.ID))
		b.Aloud = seeLabel + ": " + o.Title
		blocks = append(blocks, blockkit.SectionWith(fmt.Sprintf("*%s*\n%s", blockkit.Escape(o.Title), blockkit.Escape(o.Moment)), b))
	}
	blocks = append(blocks, blockkit.Context(browseInstead))
	return append(append(blocks, finder(lib, s)...), back(s)...)
}

func groupPage(lib *playbook.Library, s state) []slack.Block {
	for _, g := range lib.Groups() {
		if g.ID != s.Group {
			continue
		}
		to := s.at(showOther)
		to.Group = ""
		return []slack.Block{
			blockkit.Section(fmt.Sprintf("*%s*\n%s", blockkit.Escape(g.Title), blockkit.Escape(g.Meaning))),
			blockkit.Actions(s.encode(blockkit.MaxID), blockkit.StaticSelect{
				ActionID: actionPick, Placeholder: momentHint, Options: options(lib.InGroup(g.ID), "", blockkit.MaxOptions),
			}),
			blockkit.Actions("", show(backPlain, to)),
		}
	}
	return choicePage(lib, s.at(showOther), otherTitle, otherNone)
}

func carePage(s state, contacts string) []slack.Block {
	blocks := []slack.Block{blockkit.Header(careTitle)}
	if contacts = strings.TrimSpace(contacts); contacts != "" {
		for _, paragraph := range strings.Split(contacts, "\n\n") {
			blocks = append(blocks, blockkit.Section(paragraph))
		}
		blocks = append(blocks, blockkit.Section(careDanger))
	} else {
		blocks = append(blocks, blockkit.Section(careDanger), blockkit.Section(carePeople))
	}
	return append(blocks,
		blockkit.Context(careHonest),
		blockkit.Actions("", show(careOther, state{Show: showOther, Name: s.Name, Next: s.Next, Care: true})),
	)
}

// back leads from choosing to where the person came from.
func back(s state) []slack.Block {
	switch {
	case s.Script != "":
		return []slack.Block{blockkit.Actions("", show(backLabel, s.at(showWords)))}
	case s.Care:
		return []slack.Block{blockkit.Actions("", show(careBack, state{Show: showCare, Name: s.Name, Next: s.Next}))}
	}
	return nil
}

// finder is search and a list of moments. The block carries the state, so that
// what is picked can keep the name.
func finder(lib *playbook.Library, s state) []slack.Block {
	return []slack.Block{blockkit.Actions(s.encode(blockkit.MaxID), search(), moments(lib))}
}

func search() blockkit.Element {
	return blockkit.ExternalSelect{ActionID: actionSearch, Placeholder: searchHint}
}

// moments lists every moment under its group, or only the groups when that
// would be too much.
func moments(lib *playbook.Library) blockkit.Element {
	all := blockkit.StaticSelect{ActionID: actionPick, Placeholder: momentHint}
	groups := blockkit.StaticSelect{ActionID: actionGroup, Placeholder: groupHint}
	n := 0
	for _, g := range lib.Groups() {
		o := options(lib.InGroup(g.ID), "", blockkit.MaxOptions)
		if len(o) == 0 {
			continue
		}
		n += len(o)
		all.Groups = append(all.Groups, blockkit.Group{Label: g.Title, Options: o})
		groups.Options = append(groups.Options, blockkit.Option{Label: g.Title, Value: g.ID})
	}
	if j, err := json.Marshal(blockkit.Actions("", all)); err != nil || len(j) > maxMoments || n > blockkit.MaxOptions {
		return groups
	}
	return all
}

func show(label string, to state) blockkit.Button {
	return blockkit.Button{Label: label, ActionID: actionShow, Value: to.encode(blockkit.MaxButtonValue)}
}

// launcher is this room's part of what a bare /ally shows.
func launcher(lib *playbook.Library) []slack.Block {
	return append([]slack.Block{blockkit.Header(launcherTitle)}, finder(lib, state{})...)
}

// home is this room's part of App Home: search, and the moments group by group.
func home(lib *playbook.Library) []slack.Block {
	blocks := []slack.Block{blockkit.Section(homeTitle), blockkit.Actions("", search())}
	for _, g := range lib.Groups() {
		o := options(lib.InGroup(g.ID), "", blockkit.MaxOptions)
		if len(o) == 0 {
			continue
		}
		blocks = append(blocks, blockkit.SectionWith(
			fmt.Sprintf("*%s*\n%s", blockkit.Escape(g.Title), blockkit.Escape(g.Meaning)),
			blockkit.StaticSelect{ActionID: actionPick, Placeholder: momentHint, Options: o},
		))
	}
	return blocks
}
