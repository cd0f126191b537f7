package scripts

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/care"
	"allybot/internal/playbook"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
)

func TestFindWordsOpensTheWordsForAMessage(t *testing.T) {
	f := start(t)
	f.do("shortcut/find_words", slackbot.Shortcut{
		CallbackID: "find_words", TriggerID: "T1", UserID: "UME",
		MessageText: "I hate how <@USAM> keeps getting talked over in these meetings",
		Origin:      slackbot.Origin{ChannelID: "C1", MessageTS: "1.2", ThreadTS: "1.1"},
	})
	got := f.sender.sent[0]
	if got.How != "open" || got.Where != "T1" {
		t.Fatalf("it was answered by %s at %s", got.How, got.Where)
	}
	checkModal(t, got.Modal)
	golden.Compare(t, "modal", got.Modal.Request())

	// Inside the modal everything happens in the modal.
	direct := f.act(slackbot.Action{
		ActionID: actionShow, Value: buttons(got.blocks())[0].Value,
		Origin: slackbot.Origin{ViewType: "modal", ViewID: "V1"},
	})
	if direct.How != "update" || direct.Where != "V1" {
		t.Errorf("a button in a modal was answered by %s at %s", direct.How, direct.Where)
	}
	if !strings.HasPrefix(texts(direct.blocks()), "Hold on, Sam Okafor hadn't finished.") {
		t.Errorf("more direct: %s", texts(direct.blocks()))
	}
}

// In somebody else's message "me" is its author, and who looks for words saw it.
func TestFindWordsForSomebodyElsesMessage(t *testing.T) {
	for author, want := range map[string]string{
		"USAM": "I'd like to hear the rest of Sam Okafor's point.",
		"UME":  "I'd like to finish my thought about the pricing page,",
		"":     "I'd like to finish my thought about the pricing page,",
	} {
		f := start(t)
		f.do("shortcut/find_words", slackbot.Shortcut{
			TriggerID: "T1", UserID: "UME", MessageUser: author, MessageText: "they talk over me about the pricing page",
		})
		got := f.sender.sent[0]
		if author == "USAM" { // as one writes, the other way round
			got = f.act(slackbot.Action{ActionID: actionShow, Value: valueOf(t, got.blocks(), sayLabel), Origin: slackbot.Origin{ViewType: "modal", ViewID: "V1"}})
			if v := valueOf(t, got.blocks(), followLabel); decode(v).UserID != "USAM" {
				t.Errorf("there is no link to them: %s", v)
			}
		}
		if !strings.HasPrefix(texts(got.blocks()), want) {
			t.Errorf("%q: %s", author, texts(got.blocks()))
		}
	}
}

func valueOf(t *testing.T, blocks []slack.Block, label string) string {
	t.Helper()
	for _, b := range buttons(blocks) {
		if b.Text.Text == label {
			return b.Value
		}
	}
	t.Fatalf("there is no button %q in %s", label, labels(blocks))
	return ""
}

func TestFindWordsWithoutAMatchOffersSearchAndBrowsing(t *testing.T) {
	for _, text := range []string{"quarterly spreadsheet formulas", "", " \n"} {
		f := start(t)
		f.do("shortcut/find_words", slackbot.Shortcut{TriggerID: "T1", UserID: "UME", MessageText: text})
		checkModal(t, f.sender.sent[0].Modal)
		found := map[string]bool{}
		for list := range selects(f.sender.sent[0].blocks()) {
			found[list.ActionID] = true
		}
		if !found[actionSearch] || !found[actionPick] {
			t.Errorf("%q: there is nothing to search or pick: %v", text, found)
		}
	}
}

func TestPickingOnHomeOpensTheWordsOnTop(t *testing.T) {
	f := start(t)
	fresh := ""
	slackbot.Handle(f.router, "home.refresh", func(_ context.Context, _ slackbot.Task, h slackbot.HomeOpened) error {
		fresh = h.UserID
		return errSend // the words are open, so nobody needs to hear of it
	})
	got := f.act(slackbot.Action{
		ActionID: actionPick + ":2", Value: "wrong-name", TriggerID: "T2", UserID: "UME",
		Origin: slackbot.Origin{ViewType: "home", ViewID: "V9"},
	})
	if got.How != "open" || got.Where != "T2" {
		t.Errorf("it was answered by %s at %s", got.How, got.Where)
	}
	if fresh != "UME" {
		t.Errorf("Home is published anew for %q", fresh)
	}
}

func TestSearchSuggestsWhileTyping(t *testing.T) {
	f := start(t)
	suggest := func(query string) []slackbot.Option {
		t.Helper()
		out, err := f.room.suggest(f.Context(), slackbot.Suggestion{ActionID: actionSearch, Query: query})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range out {
			if blockkit.Len(o.Label) > 75 || blockkit.Len(o.Value) > 150 || o.Label == "" || o.Value == "" {
				t.Errorf("option %+v is out of limits", o)
			}
		}
		return out
	}
	if all := suggest(""); len(all) != len(testLibrary(t).Scripts()) {
		t.Errorf("with nothing typed there are %d moments", len(all))
	}
	for query, first := range map[string]string{
		"sam keeps getting talked over": "interrupted",
		"talk":                          "interrupted", // half a word
		"MISPRON":                       "wrong-name",
	} {
		out := suggest(query)
		if len(out) == 0 || decode(out[0].Value).Script != first {
			t.Errorf("%q suggests %+v", query, out)
		}
	}
	named := suggest("sam keeps getting talked over")[0]
	got := f.act(slackbot.Action{ActionID: actionSearch, Value: named.Value, Origin: slackbot.Origin{ResponseURL: "url"}})
	if !strings.HasPrefix(texts(got.blocks()), "I'd like to hear the rest of Sam's point.") {
		t.Errorf("the name typed into the search is lost: %s", texts(got.blocks()))
	}
	if out := suggest("zzzz"); len(out) != 0 {
		t.Errorf("nonsense suggests %+v", out)
	}
}

func TestSearchingForHarmLeadsToPeople(t *testing.T) {
	f := start(t)
	out, err := f.room.suggest(f.Context(), slackbot.Suggestion{Query: "I want to hurt myself"})
	if err != nil || len(out) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	got := f.act(slackbot.Action{ActionID: actionSearch, Value: out[0].Value, Origin: slackbot.Origin{ResponseURL: "url"}})
	if !strings.HasPrefix(texts(got.blocks()), care.Title) {
		t.Errorf("it leads to %s", texts(got.blocks()))
	}
}

func TestAFailedSendIsReported(t *testing.T) {
	f := start(t)
	f.sender.err = errSend
	task, _ := slackbot.NewTask("action/"+actionShow, slackbot.Action{Value: "interrupted"})
	if err := f.router.Do(t.Context(), *task); err == nil {
		t.Error("nobody would know")
	}
}

func TestSections(t *testing.T) {
	f := start(t)
	s := f.router.Sections()[0]
	checkMessage(t, blockkit.Message{Blocks: s.Launcher(t.Context(), "UME")}.Fitted())
	checkCalm(t, string(marshal(t, blockkit.Home{Blocks: s.Home(t.Context(), "UME")}.Request())))
	golden.Compare(t, "launcher", s.Launcher(t.Context(), "UME"))
	golden.Compare(t, "home", s.Home(t.Context(), "UME"))
}

func FuzzFreeText(f *testing.F) {
	for _, s := range []string{
		"sam keeps getting talked over", "<@USAM|sam> was interrupted", "<!channel>", "", "🎉", "<@U|", "{\"s\":1}",
		"محمد was interrupted", "<@UX|\u202e&lt;!here&gt;> was interrupted", strings.Repeat("a ", 2000),
	} {
		f.Add(s)
	}
	lib := testLibrary(f)
	db, err := redisdb.Embedded(time.Now)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	r := &room{router: slackbot.NewRouter(), finder: find, Deps: Deps{Library: func() *playbook.Library { return lib }, Names: directory{}, Favourites: NewFavourites(db, time.Now)}}
	f.Fuzz(func(t *testing.T, text string) {
		reply, err := r.freeText(t.Context(), slackbot.Request{UserID: "UME", Text: text, DidYouMean: text})
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, reply.Message)
		for _, o := range (content{lib: lib, finder: find}).suggest(text) {
			if blockkit.Len(o.Value) > 150 || blockkit.Len(o.Label) > 75 {
				t.Errorf("option %+v is out of limits", o)
			}
		}
	})
}

func FuzzState(f *testing.F) {
	f.Add("", "")
	f.Add("interrupted", "{}")
	f.Add(`{"s":"interrupted","n":"Sam","m":["a","idea-ignored"],"v":"other"}`, `{"s":"wrong-name","c":true}`)
	f.Add(`{"v":"group","g":"amplify"}`, `{"n":"<!channel>"}`)
	f.Add(`{"s":`, `[]`)
	f.Add(`{"v":"group","g":"amplify"}`, "<!0")
	lib := testLibrary(f)
	f.Fuzz(func(t *testing.T, value, blockID string) {
		for _, s := range []state{decode(value), picked(value, decode(blockID))} {
			p := page{content: content{lib: lib}, state: s}
			checkMessage(t, p.message().Fitted())
			p.contacts = value
			checkModal(t, p.modal())
			if j := s.encode(2000); j != "" && !json.Valid([]byte(j)) {
				t.Errorf("the state %+v is written as %s", s, j)
			}
		}
	})
}

// What was done already, or is wanted no more, is nothing to trouble anybody with.
func TestAWindowThatIsOpenAlreadyOrClosedMeanwhile(t *testing.T) {
	home, window := slackbot.Origin{ViewType: "home"}, slackbot.Origin{ViewType: "modal", ViewID: "V1"}
	for _, c := range []struct {
		name    string
		payload any
		err     error
		fails   bool
	}{
		{"shortcut/find_words", slackbot.Shortcut{TriggerID: "T1", UserID: "UME", MessageText: "talked over"}, slackbot.ErrTriggerUsed, false},
		{"shortcut/find_words", slackbot.Shortcut{TriggerID: "T1", UserID: "UME", MessageText: "talked over"}, slackbot.ErrTriggerExpired, true},
		{"action/" + actionFollow, slackbot.Action{Value: "interrupted", TriggerID: "T1", UserID: "UME"}, slackbot.ErrTriggerUsed, false},
		{"action/" + actionFollow, slackbot.Action{Value: "interrupted", TriggerID: "T1", UserID: "UME"}, slackbot.ErrTriggerExpired, true},
		{"action/" + actionPick, slackbot.Action{Value: "interrupted", TriggerID: "T1", UserID: "UME", Origin: home}, slackbot.ErrTriggerUsed, false},
		{"action/" + actionShow, slackbot.Action{Value: "interrupted", UserID: "UME", Origin: window}, slackbot.ErrViewNotFound, false},
		{"action/" + actionShow, slackbot.Action{Value: "interrupted", UserID: "UME", Origin: window}, slackbot.ErrUnavailable, true},
	} {
		f := start(t)
		f.sender.err = c.err
		task, err := slackbot.NewTask(c.name, c.payload)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.router.Do(t.Context(), *task); (err != nil) != c.fails {
			t.Errorf("%s, %v: %v", c.name, c.err, err)
		}
	}
}
