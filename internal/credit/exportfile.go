package credit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// The credit on one's list as a file, sent to one's conversation with Ally.

const (
	actionExport   = "credit.export"
	callbackExport = "credit.export"
	exportTask     = "credit.export"
	fieldFormat    = "credit_format"
)

const (
	exportTitle  = "Export"
	formatLabel  = "What is it for?"
	exportSubmit = "Send me the file"
	exportLead   = "*%s*, %s, %s."
	exportNote   = "The file comes to your direct conversation with me. Nobody else gets it. It holds dates, names, words and links; names of private channels only where you are in them."
	exportComing = "It is on its way to your direct conversation with me."
	exportHere   = "%s: %s, %s."

	exportDoubt   = "Slack did not say whether your file reached you. If it isn’t here, please press *Export…* again: I don’t send it twice on my own."
	exportScope   = "I am not allowed to send files in this workspace: the permission `files:write` is missing. Whoever looks after Ally here can add it and install the app again; then *Export…* works."
	exportNothing = "There was nothing left to export: what was on that list is not there any more."
	exportFailed  = "I could not make your file: something I need did not answer for a long time. Please try again: `/ally credits`, then *Export…*."
)

// fileFormat is a way to write an export down.
type fileFormat struct {
	name, about string // in the choice
	ending      string // of the file, and the value of the option
	write       func(entries []Entry, owner string, zone *time.Location) []byte
}

func fileFormats() []fileFormat {
	return []fileFormat{
		{"A document (Markdown)", "for a review or a promotion case", "md", Markdown},
		{"A spreadsheet (CSV)", "for Excel, Numbers and the like", "csv", CSV},
		{"A program (JSON)", "for tools that read data", "json", JSON},
	}
}

func (m *room) registerExport(r *slackbot.Router) {
	r.Action(actionExport, m.openExport)
	r.Submission(callbackExport, m.submitExport)
	slackbot.Handle(r, exportTask, m.export, slackbot.OrElse(m.notExported))
}

// fromList is what a window opened from the list carries. Act names what will be
// done, so that sending the window several times does it once.
type fromList struct {
	Act  string  `json:"x"`
	List listing `json:"l"`
}

// newAct is a new one, out of the id of the press that opened the window.
func newAct(press string, s listing) string {
	sum := sha256.Sum256([]byte("act " + press))
	j, _ := json.Marshal(fromList{Act: base64.RawURLEncoding.EncodeToString(sum[:12]), List: s.first()}) // cannot fail
	return string(j)
}

func decodeFromList(v string) (fromList, bool) {
	var f fromList
	if json.Unmarshal([]byte(v), &f) != nil || !idForm.MatchString(f.Act) {
		return f, false
	}
	f.List = f.List.sound()
	return f, true
}

// openExport asks for the format.
func (m *room) openExport(ctx context.Context, t slackbot.Task, a slackbot.Action) error {
	return m.open(ctx, a.TriggerID, a.Origin.ViewType == "modal", exportWindow(t.ID, decodeListing(a.Value)))
}

func exportWindow(id string, s listing) blockkit.Modal {
	var options []blockkit.Option
	for _, f := range fileFormats() {
		options = append(options, blockkit.Option{Label: f.name, About: f.about, Value: f.ending})
	}
	return blockkit.Modal{
		CallbackID: callbackExport, Title: exportTitle, Submit: exportSubmit, Close: "Cancel", PrivateMetadata: newAct(id, s),
		Blocks: []slack.Block{
			blockkit.Section(fmt.Sprintf(exportLead, s.inWords()...)),
			blockkit.Input{
				BlockID: fieldFormat, Label: formatLabel,
				Element: blockkit.RadioButtons{ActionID: fieldFormat, Options: options, Initial: options[0].Value},
			}.Block(),
			blockkit.Context(exportNote),
		},
	}
}

// inWords are the direction, the period and the kind.
func (s listing) inWords() []any {
	title, period, kind := receivedTitle, "all time", "all kinds"
	if s.Given {
		title = gaveTitle
	}
	if s.Days > 0 {
		period = "the last " + periodLabel(s.Days)
	}
	if s.Kind != "" {
		kind = s.Kind.Label()
	}
	return []any{strings.Trim(title, "*"), period, kind}
}

// exporting is a file to be made.
type exporting struct {
	fromList
	By     string `json:"user"`
	Format string `json:"format"`
}

func (m *room) submitExport(_ context.Context, s slackbot.Submission) (slackbot.SubmissionReply, error) {
	f, ok := decodeFromList(s.Origin.PrivateMetadata)
	picked := s.State[fieldFormat].Options
	if !ok || len(picked) == 0 {
		return slackbot.SubmissionReply{}, nil
	}
	t, err := slackbot.NewTask(exportTask, exporting{fromList: f, By: s.UserID, Format: picked[0]})
	v := blockkit.Modal{Title: exportTitle, Close: "Close", Blocks: []slack.Block{blockkit.Section(exportComing)}}
	return slackbot.SubmissionReply{Update: &v, Task: t}, err
}

// export makes the file and sends it, once.
func (m *room) export(ctx context.Context, _ slackbot.Task, e exporting) error {
	tell := func(what, line string) error {
		return m.replyTo(ctx, "credit/export/"+e.Act+"/"+what, e.By, say(line))
	}
	credits, err := m.allOf(ctx, e.By, e.List)
	if err != nil {
		return err
	}
	if credits, err = m.stillThere(ctx, credits); err != nil {
		return err
	}
	if len(credits) == 0 {
		return tell("nothing", exportNothing)
	}
	file := m.file(ctx, e, credits)
	dm, err := m.conversation(ctx, e.By)
	if err != nil {
		return err
	}
	err = m.Send.Upload(ctx, "credit/export/"+e.Act, dm, "", file)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, slackbot.ErrDoubtful):
		return tell("doubt", exportDoubt)
	case errors.Is(err, slackbot.ErrMissingScope):
		m.Log.Error("an export could not be sent: the bot token lacks files:write; add the scope and install the app again")
		return tell("scope", exportScope)
	}
	return fmt.Errorf("sending an export: %w", err)
}

// notExported tells somebody that their file will not come.
func (m *room) notExported(ctx context.Context, t slackbot.Task) {
	var e exporting
	if readPayload(t, &e) {
		_ = m.replyTo(ctx, "credit/export/"+e.Act+"/failed", e.By, say(exportFailed))
	}
}

// allOf is everything on a list, newest first.
func (m *room) allOf(ctx context.Context, userID string, s listing) ([]Credit, error) {
	q := s.first().query(userID, m.Now(), maxPage)
	var all []Credit
	for {
		p, err := m.Ledger.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Credits...)
		if q.After = p.Next; q.After == "" {
			return all, nil
		}
	}
}

// conversation is the direct conversation of somebody with the bot.
func (m *room) conversation(ctx context.Context, userID string) (string, error) {
	var out struct {
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
	}
	if err := m.Slack.Call(ctx, "conversations.open", url.Values{"users": {userID}}, &out); err != nil {
		return "", fmt.Errorf("opening the conversation with somebody: %w", err)
	}
	return out.Channel.ID, nil
}

// file is the export, in words.
func (m *room) file(ctx context.Context, e exporting, credits []Credit) slackbot.File {
	names := m.namesOf(ctx, e.By, credits)
	channels := m.channelsOf(ctx, e.By, credits)
	zone := time.UTC
	if p, err := m.People.Find(ctx, e.By); err == nil {
		if z, err := time.LoadLocation(p.TZ); err == nil {
			zone = z
		}
	}
	var entries []Entry
	for i := range credits {
		entries = append(entries, m.wordsOf(&credits[i], e.By, names, channels))
	}
	format := fileFormats()[0]
	for _, f := range fileFormats() {
		if f.ending == e.Format {
			format = f
		}
	}
	name, about := "credit-received", e.List.inWords()
	if e.List.Given {
		name = "credit-given"
	}
	return slackbot.File{
		Name:  name + "-" + m.Now().In(zone).Format(time.DateOnly) + "." + format.ending,
		Title: fmt.Sprint(about[0]), Content: format.write(entries, names[e.By], zone),
		Comment: fmt.Sprintf(exportHere, about...),
	}
}

// wordsOf is a credit as it goes into the file of somebody it concerns. Of one
// they gave it holds nothing of what those credited decided.
func (m *room) wordsOf(c *Credit, userID string, names map[string]string, channels map[string]string) Entry {
	at := linked(c, userID)
	e := Entry{
		Given: c.Given, From: []string{orElse(names[c.GiverID], somebody)}, Kind: c.Kind.Label(), Reason: c.Reason,
		Channel: channels[at.ChannelID], Link: m.link(at),
	}
	mine := c.Receiver(userID)
	for _, r := range c.Receivers {
		// Whom else it was for is known of a post, where they are named.
		if r.UserID == userID || mine == nil && r.Standing != Left || r.Standing == Named && at == c.Post && c.Posting == Posted {
			e.To = append(e.To, orElse(names[r.UserID], somebody))
		}
	}
	if c.Posting == Posted && at == c.Post {
		for _, v := range c.Voices {
			e.Voices = append(e.Voices, orElse(names[v], somebody))
		}
	}
	e.Private = mine == nil && c.Dest.ChannelID == "" || mine != nil && (mine.Standing != Named || c.Posting != Posted)
	return e
}
