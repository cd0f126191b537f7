package credit

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

const (
	shareTitle     = "Share credit"
	shareSubmit    = "Share it"
	shareToLabel   = "With whom?"
	shareToHint    = "Your manager, for example. It has to be a full member of this organisation."
	shareWhatLabel = "Which credit?"
	shareWhatHint  = "The newest first, up to a hundred."
	sharePick      = "Pick one or more"
	shareAllLabel  = "Or all of it"
	shareAllTick   = "All of this list"
	shareAllOf     = "All of this list: %d"
	shareNoteLabel = "A word from you"
	shareNoteHint  = "Up to %d characters."
	shareWhoSees   = "The person you pick gets one direct message from me that says you asked for it, with who credited you, for what, when, and a link where there is one. No private channel is named. Nobody else sees it, and those who credited you are not told."
	shareComing    = "It is on its way to <@%s>, as shared by you. In their quiet hours it waits until those are over. If it can’t be delivered, I tell you in our direct conversation."

	shareLead    = "<@%s> asked me to share credit they received:"
	shareLeadOf  = "<@%s> asked me to share credit they received (%d of %d):"
	shareTheySay = "They write:"
	shareBy      = "<@%s> chose what is in this message and sent it themselves. I share nobody’s credit on my own."

	shareNobody   = "Pick the person you want to share it with."
	shareSelf     = "That is you. Pick somebody else; for yourself, Export… makes a file."
	shareUnknown  = "I can’t find this person in Slack. Pick somebody else."
	shareBot      = "That is an app, so nobody would read it. Pick a person."
	shareDeleted  = "Their account here is not active any more. Pick somebody else."
	shareExternal = "They are from another organisation, and I only write to people of this one. Pick somebody else, or use Export… and send the file yourself."
	shareGuest    = "They are a guest here, and I share credit with full members only. Pick somebody else, or use Export… and send the file yourself."
	shareNothing  = "Pick at least one, or tick “All of this list” below."
	shareGone     = "What was there is not on your list any more. Close this window and open your list anew."
	shareTooLong  = "That is more than fits into three messages. About %d fit: choose fewer, or use Export… and send the file yourself."
	shareLongNote = "That is longer than %d characters. Keep what matters most."
	shareAway     = "I can’t reach what I need right now. Everything stays here; please try again in a minute."
	shareDayFull  = "You have shared credit %d times in 24 hours, which is as much as I pass on. Please try again tomorrow, or use Export… and send the file yourself."

	shareNoteWaits = "%s, so this would wait until %s there, and I keep what you type for an hour at most. Leave the note out, or share it then."
	shareEvening   = "It is evening for %s"
	shareAtNight   = "It is night for %s"
	shareEarly     = "It is early for %s"
	shareQuiet     = "%s has quiet hours now"

	shareNothingLeft = "I shared nothing: the credit you chose is not there any more."
	shareDoubt       = "Slack did not say whether the credit you shared reached <@%s>. Please ask them; if it didn’t, share it again: I don’t send it twice on my own."
	shareRefused     = "I could not write to <@%s>, so the credit you shared was not delivered, or not all of it. Use *Export…* and send the file yourself."
	shareTooLate     = "I did not share your credit with <@%s>: their quiet hours have begun. It would wait until %s there, and I keep what you type for an hour at most. Share it then, or without the note now: `/ally credits`."
	shareFailed      = "I could not share your credit with <@%s>: something I need did not answer for a long time. Please try again: `/ally credits`."
)

// longestNote stands for a note that takes as much room as one can.
var longestNote = strings.Repeat("<", maxShareNote)

// maxShareBlocks leaves some of Slack's 50 for the words around.
const maxShareBlocks = 40

func shareWindow(id string, s listing, p Page) blockkit.Modal {
	var options []blockkit.Option
	for _, c := range p.Credits {
		options = append(options, blockkit.Option{
			Label: blockkit.Cut(blockkit.Plain(blockkit.Line(c.Reason)), blockkit.MaxOptionText), Value: c.ID,
			About: c.Given.UTC().Format("2 Jan 2006") + " · " + c.Kind.Label(),
		})
	}
	all := shareAllTick
	if p.Next == "" {
		all = fmt.Sprintf(shareAllOf, len(p.Credits))
	}
	return blockkit.Modal{
		CallbackID: callbackShare, Title: shareTitle, Submit: shareSubmit, Close: "Cancel", PrivateMetadata: newAct(id, s),
		Blocks: []slack.Block{
			blockkit.Input{
				BlockID: fieldShareTo, Label: shareToLabel, Hint: shareToHint,
				Element: blockkit.UsersSelect{ActionID: fieldShareTo, Max: 1},
			}.Block(),
			blockkit.Input{
				BlockID: fieldShareWhat, Label: shareWhatLabel, Hint: shareWhatHint, Optional: true,
				Element: blockkit.MultiStaticSelect{ActionID: fieldShareWhat, Placeholder: sharePick, Options: options},
			}.Block(),
			blockkit.Input{
				BlockID: fieldShareAll, Label: shareAllLabel, Optional: true,
				Element: blockkit.Checkboxes{ActionID: fieldShareAll, Options: []blockkit.Option{{Label: all, Value: forAll}}},
			}.Block(),
			blockkit.Input{
				BlockID: fieldShareNote, Label: shareNoteLabel, Hint: fmt.Sprintf(shareNoteHint, maxShareNote), Optional: true,
				Element: blockkit.TextInput{ActionID: fieldShareNote, Multiline: true, Max: maxShareNote},
			}.Block(),
			blockkit.Context(shareWhoSees),
		},
	}
}

func sharedWindow(to string) blockkit.Modal {
	return blockkit.Modal{Title: shareTitle, Close: "Close", Blocks: []slack.Block{blockkit.Section(fmt.Sprintf(shareComing, to))}}
}

// messages are what the person picked gets.
func (w sharing) messages(credits []Credit, link func(*Credit) string) []blockkit.Message {
	parts := w.split(credits, link, len(credits))
	var out []blockkit.Message
	for i, part := range parts {
		out = append(out, w.message(part, link, i, len(parts)))
	}
	return out
}

// split shares the credits out among messages that each hold them whole, at most
// so many.
func (w sharing) split(credits []Credit, link func(*Credit) string, most int) [][]Credit {
	var parts [][]Credit
	begin, bytesLong, units := 0, 0, 0
	for i := range credits {
		b, u := size(w.entry(&credits[i], link))
		if full := bytesLong+b > maxListBytes || units+u > maxListUnits || i-begin == maxShareBlocks; i > begin && full {
			if parts = append(parts, credits[begin:i]); len(parts) == most {
				return parts
			}
			begin = i
		}
		if i == begin {
			bytesLong, units = size(w.message(nil, link, len(parts), maxShareMessages).Blocks)
		}
		bytesLong += b
		units += u
	}
	if begin < len(credits) {
		parts = append(parts, credits[begin:])
	}
	return parts
}

// message is one of several.
func (w sharing) message(credits []Credit, link func(*Credit) string, nth, of int) blockkit.Message {
	lead := fmt.Sprintf(shareLead, w.From)
	if of > 1 {
		lead = fmt.Sprintf(shareLeadOf, w.From, nth+1, of)
	}
	blocks := []slack.Block{blockkit.Section(lead)}
	if w.Note != "" && nth == 0 {
		blocks = append(blocks, blockkit.Context(shareTheySay), blockkit.Verbatim(quote(w.Note), nil))
	}
	for i := range credits {
		blocks = append(blocks, w.entry(&credits[i], link))
	}
	return blockkit.Message{Text: lead, Blocks: append(blocks, blockkit.Context(fmt.Sprintf(shareBy, w.From)))}
}

// entry is one credit as the person picked sees it.
func (w sharing) entry(c *Credit, link func(*Credit) string) slack.Block {
	small := kindLine(c.Kind)
	if l := link(c); l != "" {
		small += " · <" + l + "|" + seeIt + ">"
	}
	return blockkit.Verbatim("From "+giverOf(c)+" · "+dateToken(c)+"\n"+quote(c.Reason)+"\n"+small, nil)
}
