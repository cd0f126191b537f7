package page_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/slack-go/slack"
)

// post has the app post a message with one element to act on.
func (w *workspace) post(t *testing.T, words, element string) {
	t.Helper()
	var blocks slack.Blocks
	raw := fmt.Sprintf(`[{"type":"section","text":{"type":"mrkdwn","text":%q}},{"type":"actions","elements":[%s]}]`, words, element)
	if err := json.Unmarshal([]byte(raw), &blocks); err != nil {
		t.Fatal(err)
	}
	api := slack.New(w.sim.BotToken(), slack.OptionAPIURL(w.sim.APIURL()))
	if _, _, err := api.PostMessage(w.general, slack.MsgOptionText(words, false), slack.MsgOptionBlocks(blocks.BlockSet...)); err != nil {
		t.Fatal(err)
	}
}

const twoOptions = `"options":[{"text":{"type":"plain_text","text":"Take it down"},"value":"down"},{"text":{"type":"plain_text","text":"Keep it"},"value":"keep"}]`

func TestPickingInMessages(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	list := "[data-testid=listbox]"

	w.post(t, "A credit", `{"type":"overflow","action_id":"menu",`+twoOptions+`}`)
	p.click("[data-action-id=menu]")
	p.clickOn(`[...document.querySelectorAll("[role=menuitem]")].find((b) => b.innerText.includes("Take it down"))`)
	p.see(messages, "You chose menu down")

	w.post(t, "Who was it", `{"type":"multi_users_select","action_id":"who","max_selected_items":2}`)
	p.click("[data-action-id=who] button")
	for _, name := range []string{"Ada", "Minh", "Gen"} { // the third is too many
		p.do(selectAll(p)...)
		p.keys(name)
		p.see(list, name)
		p.keys(kb.Enter)
	}
	p.keys(kb.Escape)
	p.see(messages, "You chose who "+w.ada+"+"+w.minh)

	w.post(t, "Where to", `{"type":"conversations_select","action_id":"where","filter":{"include":["public","private"]}}`)
	p.click("[data-action-id=where] button")
	p.see(list, "general")
	p.see(list, "secret")
	p.gone(list, "Minh")
	p.keys("secret" + kb.Enter)
	p.see(messages, "You chose where "+w.secret)

	w.post(t, "What kind", `{"type":"radio_buttons","action_id":"kind",`+twoOptions+`}`)
	p.click("[data-action-id=kind] label:nth-child(2)")
	p.see(messages, "You chose kind keep")

	w.post(t, "Which", `{"type":"checkboxes","action_id":"ticks",`+twoOptions+`}`)
	p.click("[data-action-id=ticks] label:nth-child(1)")
	p.see(messages, "You chose ticks down")

	if v := w.sim.Violations(); len(v) > 0 {
		t.Errorf("Slack would object: %v", v)
	}
}

func TestFilesCanBeDownloaded(t *testing.T) {
	w := newWorkspace(t)
	api := slack.New(w.sim.BotToken(), slack.OptionAPIURL(w.sim.APIURL()))
	content := strings.Repeat("a,b\n", 600)
	file, err := api.UploadFile(slack.UploadFileParameters{
		Content: content, FileSize: len(content), Filename: "credits <b>.html", Title: "Your credits <i>", Channel: w.sim.As(w.ada).DM(),
	})
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, w.in(w.ada, w.sim.As(w.ada).DM()))
	p.see("[data-testid=file]", "Your credits <i>")
	p.see("[data-testid=file]", "credits <b>.html · 2.3 kB")
	got := eval[[]string](p, `(async () => {
		const link = document.querySelector("[data-testid=file] a");
		const answer = await fetch(link.href);
		return [link.download, answer.headers.get("Content-Type"), answer.headers.get("Content-Disposition"), await answer.text()];
	})()`)
	if got[0] != "credits <b>.html" || got[1] != "application/octet-stream" || !strings.HasPrefix(got[2], "attachment") || got[3] != content {
		t.Errorf("downloaded %.80q", got)
	}
	for name, c := range map[string]struct {
		as, id string
		status int
	}{
		"whom it is for":   {w.ada, file.ID, http.StatusOK},
		"somebody else":    {w.minh, file.ID, http.StatusNotFound},
		"no such file":     {w.ada, "F0", http.StatusNotFound},
		"nobody":           {"U0", file.ID, http.StatusNotFound},
		"the app":          {w.sim.BotUserID(), file.ID, http.StatusNotFound},
		"without a person": {"", file.ID, http.StatusNotFound},
	} {
		res, err := http.Get(w.sim.BaseURL() + "/client/file?as=" + c.as + "&id=" + c.id)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != c.status || (c.status == http.StatusOK) != (string(body) == content) {
			t.Errorf("%s: %d %.40q", name, res.StatusCode, body)
		}
	}
}
