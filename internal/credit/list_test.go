package credit

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/channels"
	"allybot/internal/people"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
)

var listDay = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// nasty are reasons that are long, or get long, in one way or another.
var nasty = []string{
	strings.Repeat("<", MaxReason), strings.Repeat("&", MaxReason), strings.Repeat("a\n", MaxReason/2),
	strings.Repeat("\"", MaxReason), strings.Repeat("漢", MaxReason), strings.Repeat("👋🏽", MaxReason/4),
	"הצעה שהצילה את ההשקה " + strings.Repeat("ש", 400), "short and sweet", strings.Repeat("@channel ", 55) + "x",
	"*bold* _it_ `code` <https://evil.example|click> <!channel>",
}

// ten people with ids as long as Slack's get.
func ten() []Receiver {
	out := []Receiver{{UserID: "USAM0000000", Standing: Named, Told: true}}
	for i := range MaxReceivers - 1 {
		out = append(out, Receiver{UserID: fmt.Sprintf("U%010d", i), Standing: Named, Told: true})
	}
	return out
}

func given(i int, reason string) Credit {
	return Credit{
		ID: fmt.Sprintf("credit-%03d-abcdefghijkl", i), Rev: 1, GiverID: "UALICE00000", Kind: Kinds()[i%5], Reason: reason,
		Given: listDay.Add(-time.Duration(i) * time.Hour), Receivers: ten(),
		Dest: Place{ChannelID: "C0000000000", ThreadTS: "1700000000.000100"}, Posting: Posted,
		Post: Place{ChannelID: "C0000000000", TS: "1700000100.000200", ThreadTS: "1700000000.000100"},
	}
}

func testLink(p Place) string {
	return (&room{Deps: Deps{TeamURL: "https://a-rather-long-workspace-name.slack.com/"}}).link(p)
}

func listOf(s listing, userID string, p Page) listPage {
	return listPage{listing: s, UserID: userID, Page: p, link: testLink}
}

// Whatever is in the credits, going from page to page shows each once and whole.
func TestPagingNeverLosesOrCutsAnEntry(t *testing.T) {
	c := newLedgerClock()
	l := embeddedLedger(t, c.now)
	m := &room{Deps: Deps{Ledger: l, Now: c.now, TeamURL: "https://a-rather-long-workspace-name.slack.com/"}}
	var want []string
	for i := range 43 {
		one := given(i, nasty[i%len(nasty)])
		one.GiverID = fmt.Sprintf("UGIVER%05d", i)
		one.Given = c.now().Add(-time.Duration(i/3) * time.Hour) // some at the same moment
		if _, opened, err := l.Open(t.Context(), one); err != nil || !opened {
			t.Fatal(opened, err)
		}
		want = append(want, one.ID)
	}
	var got []string
	for s, pages := (listing{}), 0; ; pages++ {
		if pages > 43 {
			t.Fatal("there is no end to it")
		}
		p, err := m.page(t.Context(), "USAM0000000", s)
		if err != nil {
			t.Fatal(err)
		}
		p.Channel = channelView(Digest{}, true, true, "C0000000000")
		say := p.message()
		acceptable(t, "page", say)
		before, _ := json.Marshal(texts(say.Blocks))
		after, _ := json.Marshal(texts(say.Fitted().Blocks))
		if string(before) != string(after) {
			t.Errorf("page %d is cut:\n%s\n%s", pages, before, after)
		}
		buttons := buttonsOf(say.Fitted().Blocks)
		shown := 0
		for _, b := range buttons {
			if strings.HasPrefix(b.ActionID, actionChange) {
				id := decodeListing(b.Value).ID
				got = append(got, id)
				shown++
				one, _ := l.Find(t.Context(), id)
				if !strings.Contains(string(after), strings.Trim(jsonOf(t, quote(one.Reason)), `"`)) {
					t.Errorf("the reason of %s is not there in full", id)
				}
			}
		}
		if shown == 0 || shown > pageSize {
			t.Fatalf("page %d shows %d", pages, shown)
		}
		next := slices.IndexFunc(buttons, func(b *slack.ButtonBlockElement) bool { return b.ActionID == actionList+":older" })
		if next < 0 {
			break
		}
		s = decodeListing(buttons[next].Value)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("shown are\n%v\nnot\n%v", got, want)
	}
}

// A cursor made of a credit is the one the ledger makes.
func TestTheCursorIsTheLedgers(t *testing.T) {
	c := newLedgerClock()
	l := embeddedLedger(t, c.now)
	for i := range 9 {
		one := given(i, "spotting the index")
		one.GiverID = fmt.Sprintf("UGIVER%05d", i)
		if _, _, err := l.Open(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n < 9; n++ {
		p, err := l.Page(t.Context(), Query{To: "USAM0000000", Limit: n})
		if err != nil || len(p.Credits) != n || p.Next != cursorOf(p.Credits[n-1]) {
			t.Errorf("%d: %d credits, %q, %v", n, len(p.Credits), p.Next, err)
		}
		if !cursorForm.MatchString(p.Next) {
			t.Errorf("the cursor %q would not travel", p.Next)
		}
	}
}

// A page that went away while somebody read is followed by the first.
func TestAPageThatWentAway(t *testing.T) {
	c := newLedgerClock()
	l := embeddedLedger(t, c.now)
	m := &room{Deps: Deps{Ledger: l, Now: c.now}}
	one := given(0, "spotting the index")
	if _, _, err := l.Open(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	p, err := m.page(t.Context(), "USAM0000000", listing{After: "1." + "hgone"})
	if err != nil || len(p.Page.Credits) != 1 || p.After != "" {
		t.Errorf("%+v, %v", p, err)
	}
}

// What a giver sees of their credit is the same whatever those credited decided.
func TestAGiverLearnsNothingOfDecisions(t *testing.T) {
	for _, posting := range []Posting{Posted, Unposted} {
		seen := map[string]bool{}
		for _, s := range []Standing{Named, Asked, Private, Declined} {
			c := given(1, "spotting the index")
			c.Posting = posting
			c.Receivers[3].Standing = s
			p := listOf(listing{Given: true}, c.GiverID, Page{Credits: []Credit{c}}).message()
			m := &room{Deps: Deps{TeamURL: "https://acme.slack.com/"}}
			e := m.wordsOf(&c, c.GiverID, map[string]string{}, map[string]string{})
			seen[jsonOf(t, p.Blocks)+jsonOf(t, e)] = true
		}
		if len(seen) != 1 {
			t.Errorf("%s: a giver can tell %d ways apart", posting, len(seen))
		}
	}
}

// Nor does somebody credited learn what the others decided: of others they see
// those the post names.
func TestAReceiverSeesOfOthersThoseThePostNames(t *testing.T) {
	m := &room{Deps: Deps{TeamURL: "https://acme.slack.com/"}}
	names := map[string]string{"USAM0000000": "Sam", "U0000000000": "Kim", "U0000000001": "Lee"}
	c := given(1, "spotting the index")
	c.Receivers = c.Receivers[:3]
	c.Receivers[2].Standing = Asked
	if e := m.wordsOf(&c, "USAM0000000", names, nil); !slices.Equal(e.To, []string{"Sam", "Kim"}) || e.Private {
		t.Errorf("%+v", e)
	}
	c.Receivers[0].Standing = Private
	if e := m.wordsOf(&c, "USAM0000000", names, nil); !slices.Equal(e.To, []string{"Sam"}) || !e.Private || e.Link != "" {
		t.Errorf("a private one: %+v", e)
	}
}

func TestListViews(t *testing.T) {
	plain := given(0, "spotting that the retry had no limit")
	plain.Receivers = plain.Receivers[:1]
	private := given(1, "sitting down with me & the <deploy> script")
	private.Receivers = []Receiver{{UserID: "USAM0000000", Standing: Private}}
	private.Dest, private.Post, private.Posting = Place{}, Place{}, Unposted
	private.Source = Place{ChannelID: "C0000000009", TS: "1690000000.000100"}
	asked := given(2, "bringing back Noor’s idea")
	asked.Receivers = []Receiver{{UserID: "USAM0000000", Standing: Asked}}
	asked.Post, asked.Posting = Place{}, Unposted
	forgotten := given(3, "keeping the notes all year")
	forgotten.GiverID = ""
	forgotten.Receivers = forgotten.Receivers[:1]
	typical := Page{Credits: []Credit{plain, private, asked, forgotten}, Next: cursorOf(forgotten)}
	toMany := Page{Credits: []Credit{given(0, "running the drill together"), given(1, "and again")}}
	left := given(4, "that last release")
	left.Receivers = []Receiver{{UserID: "USAM0000000", Standing: Left}}
	var extreme []Credit
	for i, r := range nasty {
		extreme = append(extreme, given(i, r))
	}
	for name, p := range map[string]listPage{
		"list-received":      listOf(listing{}, "USAM0000000", typical),
		"list-later":         listOf(listing{Days: 90, Kind: Help, After: cursorOf(plain)}, "USAM0000000", typical),
		"list-given":         listOf(listing{Given: true}, "UALICE00000", toMany),
		"list-left":          listOf(listing{Given: true}, "UALICE00000", Page{Credits: []Credit{left}}),
		"list-none":          listOf(listing{}, "USAM0000000", Page{}),
		"list-none-given":    listOf(listing{Given: true}, "USAM0000000", Page{}),
		"list-none-filtered": listOf(listing{Days: 30}, "USAM0000000", Page{}),
		"extreme":            listOf(listing{Given: true, Days: 365, Kind: UnseenWork, After: cursorOf(plain)}, "UALICE00000", Page{Credits: extreme[:6]}),
		"extreme-2":          listOf(listing{}, "USAM0000000", Page{Credits: extreme[4:]}),
	} {
		acceptable(t, name, p.message())
		acceptableWindow(t, name, p.modal())
		if !strings.HasPrefix(name, "extreme") {
			golden.Compare(t, name, p.message().Fitted())
		}
	}
	for name, c := range map[string]Credit{"standing-named": plain, "standing-private": private, "standing-asked": asked, "standing-extreme": extreme[0], "standing-rtl": extreme[6]} {
		v := standingWindow(c, "USAM0000000", testLink(linked(&c, "USAM0000000")))
		acceptableWindow(t, name, v)
		if name == "standing-named" || name == "standing-asked" {
			golden.Compare(t, name, v.Request())
		}
	}
	v := exportWindow("task", listing{Days: 365, Kind: Help})
	acceptableWindow(t, "export", v)
	golden.Compare(t, "list-export", v.Request())
}

func TestWhatFitsIsOffered(t *testing.T) {
	for name, tc := range map[string]struct {
		standing Standing
		posting  Posting
		nowhere  bool
		want     []Standing
	}{
		"named in a post":      {Named, Posted, false, []Standing{Private, Declined}},
		"to be named":          {Named, Sending, false, []Standing{Private, Declined}},
		"asked":                {Asked, Unposted, false, []Standing{Named, Private, Declined}},
		"private":              {Private, Unposted, false, []Standing{Named, Declined}},
		"private from the off": {Private, Unposted, true, []Standing{Declined}},
	} {
		c := given(0, "x y")
		c.Posting = tc.posting
		if tc.nowhere {
			c.Dest = Place{}
		}
		_, options := choicesOf(&c, Receiver{Standing: tc.standing})
		var got []Standing
		for _, o := range options {
			got = append(got, Standing(o.Value))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzListing(f *testing.F) {
	f.Add(listing{Given: true, Days: 30, Kind: Help, After: "1700000000000.hAbC-_1", ID: "abc"}.encode())
	f.Add(`{"a":"1.h\"}{","d":31,"k":"x","i":"../.."}`)
	f.Add("{}")
	f.Fuzz(func(t *testing.T, v string) {
		s := decodeListing(v)
		if s != s.sound() || decodeListing(s.encode()) != s {
			t.Errorf("%q becomes %+v", v, s)
		}
		if blockkit.Len(s.encode()) > blockkit.MaxID {
			t.Errorf("%+v does not fit into an id", s)
		}
	})
}

// texts are all texts of blocks.
func texts(blocks []slack.Block) []string {
	var out []string
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.SectionBlock:
			out = append(out, b.Text.Text)
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				out = append(out, e.(*slack.TextBlockObject).Text)
			}
		}
	}
	return out
}

func buttonsOf(blocks []slack.Block) []*slack.ButtonBlockElement {
	var out []*slack.ButtonBlockElement
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.SectionBlock:
			if b.Accessory != nil && b.Accessory.ButtonElement != nil {
				out = append(out, b.Accessory.ButtonElement)
			}
		case *slack.ActionBlock:
			for _, e := range b.Elements.ElementSet {
				if e, ok := e.(*slack.ButtonBlockElement); ok {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}

// countedSlack answers what a file is made with, and counts.
type countedSlack struct {
	calls map[string]int
	gone  map[string]bool // ts of messages that were deleted
}

func (s *countedSlack) Call(_ context.Context, method string, args url.Values, out any) error {
	s.calls[method]++
	switch method {
	case "users.conversations":
		return json.Unmarshal([]byte(`{"channels":[{"id":"C0000000000","name":"general"},{"id":"CSECRET","name":"mine"}]}`), out)
	case "chat.getPermalink":
		if s.gone[args.Get("message_ts")] {
			return slackbot.ErrMessageNotFound
		}
	}
	return nil
}

// knownPeople are the people of a workspace, and how often Slack was asked.
type knownPeople struct {
	mu            sync.Mutex
	asked, listed int
}

func (p *knownPeople) Find(_ context.Context, id string) (people.Person, error) {
	return people.Person{ID: id, TZ: "Europe/Paris"}, nil
}
func (p *knownPeople) Forget(string)                 {}
func (p *knownPeople) Preload(context.Context) error { p.listed++; return nil }

func (p *knownPeople) Name(_ context.Context, id, _ string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	return "name of " + id
}

type knownChannels struct {
	Channels
	asked int
}

func (c *knownChannels) Find(_ context.Context, id string) (channels.Channel, error) {
	c.asked++
	return channels.Channel{ID: id, Name: "name-of-" + id, Private: strings.HasPrefix(id, "CPRIV")}, nil
}

// A thousand credits cost a handful of questions: each person once, channels by
// the list of those one is in, and deletions of the newest hundred.
func TestALargeExportAsksLittle(t *testing.T) {
	var all []Credit
	for i := range 1000 {
		c := given(i, "spotting the index")
		c.GiverID = fmt.Sprintf("UGIVER%05d", i%300)
		c.Post.ChannelID = fmt.Sprintf("C%010d", i%50)
		all = append(all, c)
	}
	all[1].Post.ChannelID = "CPRIVATE"
	asked, who, where := &countedSlack{calls: map[string]int{}}, &knownPeople{}, &knownChannels{}
	m := &room{Deps: Deps{Slack: asked, People: who, Channels: where, Now: func() time.Time { return listDay }, TeamURL: "https://acme.slack.com/"}}
	left, err := m.stillThere(t.Context(), all)
	if err != nil || len(left) != 1000 {
		t.Fatal(len(left), err)
	}
	f := m.file(t.Context(), exporting{By: "USAM0000000", Format: "csv"}, left)
	if n := asked.calls["chat.getPermalink"]; n != maxChecked {
		t.Errorf("%d messages were looked for", n)
	}
	if n := asked.calls["users.conversations"]; n != 1 || where.asked > maxChannelsAsked {
		t.Errorf("%d lists of channels, %d channels asked for", n, where.asked)
	}
	if distinct := 300 + MaxReceivers; who.asked > distinct || who.listed != 1 {
		t.Errorf("%d names for %d people, %d lists", who.asked, distinct, who.listed)
	}
	text := string(f.Content)
	if strings.Contains(text, "CPRIV") && strings.Contains(text, "name-of-CPRIV") {
		t.Error("the name of a private channel is in the file")
	}
	if !strings.Contains(text, "general") || strings.Count(text, "spotting the index") != 1000 {
		t.Errorf("the file lacks something: %.300s", text)
	}
	if f.Name != "credit-received-2026-11-21.csv" {
		t.Errorf("it is called %s", f.Name)
	}
}

// acceptable checks a message as Slack would.
func acceptable(t *testing.T, name string, m blockkit.Message) {
	t.Helper()
	if err := blockcheck.Message([]byte(jsonOf(t, m.Fitted().Blocks))); err != nil {
		t.Errorf("%s: Slack would refuse it: %v", name, err)
	}
}

// acceptableWindow checks a window as Slack would.
func acceptableWindow(t *testing.T, name string, m blockkit.Modal) {
	t.Helper()
	if err := blockcheck.View([]byte(jsonOf(t, m.Request()))); err != nil {
		t.Errorf("%s: Slack would refuse it: %v", name, err)
	}
}
