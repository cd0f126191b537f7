package scripts

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/care"
	"allybot/internal/playbook"
)

// Names of the actions.
const (
	actionShow   = "script.show"   // a button; its value is the state to show
	actionRole   = "script.role"   // who somebody is in the moment, from a list
	actionPick   = "script.pick"   // a moment picked from a list
	actionSearch = "script.search" // a moment found by typing
	actionGroup  = "script.group"  // a group picked from a list
	actionFollow = "script.follow" // opens the words for afterwards in a window
	actionSave   = "script.save"   // to the favourites
	actionRemove = "script.remove" // from the favourites
	actionCredit = "script.credit" // opens the form to give credit
	actionLink   = "script.link"   // a link; nothing for the bot to do

	callbackAnswer = "script.answer" // the window with an answer
)

// content is what there is to show, in the language of who looks.
type content struct {
	lib    *playbook.Library
	locale string // as Slack writes it, "en-GB"; "" if unknown
	finder func(*playbook.Library, string) playbook.Result
}

// find asks the library, or what was put in its place.
func (c content) find(text string) playbook.Result {
	if c.finder != nil {
		return c.finder(c.lib, text)
	}
	return c.lib.Find(text)
}

// page is one answer.
type page struct {
	content
	state
	contacts string
	saved    bool   // the script is a favourite of who asks
	credit   bool   // credit can be given
	notice   string // what came of the last press, in mrkdwn; may be empty
}

// message is the page in a conversation.
func (p page) message() blockkit.Message { return blockkit.Message{Blocks: p.blocks()} }

// modal is the page where there is no message to answer in. A view has more room
// for the state than the block around a list.
func (p page) modal() blockkit.Modal {
	p.state = current(p.lib, p.state)
	return blockkit.Modal{
		CallbackID: callbackAnswer, Title: modalTitle, Close: "Close",
		PrivateMetadata: p.encode(blockkit.MaxMetadata), Blocks: p.blocks(),
	}
}

// script is the one shown, in the language of who looks.
func (p page) script() *playbook.Script {
	if s := p.lib.Script(p.Script); s != nil {
		return s.In(p.locale)
	}
	return nil
}

func (p page) blocks() []slack.Block {
	p.state = current(p.lib, p.state)
	var blocks []slack.Block
	switch p.Show {
	case showWords:
		blocks = p.words(p.script())
	case showPush:
		blocks = p.pushPage()
	case showCost:
		blocks = p.costPage()
	case showCare:
		blocks = p.carePage()
	case showGroup:
		blocks = p.groupPage()
	case showNone:
		blocks = p.choicePage(noneNear, noneAtAll)
	default:
		blocks = p.choicePage(otherTitle, otherNone)
	}
	if p.notice != "" {
		blocks = append(blocks, blockkit.Context(p.notice))
	}
	return blocks
}

// words is the words to say now, large, and everything that is one tap away:
// other ways to say it, what comes after, and other moments.
func (p page) words(script *playbook.Script) []slack.Block {
	return []slack.Block{
		blockkit.Say(words(script, p.Tone, p.state)),
		blockkit.Context(blockkit.Escape(script.Title) + " · " + onlyYou),
		blockkit.Actions("", p.ways(script)...),
		blockkit.Actions("", p.faces(script)...),
		p.elsewhere(),
	}
}

// ways are the other tones, and the other form where there is one.
func (p page) ways(script *playbook.Script) []blockkit.Element {
	var out []blockkit.Element
	for _, tone := range script.Tones(p.Role) {
		if label := toneLabels[tone]; label != "" && tone != p.Tone {
			to := p.state
			to.Tone = tone
			out = append(out, show(label, to))
		}
	}
	if spoken, written := script.Forms(p.Tone, p.Role); spoken && written {
		to, label := p.state, writeLabel
		if to.Written = !p.Written; p.Written {
			label = sayLabel
		}
		out = append(out, show(label, to))
	}
	return out
}

// faces are the buttons from one face of a script to its others.
func (p page) faces(script *playbook.Script) []blockkit.Element {
	var out []blockkit.Element
	if p.Show != showWords {
		out = append(out, show(backLabel, p.at(showWords)))
	}
	if p.Show != showPush && has(script, playbook.PushBack, p.Role) {
		out = append(out, show(pushLabel, p.at(showPush)))
	}
	if has(script, playbook.FollowUp, p.Role) {
		out = append(out, button(followLabel, actionFollow, p.state))
	}
	if p.Show != showCost && has(script, playbook.Cost, p.Role) {
		out = append(out, show(costLabel, p.at(showCost)))
	}
	if p.credit && aboutCredit(script, p.Role) {
		out = append(out, button(creditLabel, actionCredit, p.state))
	}
	return out
}

// elsewhere is who somebody is in the moment, other moments, and the favourites.
func (p page) elsewhere() slack.Block {
	var out []blockkit.Element
	if all := roles(p.lib, p.lib.Script(p.Script)); len(all) > 1 {
		list := blockkit.StaticSelect{ActionID: actionRole, Placeholder: roleHint, Initial: string(p.Role)}
		for _, r := range all {
			list.Options = append(list.Options, blockkit.Option{Label: roleLabels[r], Value: string(r)})
		}
		out = append(out, list)
	}
	out = append(out, show(otherLabel, p.at(showOther)))
	if p.saved {
		out = append(out, button(removeLabel, actionRemove, p.state))
	} else {
		out = append(out, button(saveLabel, actionSave, p.state))
	}
	return blockkit.Actions(p.encode(blockkit.MaxID), out...)
}

// pushPage is what to say if they push back, and why.
func (p page) pushPage() []slack.Block {
	script := p.script()
	blocks := []slack.Block{
		blockkit.Say(words(script, playbook.PushBack, p.state)),
		blockkit.Context(pushLabel + " · " + blockkit.Escape(script.Title)),
	}
	if len(script.Avoid) > 0 {
		lines := []string{avoidTitle}
		for _, a := range script.Avoid {
			lines = append(lines, "• "+blockkit.Escape(a))
		}
		blocks = append(blocks, blockkit.Section(strings.Join(lines, "\n")))
	}
	for _, reason := range []string{script.Why, script.Source} {
		blocks = append(blocks, blockkit.Context(blockkit.Escape(reason)))
	}
	return append(blocks, blockkit.Actions("", append(p.faces(script), show(otherLabel, p.at(showOther)))...))
}

// costPage is a safer way. It is advice and nothing to say, so it is not large.
func (p page) costPage() []slack.Block {
	script := p.script()
	return []slack.Block{
		blockkit.Section("*" + costLabel + "*\n" + blockkit.Escape(words(script, playbook.Cost, p.state))),
		blockkit.Context(blockkit.Escape(script.Title) + " · " + costHonest),
		blockkit.Actions("", append(p.faces(script), show(otherLabel, p.at(showOther)))...),
	}
}

func (p page) carePage() []slack.Block {
	to := p.at(showOther)
	to.Care = true
	return append(care.Blocks(p.contacts), blockkit.Actions("", show(careOther, to)))
}

// choicePage offers other moments: those that may be meant, then search and
// browsing.
func (p page) choicePage(near, none string) []slack.Block {
	others := next(p.lib, p.state)
	if len(others) == 0 {
		return append([]slack.Block{blockkit.Section(none)}, append(p.finder(), p.back()...)...)
	}
	blocks := []slack.Block{blockkit.Section(near)}
	for _, o := range others {
		b := show(seeLabel, instead(p.state, o.ID))
		o = o.In(p.locale)
		b.Aloud = seeLabel + ": " + o.Title
		blocks = append(blocks, blockkit.SectionWith(fmt.Sprintf("*%s*\n%s", blockkit.Escape(o.Title), blockkit.Escape(o.Moment)), b))
	}
	blocks = append(blocks, blockkit.Context(browseInstead))
	return append(append(blocks, p.finder()...), p.back()...)
}

// groupPage is the moments of one group, with the other groups within reach.
func (p page) groupPage() []slack.Block {
	for _, g := range p.lib.Groups() {
		if g.ID != p.Group {
			continue
		}
		to := p.at(showOther)
		to.Group = ""
		list, all := p.groupMoments(g, maxListed)
		more := ""
		if !all {
			more = groupMore
		}
		return []slack.Block{
			blockkit.Section(fmt.Sprintf("*%s*\n%s", blockkit.Escape(g.Title), blockkit.Escape(g.Meaning))),
			blockkit.Actions(p.encode(blockkit.MaxID), p.groups(g.ID), list),
			blockkit.Context(more),
			blockkit.Actions("", show(backPlain, to)),
		}
	}
	p.state = p.at(showOther)
	return p.choicePage(otherTitle, otherNone)
}

// back leads from choosing to where the person came from.
func (p page) back() []slack.Block {
	switch {
	case p.Script != "":
		return []slack.Block{blockkit.Actions("", show(backLabel, p.at(showWords)))}
	case p.Care:
		to := p.at(showCare)
		to.Care = false
		return []slack.Block{blockkit.Actions("", show(careBack, to))}
	}
	return nil
}

// finder is search and a list of moments. The block carries the state, so that
// what is picked can keep the name.
func (p page) finder() []slack.Block {
	return []slack.Block{blockkit.Actions(p.encode(blockkit.MaxID), search(), p.moments())}
}

func show(label string, to state) blockkit.Button { return button(label, actionShow, to) }

func button(label, action string, to state) blockkit.Button {
	return blockkit.Button{Label: label, ActionID: action, Value: to.encode(blockkit.MaxButtonValue)}
}
