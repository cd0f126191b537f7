package prep

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/care"
	"allybot/internal/playbook"
)

// Names of the actions and windows. Other rooms open the form by a button with
// the first; its value is what happened, in Slack's own form, or empty.
const (
	actionOpen   = "prep.open"
	actionView   = "prep.view"   // a kept page; the value is its id
	fromList     = ":list"       // behind it: picked from a list
	afterCare    = ":after-care" // behind actionOpen: whom to turn to was shown with the button
	actionDelete = "prep.delete" // the same

	callbackForm = "prep.form"
	callbackCare = "prep.care"
	callbackPage = "prep.page"
	callbackKept = "prep.kept"
)

const (
	// maxShown is how many kept pages are shown one by one; with more, all are in
	// a list.
	maxShown = 3
	// maxPageBytes keeps a window that is handed back in an acknowledgement below
	// the 20,480 bytes at which Slack drops it.
	maxPageBytes = 18_000
)

// carried travels with a window.
type carried struct {
	Cared bool   `json:"c,omitempty"` // whom to turn to was shown already
	Draft *draft `json:"d,omitempty"` // of the form; only the care window has it
	// ToPage says that the care window leads to the page, not to the form.
	ToPage bool   `json:"p,omitempty"`
	Form   string `json:"f,omitempty"` // view id of the form below
	ID     string `json:"i,omitempty"` // of the page
	Title  string `json:"t,omitempty"` // of the page
}

// String is what a window can carry. The end of what happened is left out if all
// of it is too long.
func (c carried) String() string {
	for {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // or a < would take six characters
		if err := e.Encode(c); err != nil {
			return ""
		}
		j := strings.TrimSpace(b.String())
		over := blockkit.Len(j) - blockkit.MaxMetadata
		if over <= 0 {
			return j
		}
		if c.Draft == nil || c.Draft.What == "" {
			return ""
		}
		short := *c.Draft
		short.What = blockkit.Cut(short.What, max(0, blockkit.Len(short.What)-over-1))
		c.Draft = &short
	}
}

func readCarried(metadata string) carried {
	var c carried
	if json.Unmarshal([]byte(metadata), &c) != nil {
		return carried{}
	}
	return c
}

// kept is what a person kept, as far as it could be read.
type kept struct {
	pages []Kept
	away  bool
	zone  *time.Location
}

// form asks for what the page is made of.
func form(goals []playbook.Goal, d draft, k kept, c carried) blockkit.Modal {
	blocks := k.blocks()
	if len(blocks) > 0 {
		blocks = append(blocks, blockkit.Divider())
	}
	if c.Cared {
		blocks = append(blocks, blockkit.Context(careGoOn))
	}
	options := make([]blockkit.Option, 0, len(goals))
	for _, g := range goals {
		options = append(options, blockkit.Option{Label: g.Label, Value: g.ID})
	}
	blocks = append(blocks,
		blockkit.Context(formIntro),
		blockkit.Input{
			BlockID: fieldWhat, Label: whatLabel, Hint: whatHint,
			Element: blockkit.TextInput{ActionID: fieldWhat, Initial: d.What, Multiline: true, Max: blockkit.MaxTyped},
		}.Block(),
		blockkit.Input{
			BlockID: fieldGoal, Label: goalLabel,
			Element: blockkit.StaticSelect{ActionID: fieldGoal, Placeholder: goalHint, Options: options, Initial: d.Goal},
		}.Block(),
		blockkit.Input{
			BlockID: fieldWho, Label: whoLabel, Hint: whoHint, Optional: true,
			Element: blockkit.UsersSelect{ActionID: fieldWho, Placeholder: whoPick, Initial: []string{d.UserID}, Max: 1},
		}.Block(),
		blockkit.Input{
			BlockID: fieldName, Label: nameLabel, Hint: nameHint, Optional: true,
			Element: blockkit.TextInput{ActionID: fieldName, Initial: d.Name, Max: maxName},
		}.Block(),
		picker(fieldDay, dayLabel, "", &slack.DatePickerBlockElement{Type: slack.METDatepicker, ActionID: fieldDay, InitialDate: d.Day}),
		picker(fieldTime, timeLabel, "", &slack.TimePickerBlockElement{Type: slack.METTimepicker, ActionID: fieldTime, InitialTime: d.Time}),
	)
	return blockkit.Modal{
		CallbackID: callbackForm, Title: formTitle, Submit: formSubmit, Close: closeLabel,
		PrivateMetadata: carried{Cared: c.Cared}.String(), Blocks: blocks,
	}
}

// picker is an optional input that blockkit has no piece for.
func picker(id, label, hint string, e slack.BlockElement) slack.Block {
	b := &slack.InputBlock{
		Type: slack.MBTInput, BlockID: id, Element: e, Optional: true,
		Label: slack.NewTextBlockObject(slack.PlainTextType, label, false, false),
	}
	if hint != "" {
		b.Hint = slack.NewTextBlockObject(slack.PlainTextType, hint, false, false)
	}
	return b
}

// page shows the plan, once to read and once to change, copy and keep. What does
// not fit is left out of the reading part; all of it is in the other.
func page(p plan, c carried) blockkit.Modal {
	m := blockkit.Modal{
		CallbackID: callbackPage, Title: pageTitle, Submit: keepLabel, Close: backLabel,
		PrivateMetadata: c.String(),
	}
	tail := []slack.Block{
		blockkit.Input{
			BlockID: fieldPage, Label: copyLabel,
			Element: blockkit.TextInput{ActionID: fieldPage, Initial: p.text(), Multiline: true, Max: blockkit.MaxTyped},
		}.Block(),
		blockkit.Context(keepHonest),
	}
	return readable(m, tail, p.blocks(true), p.blocks(false), nil)
}

// readable puts the first reading part before the rest that leaves the window
// small enough for an acknowledgement.
func readable(m blockkit.Modal, rest []slack.Block, readings ...[]slack.Block) blockkit.Modal {
	for _, reading := range readings {
		m.Blocks = slices.Concat(reading, rest)
		if j, err := json.Marshal(m.Request()); err == nil && len(j) <= maxPageBytes {
			break
		}
	}
	return m
}

// blocks are the reading part, with or without the words for the moment.
func (p plan) blocks(withMoment bool) []slack.Block {
	section := func(lines ...string) slack.Block {
		return blockkit.Section(p.isolated(strings.Join(lines, "\n"), blockkit.Escape))
	}
	open := []string{titled(openTitle), quote(p.Opener), blockkit.Escape(p.Then)}
	listen := []string{titled(listenTitle)}
	for _, q := range p.Questions {
		listen = append(listen, "• "+blockkit.Escape(q))
	}
	push := []string{titled(pushTitle)}
	for _, a := range p.PushBack {
		push = append(push, "_“"+blockkit.Escape(a.They)+"”_", quote(a.You))
	}
	blocks := []slack.Block{
		blockkit.Header(p.isolated(p.title(), blockkit.Plain)),
		blockkit.Context(blockkit.Escape(p.subtitle())),
		section(open...),
		section(listen...),
		section(push...),
		section(titled(closeTitle), quote(p.Close)),
		section(titled(p.checkInTitle()), quote(p.CheckIn)),
	}
	if m := p.Moment; m != nil && withMoment {
		lines := []string{titled(m.Lead), blockkit.Escape(m.Title), quote(m.Words)}
		if m.PushBack != "" {
			lines = append(lines, pushTitle, quote(m.PushBack))
		}
		blocks = append(blocks, section(lines...))
		if m.Cost != "" {
			blocks = append(blocks, blockkit.Context("*"+costTitle+"* · "+blockkit.Escape(m.Cost)))
		}
	}
	return append(blocks, blockkit.Divider())
}

func titled(title string) string { return "*" + blockkit.Escape(title) + "*" }

func quote(words string) string {
	return ">" + strings.ReplaceAll(blockkit.Escape(words), "\n", "\n>")
}

// done says that a page is kept.
func done(k Kept, zone *time.Location) blockkit.Modal {
	return blockkit.Modal{
		CallbackID: callbackKept, Title: keptTitle, Close: closeLabel,
		Blocks: []slack.Block{
			blockkit.Section(fmt.Sprintf(keptDone, day(k.Until, zone))),
			blockkit.Actions("", remove(k.ID)),
		},
	}
}

// view shows a kept page, to read and to change; notice may be empty.
func view(k Kept, zone *time.Location, c carried, notice string) blockkit.Modal {
	c.ID = k.ID
	m := blockkit.Modal{
		CallbackID: callbackKept, Title: viewTitle, Submit: saveLabel, Close: closeLabel, PrivateMetadata: c.String(),
	}
	head := []slack.Block{blockkit.Context(fmt.Sprintf(keptUntil, day(k.Until, zone)))}
	if notice != "" {
		head = append(head, blockkit.Section(notice))
	}
	rest := []slack.Block{
		blockkit.Input{
			BlockID: fieldPage, Label: changeLabel,
			Element: blockkit.TextInput{ActionID: fieldPage, Initial: k.Text, Multiline: true, Max: blockkit.MaxTyped},
		}.Block(),
		blockkit.Actions("", remove(k.ID)),
		blockkit.Context(keptHonest),
	}
	return readable(m, rest, slices.Concat(head, paragraphs(k.Text)), head)
}

// maxParagraphs keeps a page within the blocks of a window.
const maxParagraphs = 40

// paragraphs shows a text as it was written, lines that look like titles bold.
func paragraphs(text string) []slack.Block {
	var blocks []slack.Block
	for _, part := range strings.SplitN(text, "\n\n", maxParagraphs) {
		first, rest, more := strings.Cut(strings.Trim(part, "\n"), "\n")
		first, rest = blockkit.Escape(first), blockkit.Escape(rest)
		if more && first != "" && blockkit.Len(first) <= maxTitleLine && !strings.ContainsAny(first[len(first)-1:], ".?!)*_~`") {
			first = "*" + first + "*"
		}
		blocks = append(blocks, blockkit.Section(first+"\n"+rest))
	}
	return blocks
}

// maxTitleLine is how long a line is that may be a title, in UTF-16 units.
const maxTitleLine = 80

// note is a window with nothing but a line.
func note(line string) blockkit.Modal {
	return blockkit.Modal{CallbackID: callbackKept, Title: viewTitle, Close: closeLabel, Blocks: []slack.Block{blockkit.Section(line)}}
}

func remove(id string) blockkit.Element {
	return blockkit.Button{Label: deleteLabel, ActionID: actionDelete, Value: id, Style: blockkit.Danger}
}

// blocks lists the kept pages; nothing if there are none.
func (k kept) blocks() []slack.Block {
	if k.away {
		return []slack.Block{blockkit.Context(listAway)}
	}
	if len(k.pages) == 0 {
		return nil
	}
	blocks := []slack.Block{blockkit.Section(listTitle)}
	var options []blockkit.Option
	for i, p := range k.pages {
		until := fmt.Sprintf(listUntil, day(p.Until, k.zone))
		if i < maxShown {
			blocks = append(blocks, blockkit.SectionWith(
				blockkit.Escape(p.Title)+"\n"+until,
				blockkit.Button{Label: seeLabel, ActionID: actionView, Value: p.ID, Aloud: seeLabel + ": " + p.Title},
			))
		}
		// The day last, so that it is there in full.
		label := blockkit.Cut(p.Title, blockkit.MaxOptionText-blockkit.Len(until)-2) + ", " + until
		options = append(options, blockkit.Option{Label: label, Value: p.ID})
	}
	if len(options) > maxShown {
		blocks = append(blocks, blockkit.SectionWith(fmt.Sprintf(listAll, len(options)), blockkit.StaticSelect{
			ActionID: actionView + fromList, Placeholder: listHint, Options: options,
		}))
	}
	return blocks
}

func day(t time.Time, zone *time.Location) string { return t.In(zone).Format(dayFormat) }

// entry leads to the form from the launcher and from Home.
func entry() slack.Block {
	return blockkit.SectionWith(entryTitle, blockkit.Button{Label: entryLabel, ActionID: actionOpen, Value: ""})
}

// ask is the answer where there is nothing to open a window with.
func ask(text, line string) blockkit.Message {
	return blockkit.Message{Blocks: []slack.Block{
		blockkit.Section(line),
		blockkit.Actions("", openButton(entryLabel, actionOpen, text)),
	}}
}

// openButton carries what was typed as far as a button can: half a sentence finds
// words too.
func openButton(label, action, text string) blockkit.Element {
	return blockkit.Button{Label: label, ActionID: action, Value: blockkit.CutMrkdwn(text, blockkit.MaxButtonValue)}
}

// careWindowFor is whom to turn to after harm, before the form or the page.
func careWindowFor(contacts string, c carried) blockkit.Modal {
	m := blockkit.Modal{
		CallbackID: callbackCare, Title: careWindow, Submit: careSubmit, Close: closeLabel,
		PrivateMetadata: c.String(), Blocks: append(care.Blocks(contacts), blockkit.Context(careGoOn)),
	}
	if c.ToPage {
		m.Close = backLabel
	}
	return m
}

// careMessage is the same as an answer.
func careMessage(contacts, text string) blockkit.Message {
	return blockkit.Message{Blocks: append(care.Blocks(contacts),
		blockkit.Context(careGoOn), blockkit.Actions("", openButton(careLabel, actionOpen+afterCare, text)))}
}
