package app

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/slacksim"
)

// reviewing is a workspace in which people look at their credit.
type reviewing struct {
	*workspace
	t      *testing.T
	bot    *App
	ledger *credit.Ledger
}

func review(t *testing.T) *reviewing {
	t.Helper()
	r := &reviewing{workspace: newWorkspace(t), t: t}
	r.bot = r.run(func(_ *config.Config, d *Deps) { d.Words = fewWords() })
	db, err := redisdb.Open(r.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r.ledger = credit.NewLedger(db, r.now)
	return r
}

// done waits until nothing is left to do.
func (r *reviewing) done() {
	r.t.Helper()
	r.eventually("all work is done", func() bool {
		n, err := r.bot.street.Load().gateway.Waiting(context.Background())
		return err == nil && n == 0 && r.allAcked()
	})
}

// gives gives a credit by command.
func (r *reviewing) gives(user, text string) {
	r.t.Helper()
	if said := r.command(user, r.general, "credit "+text); !strings.Contains(string(said.Blocks), "Delivered.") {
		r.t.Fatalf("credit %s: %s", text, said.Blocks)
	}
	r.done()
}

// has puts a credit into the ledger that was given some time ago.
func (r *reviewing) has(n int, ago time.Duration, change func(*credit.Credit)) credit.Credit {
	r.t.Helper()
	c := credit.Credit{
		ID: fmt.Sprintf("seeded-%d-%d", n, ago/time.Hour), Rev: 1, GiverID: r.noor, Kind: credit.Kinds()[n%5],
		Reason: fmt.Sprintf("piece of work number %02d", n), Given: r.now().Add(-ago),
		Receivers: []credit.Receiver{{UserID: r.sam, Standing: credit.Private, Told: true}},
	}
	if change != nil {
		change(&c)
	}
	l := credit.NewLedger(r.bot.redis, func() time.Time { return c.Given.Add(time.Duration(n) * 100 * 24 * time.Hour) }) // no limits here
	if _, opened, err := l.Open(context.Background(), c); err != nil || !opened {
		r.t.Fatal(opened, err)
	}
	return c
}

// list types the command and returns the list.
func (r *reviewing) list(user string) slacksim.Message {
	r.t.Helper()
	return r.command(user, r.general, "credits")
}

// fresh is a message as it is by now.
func (r *reviewing) fresh(user string, m slacksim.Message) slacksim.Message {
	r.t.Helper()
	for _, now := range r.As(user).Messages(m.ChannelID) {
		if now.TS == m.TS {
			return now
		}
	}
	r.t.Fatal("the message is gone")
	return m
}

// presses presses the nth button with a label, in a row or at the side of a
// paragraph, and returns the message as it is then.
func (r *reviewing) presses(user string, m slacksim.Message, label string, nth int) slacksim.Message {
	r.t.Helper()
	ids := labelled(r.t, m.Blocks, label)
	if nth >= len(ids) {
		r.t.Fatalf("no button %q in %s", label, m.Blocks)
	}
	if err := r.As(user).Press(m, ids[nth]).Wait(patience); err != nil {
		r.t.Fatalf("%s: %v", label, err)
	}
	r.done()
	return r.fresh(user, m)
}

func (r *reviewing) picks(user string, m slacksim.Message, action, value string) slacksim.Message {
	r.t.Helper()
	if err := r.As(user).Select(m, action, value).Wait(patience); err != nil {
		r.t.Fatalf("%s: %v", action, err)
	}
	r.done()
	return r.fresh(user, m)
}

// labelled are the action ids of the buttons with a label.
func labelled(t *testing.T, blocks json.RawMessage, label string) []string {
	t.Helper()
	type element struct {
		ActionID string `json:"action_id"`
		Text     struct{ Text string }
	}
	var all []struct {
		Elements  []json.RawMessage
		Accessory json.RawMessage
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, b := range all {
		for _, raw := range append(b.Elements, b.Accessory) {
			var e element
			if json.Unmarshal(raw, &e) == nil && e.Text.Text == label {
				ids = append(ids, e.ActionID)
			}
		}
	}
	return ids
}

// front waits for a window with this title and returns it.
func (r *reviewing) front(user, title string) slacksim.View {
	r.t.Helper()
	var v slacksim.View
	r.eventually("a window "+title, func() bool {
		all := r.As(user).Views()
		if len(all) > 0 {
			v = all[len(all)-1]
		}
		return len(all) > 0 && v.Title == title
	})
	return v
}

// sends submits a window, and returns what it says is wrong by field.
func (r *reviewing) sends(user string, v slacksim.View) map[string]string {
	r.t.Helper()
	ex := r.As(user).Submit(v.ID)
	if err := ex.Wait(patience); err != nil && len(ex.Errors()) == 0 {
		r.t.Fatalf("sending %q: %v", v.Title, err)
	}
	r.done()
	return ex.Errors()
}

func shows(t *testing.T, blocks json.RawMessage, want, not []string) {
	t.Helper()
	text := readable(t, blocks)
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in\n%s", w, text)
		}
	}
	for _, n := range not {
		if strings.Contains(text, n) {
			t.Errorf("%q is in\n%s", n, text)
		}
	}
}

func TestTheCreditOneReceivedAndGave(t *testing.T) {
	t.Parallel()
	r := review(t)
	t.Run("an empty list says what to do", func(t *testing.T) {
		m := r.list(r.sam)
		shows(t, m.Blocks, []string{"When a colleague credits you", "/ally credit @sam for"}, []string{"Export…", "Share with someone…"})
		r.presses(r.sam, m, "Give credit", 0)
		r.front(r.sam, "Give credit")
		r.As(r.sam).CloseAll()
		shows(t, r.presses(r.sam, m, "What I gave", 0).Blocks, []string{"You haven’t given credit yet"}, nil)
	})
	r.gives(r.alice, "@sam for spotting that the retry had no limit")
	r.gives(r.noor, "@sam @alice for sitting down with us & the <deploy> script")
	r.has(1, 40*24*time.Hour, func(c *credit.Credit) { c.Reason, c.Kind = "keeping the notes all autumn", credit.UnseenWork })
	t.Run("received and given", func(t *testing.T) {
		m := r.list(r.sam)
		shows(t, m.Blocks, []string{
			"*Credit you received*", "From <@" + r.alice + ">", "From <@" + r.noor + ">", "<!date^", ">spotting that the retry had no limit",
			"&amp; the &lt;deploy&gt; script", "/archives/" + r.general + "/p", "private", "keeping the notes",
		}, []string{"To <@"})
		if text := readable(t, m.Blocks); strings.Index(text, "deploy") > strings.Index(text, "retry") || strings.Index(text, "retry") > strings.Index(text, "notes") {
			t.Errorf("the newest is not first:\n%s", text)
		}
		m = r.presses(r.alice, r.list(r.alice), "What I gave", 0)
		shows(t, m.Blocks, []string{"*Credit you gave*", "To <@" + r.sam + ">", "retry"}, []string{"deploy", "Share with someone…"})
		m = r.presses(r.noor, r.list(r.noor), "What I gave", 0)
		shows(t, m.Blocks, []string{"To <@" + r.sam + "> and <@" + r.alice + ">"}, nil)
		shows(t, r.presses(r.noor, m, "What I received", 0).Blocks, []string{"*Credit you received*", "Nothing here yet"}, nil)
	})
	t.Run("filters", func(t *testing.T) {
		m := r.list(r.sam)
		m = r.picks(r.sam, m, "credit.period", "30")
		shows(t, m.Blocks, []string{"retry", "deploy"}, []string{"notes"})
		m = r.picks(r.sam, m, "credit.kind", "unseen")
		shows(t, m.Blocks, []string{"Nothing of this kind in this period"}, []string{"retry"})
		m = r.picks(r.sam, m, "credit.period", "90")
		shows(t, m.Blocks, []string{"notes"}, []string{"retry", "deploy"})
		m = r.picks(r.sam, m, "credit.kind", "all")
		shows(t, m.Blocks, []string{"retry", "deploy", "notes"}, nil)
	})
	t.Run("only the whole word is the command", func(t *testing.T) {
		shows(t, r.command(r.sam, r.general, "credits stolen by dave").Blocks, nil, []string{"Credit you received"})
	})
	t.Run("somebody credited takes their name off", func(t *testing.T) {
		m := r.list(r.sam)
		r.presses(r.sam, m, "Change…", 0)
		v := r.front(r.sam, "Credit you received")
		shows(t, v.Blocks, []string{"deploy", "It is posted, and you are named", "Take my name off the post", "Remove it from my list"}, []string{"Keep it private"})
		r.As(r.sam).Type(v.ID, "credit_standing", "private")
		if wrong := r.sends(r.sam, v); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		r.As(r.sam).CloseAll()
		for _, p := range r.posts(r.general) {
			if text := readable(t, p.Blocks); strings.Contains(text, "deploy") && strings.Contains(text, r.sam) {
				t.Errorf("Sam is named still:\n%s", text)
			}
		}
		// The giver sees what they saw before.
		shows(t, r.presses(r.noor, r.list(r.noor), "What I gave", 0).Blocks, []string{"To <@" + r.sam + "> and <@" + r.alice + ">"}, nil)
		m = r.list(r.sam)
		shows(t, m.Blocks, []string{"deploy"}, nil)
		r.presses(r.sam, m, "Change…", 0)
		v = r.front(r.sam, "Credit you received")
		shows(t, v.Blocks, []string{"It is private", "Post it"}, nil)
		r.As(r.sam).Type(v.ID, "credit_standing", "declined")
		r.sends(r.sam, v)
		r.As(r.sam).CloseAll()
		shows(t, r.list(r.sam).Blocks, []string{"retry"}, []string{"deploy"})
		// The list from before is shown anew, without it.
		shows(t, r.presses(r.sam, m, "Change…", 0).Blocks, []string{"is not on your list any more", "retry"}, []string{"deploy"})
	})
	t.Run("what is withdrawn is on nobody’s list", func(t *testing.T) {
		stale := r.list(r.sam)
		m := r.presses(r.alice, r.list(r.alice), "What I gave", 0)
		r.presses(r.alice, m, "Change…", 0)
		v := r.front(r.alice, "Edit credit")
		r.As(r.alice).Type(v.ID, "credit_withdraw", []string{"yes"})
		r.sends(r.alice, v)
		r.As(r.alice).CloseAll()
		shows(t, r.list(r.sam).Blocks, []string{"notes"}, []string{"retry"})
		shows(t, r.presses(r.alice, r.list(r.alice), "What I gave", 0).Blocks, []string{"You haven’t given credit yet"}, []string{"retry"})
		shows(t, r.presses(r.sam, stale, "Change…", 0).Blocks, []string{"is not on your list any more", "notes"}, []string{"retry"})
	})
}

func TestPagesOfCredit(t *testing.T) {
	t.Parallel()
	r := review(t)
	for i := range 20 {
		r.has(i, time.Duration(i+1)*time.Hour, nil)
	}
	m := r.list(r.sam)
	seen := map[int]int{}
	pages := 0
	for {
		pages++
		text := readable(t, m.Blocks)
		for i := range 20 {
			seen[i] += strings.Count(text, fmt.Sprintf(">piece of work number %02d", i))
		}
		if len(labelled(t, m.Blocks, "Older")) == 0 {
			break
		}
		m = r.presses(r.sam, m, "Older", 0)
	}
	for i := range 20 {
		if seen[i] != 1 {
			t.Errorf("number %d was shown %d times", i, seen[i])
		}
	}
	if pages != 4 {
		t.Errorf("%d pages", pages)
	}
	m = r.presses(r.sam, m, "Newest", 0)
	shows(t, m.Blocks, []string{"number 00"}, []string{"Newest", "number 19"})
	// Filters go over all pages.
	m = r.picks(r.sam, r.presses(r.sam, m, "Older", 0), "credit.kind", string(credit.Kinds()[4]))
	shows(t, m.Blocks, []string{"number 04", "number 09", "number 14", "number 19"}, []string{"number 05", "Older", "Newest"})
}

// file presses Export…, picks a format and returns the newest file in the
// person's conversation with the bot.
func (r *reviewing) file(user string, m slacksim.Message, format string) slacksim.File {
	r.t.Helper()
	before := len(r.files(user))
	r.presses(user, m, "Export…", 0)
	v := r.front(user, "Export")
	r.As(user).Type(v.ID, "credit_format", format)
	if wrong := r.sends(user, v); len(wrong) > 0 {
		r.t.Fatal(wrong)
	}
	shows(r.t, r.front(user, "Export").Blocks, []string{"on its way"}, nil)
	r.As(user).CloseAll()
	r.eventually("the file arrives", func() bool { return len(r.files(user)) == before+1 })
	return r.files(user)[before]
}

func (r *reviewing) files(user string) []slacksim.File {
	var out []slacksim.File
	for _, m := range r.answers(user) {
		out = append(out, m.Files...)
	}
	return out
}

func TestExportingCredit(t *testing.T) {
	t.Parallel()
	r := review(t)
	r.gives(r.alice, "@sam for spotting that the retry had no limit")
	mine := r.AddChannel(slacksim.Channel{Name: "sams-secret", Private: true, Members: []string{r.sam, r.noor}, WithBot: true})
	theirs := r.AddChannel(slacksim.Channel{Name: "not-for-sam", Private: true, Members: []string{r.noor}, WithBot: true})
	about := func(channel string) credit.Place {
		return credit.Place{ChannelID: channel, TS: r.As(r.noor).Say(channel, "look at this")}
	}
	r.has(1, time.Hour, func(c *credit.Credit) { c.Reason, c.Source = "=SUM(1,2) looked like a formula", about(mine) })
	r.has(2, 2*time.Hour, func(c *credit.Credit) { c.Reason, c.Source = "keeping the *notes*", about(theirs) })
	for i := 3; i < 20; i++ {
		r.has(i, time.Duration(i)*24*time.Hour, nil)
	}
	m := r.list(r.sam)

	t.Run("CSV", func(t *testing.T) {
		f := r.file(r.sam, m, "csv")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Content), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 21 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		if !strings.HasSuffix(f.Name, ".csv") || rows[1][1] != "Alice" || rows[1][2] != "Samira" || rows[1][5] != "general" || !strings.Contains(rows[1][6], "/archives/"+r.general) {
			t.Errorf("%s: %q", f.Name, rows[1])
		}
		if rows[2][5] != "sams-secret" || rows[2][4] != "'=SUM(1,2) looked like a formula" || rows[2][8] != "yes" {
			t.Errorf("%q", rows[2])
		}
		if strings.Contains(string(f.Content), "not-for-sam") {
			t.Error("a channel that Sam is not in is named")
		}
		// In Sam's own zone.
		kolkata, _ := time.LoadLocation("Asia/Kolkata")
		if at, err := time.ParseInLocation("2006-01-02 15:04", rows[1][0], kolkata); err != nil || r.now().Sub(at) > 5*time.Minute || r.now().Sub(at) < -time.Minute {
			t.Errorf("given %s, %v", rows[1][0], err)
		}
	})
	t.Run("Markdown", func(t *testing.T) {
		f := r.file(r.sam, m, "md")
		text := string(f.Content)
		for _, want := range []string{"Samira", "Alice", "retry had no limit", "/archives/"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
		if strings.Contains(text, "not-for-sam") || !strings.HasSuffix(f.Name, ".md") {
			t.Errorf("%s\n%s", f.Name, text)
		}
	})
	t.Run("JSON, filtered, given", func(t *testing.T) {
		given := r.presses(r.noor, r.list(r.noor), "What I gave", 0)
		given = r.picks(r.noor, given, "credit.period", "30")
		f := r.file(r.noor, given, "json")
		var all []struct {
			From, To []string
			Kind     string
			Private  bool
		}
		if err := json.Unmarshal(f.Content, &all); err != nil || len(all) != 19 {
			t.Fatalf("%d, %v", len(all), err)
		}
		if !slices.Equal(all[0].From, []string{"Noor"}) || !slices.Equal(all[0].To, []string{"Samira"}) || !all[0].Private {
			t.Errorf("%+v", all[0])
		}
	})
	t.Run("what was deleted is not in it", func(t *testing.T) {
		post := r.posts(r.general)[0]
		id, _ := r.ledger.Page(t.Context(), credit.Query{To: r.sam, Limit: 1})
		// Slack tells nobody here: the bot lacks the scopes for it.
		r.vanishes(r.general, post.TS)
		r.As(r.noor).Delete(mine, mustSource(t, r, "seeded-1-1").TS)
		f := r.file(r.sam, m, "csv")
		if strings.Contains(string(f.Content), "retry had no limit") {
			t.Errorf("the credit whose post was deleted is in it:\n%s", f.Content)
		}
		if strings.Contains(string(f.Content), "/archives/"+mine) || !strings.Contains(string(f.Content), "looked like a formula") {
			t.Errorf("a link to a deleted message is in it:\n%s", f.Content)
		}
		if _, err := r.ledger.Find(t.Context(), id.Credits[0].ID); err == nil {
			c, _ := r.ledger.Find(t.Context(), id.Credits[0].ID)
			if c.Stands() {
				t.Error("the credit whose post was deleted stands")
			}
		}
	})
}

// vanishes deletes a message of the bot, as an admin can.
func (r *reviewing) vanishes(channel, ts string) {
	r.t.Helper()
	answer, err := http.PostForm(r.APIURL()+"chat.delete", url.Values{"token": {r.BotToken()}, "channel": {channel}, "ts": {ts}}) //nolint:noctx // of the test itself
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); !strings.Contains(string(body), `"ok":true`) {
		r.t.Fatalf("%s", body)
	}
}

func mustSource(t *testing.T, r *reviewing, id string) credit.Place {
	t.Helper()
	c, err := r.ledger.Find(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Source
}

func TestAFileThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	t.Run("Slack does not say whether it did", func(t *testing.T) {
		r := review(t)
		r.has(1, time.Hour, nil)
		r.Inject(slacksim.Fault{Method: "files.completeUploadExternal", Kind: slacksim.LostReply})
		f := r.file(r.sam, r.list(r.sam), "csv")
		if len(f.Content) == 0 {
			t.Error("the file is empty")
		}
		r.eventually("Sam is told", func() bool { return len(r.saying(r.sam, "press *Export…* again")) == 1 })
		if n := len(r.files(r.sam)); n != 1 {
			t.Errorf("%d files", n)
		}
	})
	t.Run("the scope is missing", func(t *testing.T) {
		w := newWorkspace(t)
		j, err := manifest.JSON()
		if err != nil {
			t.Fatal(err)
		}
		j = []byte(strings.Replace(string(j), `"files:write",`, "", 1))
		if w.Sim, err = slacksim.Start(slacksim.Options{Manifest: j, Seed: 7}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Sim.Close)
		w.sam = w.AddPerson(slacksim.Person{Name: "sam", RealName: "Samira Haddad"})
		w.noor = w.AddPerson(slacksim.Person{Name: "noor", RealName: "Noor Rahimi"})
		w.general = w.AddChannel(slacksim.Channel{Name: "general", Members: []string{w.sam, w.noor}, WithBot: true})
		r := &reviewing{workspace: w, t: t}
		r.bot = r.run(func(_ *config.Config, d *Deps) { d.Words = fewWords() })
		r.ledger = credit.NewLedger(r.bot.redis, r.now)
		r.has(1, time.Hour, nil)
		r.presses(r.sam, r.list(r.sam), "Export…", 0)
		r.sends(r.sam, r.front(r.sam, "Export"))
		r.eventually("Sam is told", func() bool { return len(r.saying(r.sam, "`files:write` is missing")) == 1 })
	})
}

// saying are the bot's messages in somebody's conversation with it that hold a
// text.
func (r *reviewing) saying(user, text string) []slacksim.Message {
	return slices.DeleteFunc(r.answers(user), func(m slacksim.Message) bool {
		return !strings.Contains(m.Text, text) && (len(m.Blocks) == 0 || !strings.Contains(readable(r.t, m.Blocks), text))
	})
}
