package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/slack-go/slack"
)

// survey has an input of every kind that people fill in.
const survey = `{"type": "modal", "callback_id": "survey", "title": {"type": "plain_text", "text": "Survey"}, "submit": {"type": "plain_text", "text": "Send"}, "blocks": [
  {"type": "input", "block_id": "text", "label": {"type": "plain_text", "text": "Text"}, "element": {"type": "plain_text_input", "action_id": "text", "multiline": true}},
  {"type": "input", "block_id": "number", "label": {"type": "plain_text", "text": "Number"}, "element": {"type": "number_input", "action_id": "number", "is_decimal_allowed": false, "min_value": "1", "max_value": "9"}},
  {"type": "input", "block_id": "one", "label": {"type": "plain_text", "text": "One"}, "element": {"type": "static_select", "action_id": "one", "options": [
    {"text": {"type": "plain_text", "text": "First"}, "value": "1"}, {"text": {"type": "plain_text", "text": "Second"}, "value": "2"}]}},
  {"type": "input", "block_id": "many", "label": {"type": "plain_text", "text": "Many"}, "element": {"type": "multi_users_select", "action_id": "many"}},
  {"type": "input", "block_id": "channel", "label": {"type": "plain_text", "text": "Channel"}, "element": {"type": "channels_select", "action_id": "channel"}},
  {"type": "input", "block_id": "where", "label": {"type": "plain_text", "text": "Where"}, "element": {"type": "conversations_select", "action_id": "where", "filter": {"include": ["private"]}}},
  {"type": "input", "block_id": "checks", "label": {"type": "plain_text", "text": "Checks"}, "element": {"type": "checkboxes", "action_id": "checks", "options": [
    {"text": {"type": "plain_text", "text": "Tea"}, "value": "tea"}, {"text": {"type": "plain_text", "text": "Cake"}, "value": "cake"}, {"text": {"type": "plain_text", "text": "Rain"}, "value": "rain"}]}},
  {"type": "input", "block_id": "radio", "label": {"type": "plain_text", "text": "Radio"}, "element": {"type": "radio_buttons", "action_id": "radio", "options": [
    {"text": {"type": "plain_text", "text": "Left"}, "value": "left"}, {"text": {"type": "plain_text", "text": "Right"}, "value": "right"}]}},
  {"type": "input", "block_id": "date", "label": {"type": "plain_text", "text": "Date"}, "element": {"type": "datepicker", "action_id": "date", "initial_date": "2026-11-23"}},
  {"type": "input", "block_id": "time", "label": {"type": "plain_text", "text": "Time"}, "element": {"type": "timepicker", "action_id": "time", "initial_time": "09:00"}},
  {"type": "input", "block_id": "moment", "label": {"type": "plain_text", "text": "Moment"}, "element": {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1795424400}},
  {"type": "input", "block_id": "spare", "optional": true, "label": {"type": "plain_text", "text": "Spare"}, "element": {"type": "plain_text_input", "action_id": "spare"}}
]}`

// gallery has every block a message can show.
const gallery = `{"text": "Gallery", "blocks": [
  {"type": "header", "text": {"type": "plain_text", "text": "A :tada: header"}, "level": 2},
  {"type": "section", "text": {"type": "mrkdwn", "text": "*Section* text"}, "fields": [{"type": "mrkdwn", "text": "*Field* one"}, {"type": "plain_text", "text": "Field *two*"}],
    "accessory": {"type": "overflow", "action_id": "menu", "options": [{"text": {"type": "plain_text", "text": "Hide it"}, "value": "hide"}, {"text": {"type": "plain_text", "text": "Keep it"}, "value": "keep"}]}},
  {"type": "section", "text": {"type": "plain_text", "text": "With a picture"}, "accessory": {"type": "image", "image_url": "https://pictures.example/thumb.png", "alt_text": "A small drawing"}},
  {"type": "context", "elements": [{"type": "mrkdwn", "text": "context _words_"}]},
  {"type": "divider"},
  {"type": "image", "image_url": "https://pictures.example/wide.png", "alt_text": "Four people round a table", "title": {"type": "plain_text", "text": "The table"}},
  {"type": "rich_text", "elements": [
    {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich ", "style": {"bold": true}}, {"type": "text", "text": "<i>"}, {"type": "emoji", "name": "wave"}]},
    {"type": "rich_text_list", "style": "ordered", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]}]},
    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x  =  1"}]}]},
  {"type": "table", "rows": [[{"type": "raw_text", "text": "Practice"}, {"type": "raw_text", "text": "Times"}], [{"type": "raw_text", "text": "give-credit"}, {"type": "raw_text", "text": "3"}]]},
  {"type": "markdown", "text": "## Markdown\n- **bold**"},
  {"type": "actions", "elements": [
    {"type": "button", "action_id": "go", "style": "primary", "text": {"type": "plain_text", "text": "Go"}},
    {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-23"},
    {"type": "users_select", "action_id": "who", "placeholder": {"type": "plain_text", "text": "Who"}},
    {"type": "radio_buttons", "action_id": "side", "options": [{"text": {"type": "plain_text", "text": "Left"}, "value": "left"}, {"text": {"type": "plain_text", "text": "Right"}, "value": "right"}]}]}
]}`

func openSurvey(ctx context.Context, api *slack.Client, trigger string) {
	var view slack.ModalViewRequest
	if err := json.Unmarshal([]byte(survey), &view); err != nil {
		panic(err)
	}
	_, _ = api.OpenViewContext(ctx, trigger, view)
}

func TestEveryInputSendsWhatWasEntered(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/survey\r")
	p.see("[data-testid=modal]", "Survey")
	pick := func(block string, keys ...string) {
		t.Helper()
		p.click("[data-block-id=" + block + "] .select-control")
		p.until(`document.activeElement.matches("[data-testid=select-search]")`)
		for _, k := range keys {
			p.keys(k)
		}
	}
	p.write("[data-block-id=text] textarea", "two\rlines <b>")
	p.write("[data-block-id=number] input", "12")
	pick("one", "sec", kb.Enter)
	pick("many", "min", kb.Enter, kb.Backspace+kb.Backspace+kb.Backspace, "ada", kb.Enter, kb.Escape)
	pick("channel", "gen", kb.Enter)
	pick("where", "general")
	p.see("[data-testid=listbox]", "Nothing matches") // it is public
	p.do(selectAll(p)...)
	p.keys("sec" + kb.Enter)
	p.click("[data-block-id=checks] label:nth-child(1)")
	p.click("[data-block-id=checks] label:nth-child(2)")
	p.click("[data-block-id=checks] label:nth-child(3)")
	p.click("[data-block-id=checks] label:nth-child(1)")
	p.click("[data-block-id=radio] label:nth-child(2)")
	moment := "document.querySelector('[data-block-id=moment] input')"
	if got := eval[string](p, moment+".value"); got != "2026-11-23T09:00" {
		t.Errorf("the moment is shown as %q", got)
	}
	eval[any](p, moment+`.value = "2026-11-24T10:30", `+moment+`.dispatchEvent(new Event("change")), null`)
	p.press("Send")
	p.see("[data-block-id=number] [role=alert]", "in the allowed range")
	p.click("[data-block-id=number] input")
	p.do(selectAll(p)...)
	p.keys("7")
	p.press("Send")

	var got map[string]map[string]slack.BlockAction
	select {
	case got = <-w.submitted:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was submitted: " + eval[string](p, `document.querySelector(".modal")?.innerText ?? ""`))
	}
	checks := []string{}
	for _, o := range got["checks"]["checks"].SelectedOptions {
		checks = append(checks, o.Value)
	}
	for _, c := range []struct{ what, got, want string }{
		{"text", got["text"]["text"].Value, "two\nlines <b>"},
		{"number", got["number"]["number"].Value, "7"},
		{"one", got["one"]["one"].SelectedOption.Value, "2"},
		{"many", fmt.Sprint(got["many"]["many"].SelectedUsers), fmt.Sprint([]string{w.minh, w.ada})},
		{"channel", got["channel"]["channel"].SelectedChannel, w.general},
		{"checks", fmt.Sprint(checks), "[cake rain]"},
		{"where", got["where"]["where"].SelectedConversation, w.secret},
		{"radio", got["radio"]["radio"].SelectedOption.Value, "right"},
		{"date", got["date"]["date"].SelectedDate, "2026-11-23"},
		{"time", got["time"]["time"].SelectedTime, "09:00"},
		{"moment", fmt.Sprint(got["moment"]["moment"].SelectedDateTime), "1795516200"},
		{"spare", got["spare"]["spare"].Value, ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	p.until(`!document.querySelector("[data-testid=modal]")`)
}

// Moments are those of the person's time zone, whatever the browser's.
func TestMomentsAreOfThePersonsZone(t *testing.T) {
	p := open(t, newWorkspace(t).sim.BaseURL())
	for _, c := range []struct {
		text, zone string
		want       time.Time
	}{
		{"2026-11-23T09:00", "UTC", time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		{"2026-11-23T09:00", "Asia/Kolkata", time.Date(2026, 11, 23, 3, 30, 0, 0, time.UTC)},
		{"2026-03-29T01:30", "America/New_York", time.Date(2026, 3, 29, 5, 30, 0, 0, time.UTC)},
		{"2026-03-29T03:30", "Europe/Berlin", time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)}, // half an hour after the change
		{"2026-10-25T04:30", "Europe/Berlin", time.Date(2026, 10, 25, 3, 30, 0, 0, time.UTC)},
	} {
		got := eval[int64](p, fmt.Sprintf(`import("/static/js/when.js").then((w) => w.fromLocalInput(%q, %q).getTime() / 1000)`, c.text, c.zone))
		if got != c.want.Unix() {
			t.Errorf("%s in %s is %s", c.text, c.zone, time.Unix(got, 0).UTC())
		}
	}
}

func TestEveryBlockIsShown(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/gallery\r")
	for _, text := range []string{
		"A 🎉 header", "Section text", "Field one", "Field *two*", "context words", "Four people round a table", "rich <i>👋", "first", "quoted", "x  =  1", "give-credit", "Markdown", "Who",
	} {
		p.see(messages, text)
	}
	p.gone(messages, "can’t show")
	if n := eval[int](p, `document.querySelectorAll("main img").length`); n != 0 {
		t.Errorf("%d pictures would be fetched from another host", n)
	}
	if n := eval[int](p, `document.querySelectorAll('main [role=img][aria-label="Four people round a table"]').length`); n != 1 {
		t.Errorf("the picture has no words in its place (%d)", n)
	}
	if out := eval[[]string](p, `performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith(location.origin + "/"))`); len(out) != 0 {
		t.Errorf("the page asked other hosts: %v", out)
	}
	p.click("[data-action-id=menu]")
	p.see("[role=menu]", "Keep it")
	p.keys(kb.ArrowDown + kb.Enter)
	p.see(messages, "You chose menu keep")
}

func TestAnAppThatIsAwayIsToldOf(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/echo still there?\r")
	p.see(messages, "You said")
	w.stop()
	p.press("Louder")
	p.until(`document.querySelector(".warning")?.title.includes("dispatch_failed")`)
	p.see("#live", "is not connected")
	p.write(composer, "/echo now?\r")
	p.see(notices, `/echo failed with the error "dispatch_failed"`)
}

func TestOwnMessagesCanBeDeleted(t *testing.T) {
	w := newWorkspace(t)
	ada := w.sim.As(w.ada)
	ts := ada.Say(w.general, "never mind")
	p := open(t, w.in(w.ada, w.general))
	p.click(messages + " .text")
	p.click("[data-testid=message-menu]")
	p.press("Delete message…")
	p.see("[data-testid=confirm]", "can’t be undone")
	p.press("Delete")
	p.gone(messages, "never mind")
	for _, m := range ada.Messages(w.general) {
		if m.TS == ts {
			t.Error("the message is still in the workspace")
		}
	}
}

func TestTheWorkspaceFindsNothingWrongWithThePage(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/echo once\r")
	p.press("Louder")
	p.see(messages, "You chose")
	if v := w.sim.Violations(); len(v) != 0 {
		t.Errorf("violations: %s", strings.Join(v, "; "))
	}
	if m := w.sim.As(w.ada).Messages(w.general); len(m) != 1 || !m[0].Ephemeral {
		t.Errorf("the channel holds %+v", m)
	}
}
