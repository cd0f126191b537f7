package slacksim

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"

	"allybot/internal/slacksim/blockcheck"
)

// attachment is a secondary attachment as an app may send it
// (https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments).
// Its old buttons and menus ("actions") are left out: nobody could press them here.
type attachment struct {
	Blocks        json.RawMessage   `json:"blocks"`
	Fallback      string            `json:"fallback"`
	Color         string            `json:"color"`
	Pretext       string            `json:"pretext"`
	AuthorName    string            `json:"author_name"`
	AuthorSubname string            `json:"author_subname"`
	AuthorLink    string            `json:"author_link"`
	AuthorIcon    string            `json:"author_icon"`
	Title         string            `json:"title"`
	TitleLink     string            `json:"title_link"`
	Text          string            `json:"text"`
	Fields        []attachmentField `json:"fields"`
	ImageURL      string            `json:"image_url"`
	ThumbURL      string            `json:"thumb_url"`
	Footer        string            `json:"footer"`
	FooterIcon    string            `json:"footer_icon"`
	TS            json.Number       `json:"ts"`
	MarkdownIn    []string          `json:"mrkdwn_in"`
	CallbackID    string            `json:"callback_id"`
}

type attachmentField struct {
	Title string `json:"title"`
	Value string `json:"value"`
	Short bool   `json:"short"`
}

// A message takes this many (too_many_attachments).
const maxAttachments = 100

var colour = regexp.MustCompile(`^(good|warning|danger|#?[0-9a-fA-F]{6})$`)

// checkAttachments reads the attachments of a message and checks their blocks
// and, with the message's own, what all of them have together.
func checkAttachments(raw, blocks json.RawMessage) ([]attachment, error) {
	var all []attachment
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&all); err != nil {
		return nil, &apiError{code: "invalid_attachments", messages: []string{"[ERROR] " + err.Error()}}
	}
	if len(all) > maxAttachments {
		return nil, fail("too_many_attachments")
	}
	together := parseBlocks(blocks)
	for _, a := range all {
		if a.Color != "" && !colour.MatchString(a.Color) {
			return nil, &apiError{code: "invalid_attachments", messages: []string{"[ERROR] color must be good, warning, danger or a hex colour"}}
		}
		if !null(a.Blocks) {
			if err := refusal(blockcheck.Message(a.Blocks)); err != nil {
				return nil, &apiError{code: "invalid_attachments", messages: asAPIError(err).messages}
			}
			together = append(together, parseBlocks(a.Blocks)...)
		}
		if a.empty() {
			return nil, fail("no_text")
		}
	}
	if len(together) == 0 {
		return all, nil
	}
	return all, refusal(blockcheck.Message(toJSON(together)))
}

// empty says whether there would be nothing to see.
func (a attachment) empty() bool {
	shown := []string{a.Fallback, a.Pretext, a.AuthorName, a.Title, a.Text, a.ImageURL, a.ThumbURL, a.Footer}
	return len(parseBlocks(a.Blocks)) == 0 && len(a.Fields) == 0 && !slices.ContainsFunc(shown, func(s string) bool { return s != "" })
}
