package slackbot

import (
	"unicode/utf16"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot/socket"
)

// The payloads of acknowledgements.

func notice(m blockkit.Message) *blockkit.Modal {
	return &blockkit.Modal{Title: "Ally", Close: "Back", Blocks: m.Blocks}
}

func submissionPayload(r SubmissionReply) any {
	switch {
	case len(r.Errors) > 0:
		return slack.NewErrorsViewSubmissionResponse(r.Errors)
	case r.Update != nil:
		v := r.Update.Request()
		return slack.NewUpdateViewSubmissionResponse(&v)
	case r.Push != nil:
		v := r.Push.Request()
		return slack.NewPushViewSubmissionResponse(&v)
	case r.Clear:
		return slack.NewClearViewSubmissionResponse()
	}
	return nil
}

// Limits of an option, see SLACK_FACTS section 5.
const (
	maxOptions     = 100
	maxOptionLabel = 75
	maxOptionValue = 150
)

type optionsAnswer struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

func optionsPayload(options []Option) optionsAnswer {
	a := optionsAnswer{Options: []*slack.OptionBlockObject{}}
	for _, o := range options {
		if o.Label == "" || o.Value == "" || len(utf16.Encode([]rune(o.Value))) > maxOptionValue {
			continue // a value cut short would mean something else
		}
		label := slack.NewTextBlockObject(slack.PlainTextType, blockkit.Cut(o.Label, maxOptionLabel), false, false)
		if a.Options = append(a.Options, &slack.OptionBlockObject{Text: label, Value: o.Value}); len(a.Options) == maxOptions {
			break
		}
	}
	return a
}

// privateAnswer is the answer to a command.
type privateAnswer struct {
	ResponseType string        `json:"response_type"`
	Text         string        `json:"text"`
	Blocks       *slack.Blocks `json:"blocks,omitempty"`
}

// private makes the payload that shows a message to the one who asked; nil shows
// nothing.
func private(m blockkit.Message) any {
	if m.Text == "" && len(m.Blocks) == 0 {
		return nil
	}
	m = m.Fitted()
	a := privateAnswer{ResponseType: slack.ResponseTypeEphemeral, Text: m.Text}
	if len(m.Blocks) > 0 {
		a.Blocks = &slack.Blocks{BlockSet: m.Blocks}
	}
	return a
}

// busy is the answer when too much is waiting or the process stops.
func busy(e socket.Envelope) any {
	if e.Type == socket.SlashCommand {
		return private(say(sayBusy))
	}
	switch in := decodeInteraction(e.Payload); in.Kind {
	case viewSubmission:
		return submissionPayload(SubmissionReply{Push: notice(say(sayBusy))})
	case blockSuggestion:
		return optionsPayload(nil)
	}
	return nil
}
