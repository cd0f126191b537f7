package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"allybot/internal/credit"
	"allybot/internal/manifest"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
	"allybot/internal/slacksim"
)

// hazards is a workspace with a clock that can be put forward, where people give
// credit while things go wrong.
type hazards struct {
	*workspace
	db     *redisdb.DB // of the test itself
	ledger *credit.Ledger
	ahead  atomic.Int64 // of the clock, in nanoseconds
	noor   string       // the third colleague
	crowd  []string     // more of them, all in general
	// lenient passes over the notices of credits withdrawn: killed between
	// withdrawing and changing a notice, nobody changes it later.
	lenient bool
	hears   bool // of messages in channels, and of those deleted
}

// newHazards starts Slack and Redis, and no bot. without are scopes that an old
// installation lacks.
func newHazards(t *testing.T, without []string, with ...manifest.Feature) *hazards {
	t.Helper()
	m, err := manifest.JSON(with...)
	if err != nil {
		t.Fatal(err)
	}
	for _, scope := range without {
		m = []byte(strings.Replace(string(m), `"`+scope+`",`, "", 1))
	}
	h := &hazards{hears: slices.Contains(with, manifest.Listening)}
	sim, err := slacksim.Start(slacksim.Options{Manifest: m, Seed: 7, Now: h.now, NoRateLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.SetRetrySchedule(slices.Repeat([]time.Duration{200 * time.Millisecond}, 200))
	h.workspace = &workspace{Sim: sim, t: t, redis: redistest.New(t, "--appendonly", "yes", "--appendfsync", "always")}
	h.alice = sim.AddPerson(slacksim.Person{Name: "alice", RealName: "Alice Moreau", DisplayName: "Alice"})
	h.sam = sim.AddPerson(slacksim.Person{Name: "sam", RealName: "Samira Haddad", DisplayName: "Samira"})
	h.noor = sim.AddPerson(slacksim.Person{Name: "noor", RealName: "Noor Visser", DisplayName: "Noor"})
	everyone := []string{h.alice, h.sam, h.noor}
	for i := range 10 {
		h.crowd = append(h.crowd, sim.AddPerson(slacksim.Person{Name: fmt.Sprintf("person%d", i), RealName: fmt.Sprintf("Person Number%d", i)}))
	}
	h.general = sim.AddChannel(slacksim.Channel{Name: "general", Members: append(everyone, h.crowd...), WithBot: true})
	if h.db, err = redisdb.Open(h.redis.URL()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.db.Close() })
	h.ledger = credit.NewLedger(h.db, h.now)
	h.hasty()
	t.Cleanup(func() {
		if v := sim.Violations(); len(v) > 0 {
			t.Errorf("a stricter Slack would have refused:\n%s", strings.Join(v, "\n"))
		}
	})
	return h
}

func (h *hazards) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// later puts the clock forward for everybody.
func (h *hazards) later(d time.Duration) { h.ahead.Add(int64(d)) }

// replica starts one more bot, which stops with the test or when it is told to.
func (h *hazards) replica() (stop func()) {
	h.t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	cfg := h.config()
	cfg.PostsPerSecond = 100
	bot, err := New(cfg, Deps{Log: zap.New(core), Now: h.now, Words: fewWords(), Tempo: Tempo{
		Lease: 500 * time.Millisecond, CallTimeout: 500 * time.Millisecond, SettleAfter: 600 * time.Millisecond,
		CalendarEvery: 50 * time.Millisecond,
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	before := len(h.openSockets())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bot.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				h.t.Errorf("the bot stopped with: %v", err)
			}
		case <-time.After(10 * time.Second):
			h.t.Error("the bot did not stop within 10 s")
		}
	}
	h.t.Cleanup(func() {
		if h.t.Failed() {
			for _, e := range logs.All() {
				h.t.Log(e.Level, e.LoggerName, e.Message, e.ContextMap())
			}
			for _, c := range h.Calls("") {
				h.t.Log(c.Method, c.Status, c.Error, c.Args.Get("channel"), c.Args.Get("ts"))
			}
		}
		stop()
	})
	h.eventually("the bot has its sockets open", func() bool { return len(h.openSockets()) == before+int(cfg.Sockets) })
	return stop
}

// give credits by command and returns the id of the credit.
func (h *hazards) give(text string) string {
	h.t.Helper()
	said := h.insist(h.alice, h.general, "credit "+text)
	id := valueOf(said.Blocks, "credit.edit")
	if id == "" {
		h.t.Fatalf("/ally credit %s was answered with %s", text, said.Blocks)
	}
	return id
}

// find is the record of a credit; one without an id if there is none.
func (h *hazards) find(id string) credit.Credit {
	c, _ := h.ledger.Find(context.Background(), id)
	return c
}

// stands waits until the record of a credit is as it should be.
func (h *hazards) stands(what, id string, ok func(credit.Credit) bool) credit.Credit {
	h.t.Helper()
	var c credit.Credit
	h.eventually(what, func() bool { c = h.find(id); return c.ID != "" && ok(c) })
	return c
}

func isPosted(c credit.Credit) bool { return c.Posting == credit.Posted && c.Painted == c.Rev }

// settle waits until Slack has told everything and nothing is left to do now.
func (h *hazards) settle() {
	h.t.Helper()
	h.eventually("everything is acknowledged", h.allAcked)
	h.idle()
}

// idle waits until nothing is left to do now.
func (h *hazards) idle() {
	h.t.Helper()
	h.idleWithin(patience)
}

func (h *hazards) idleWithin(limit time.Duration) {
	h.t.Helper()
	done := h.WaitFor(limit, func() bool {
		ctx := context.Background()
		waiting, err := h.db.Client.XLen(ctx, h.db.Key("inbox", "stream")).Result()
		if err != nil || waiting > 0 {
			return false
		}
		due, err := h.db.Client.ZRangeWithScores(ctx, h.ledger.Due(), 0, 0).Result()
		return err == nil && (len(due) == 0 || int64(due[0].Score) > h.now().UnixMilli())
	})
	if !done {
		h.t.Fatal("never happened: everything is done")
	}
}

// agreed waits until nothing is left to do, and compares what Redis and Slack say.
func (h *hazards) agreed() {
	h.t.Helper()
	h.settle()
	for _, complaint := range h.disagreements() {
		h.t.Error(complaint)
	}
}

// everyCredit reads all records there are.
func (h *hazards) everyCredit() []credit.Credit {
	ctx := context.Background()
	begin := h.db.Key("credit", "c") + ":"
	keys, err := h.db.Client.Keys(ctx, begin+"*").Result()
	if err != nil {
		h.t.Fatal(err)
	}
	for i := range keys {
		keys[i] = strings.TrimPrefix(keys[i], begin)
	}
	slices.Sort(keys)
	all, err := h.ledger.FindAll(ctx, keys...)
	if err != nil || len(all) != len(keys) {
		h.t.Fatalf("%d of %d credits can be read: %v", len(all), len(keys), err)
	}
	return all
}

// everyPost is what the bot said for all to see, by the credit that its button
// belongs to.
func (h *hazards) everyPost() map[string][]slacksim.Message {
	human := map[string]bool{}
	for _, p := range h.People() {
		human[p.ID] = !p.Bot && p.ID != "USLACKBOT"
	}
	out := map[string][]slacksim.Message{}
	for _, c := range h.Channels() {
		i := slices.IndexFunc(c.Members, func(id string) bool { return human[id] })
		if c.DM || i < 0 {
			continue
		}
		for _, m := range h.As(c.Members[i]).Messages(c.ID) {
			if m.BotID != "" && !m.Ephemeral {
				id := valueOf(m.Blocks, "credit.voice")
				out[id] = append(out[id], m)
			}
		}
	}
	return out
}

// post is the one post of a credit.
func (h *hazards) post(id string) slacksim.Message {
	h.t.Helper()
	posts := h.everyPost()[id]
	if len(posts) != 1 {
		h.t.Fatalf("%d posts of the credit", len(posts))
	}
	return posts[0]
}

// disagreements compares every record with what people see. Everything has to be
// done before.
func (h *hazards) disagreements() []string {
	var wrong []string
	posts := h.everyPost()
	names := map[string]string{}
	for _, p := range h.People() {
		if names[p.ID] = p.DisplayName; p.DisplayName == "" {
			names[p.ID] = p.RealName
		}
	}
	known := map[string]bool{}
	for _, c := range h.everyCredit() {
		known[c.ID] = true
		blame := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("credit %s (%q, %s): ", c.ID, c.Reason, c.Posting)+fmt.Sprintf(format, args...))
		}
		h.comparePost(c, posts[c.ID], names, blame)
		for _, r := range c.Receivers {
			if h.lenient && !c.Stands() {
				continue
			}
			h.compareNotice(c, r, blame)
		}
	}
	for id, stray := range posts {
		if !known[id] {
			wrong = append(wrong, fmt.Sprintf("%d posts of no credit: %s", len(stray), stray[0].Blocks))
		}
	}
	return wrong
}

func (h *hazards) comparePost(c credit.Credit, posts []slacksim.Message, names map[string]string, blame func(string, ...any)) {
	named := c.With(credit.Named)
	switch c.Posting {
	case credit.Posted:
		if !c.Stands() || len(named) == 0 {
			blame("it is posted and names nobody, or was withdrawn")
		}
		if c.Painted != c.Rev {
			blame("change %d of %d is shown", c.Painted, c.Rev)
		}
		if len(posts) != 1 || posts[0].ChannelID != c.Post.ChannelID || posts[0].TS != c.Post.TS {
			blame("%d posts, the record says %v", len(posts), c.Post)
			return
		}
		if got, want := saying(posts[0].Blocks), sayingOf(c, names); !slices.Equal(got, want) {
			blame("the post says %q, the record %q", got, want)
		}
	case credit.Doubtful:
		if len(posts) > 1 {
			blame("%d posts", len(posts))
		}
		if h.asked(c) == 0 {
			blame("the giver was not asked")
		}
	case credit.Unplaced:
		if len(posts) != 0 || h.asked(c) == 0 {
			blame("%d posts, and the giver was asked %d times", len(posts), h.asked(c))
		}
	case credit.Unposted:
		if len(posts) != 0 || c.Stands() && len(named) > 0 {
			blame("%d posts and %d people to be named", len(posts), len(named))
		}
	default:
		blame("it is not over")
	}
}

// asked is how many private messages ask the giver what to do about a post.
func (h *hazards) asked(c credit.Credit) int {
	n := 0
	for _, m := range h.answers(c.GiverID) {
		if strings.HasPrefix(valueOf(m.Blocks, "credit.place:again"), c.ID) || strings.Contains(m.Text, "It is on its way") ||
			!c.Stands() && strings.Contains(m.Text, "It is withdrawn, but Slack did not say whether its post had reached <#"+c.Dest.ChannelID+">") {
			n++
		}
	}
	return n
}

// sayingOf is what the post of a credit has to say.
func sayingOf(c credit.Credit, names map[string]string) []string {
	var to []string
	for _, id := range c.With(credit.Named) {
		to = append(to, "<@"+id+">")
	}
	lines := []string{fmt.Sprintf("*Credit to %s*, from %s\n>%s", listed(to), names[c.GiverID], c.Reason)}
	var voices []string
	for _, id := range c.Voices {
		voices = append(voices, names[id])
	}
	if more := len(voices) - 5; more == 1 {
		voices = append(voices[:5], "1 more")
	} else if more > 1 {
		voices = append(voices[:5], fmt.Sprintf("%d others", more))
	}
	if len(voices) > 0 {
		lines = append(lines, "Also seen by "+listed(voices))
	}
	return lines
}

func listed(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// saying is what a post says of the credit: who and what for, and who saw it too.
func saying(blocks json.RawMessage) []string {
	var all []struct {
		Text     struct{ Text string }
		Elements []struct{ Text json.RawMessage }
	}
	_ = json.Unmarshal(blocks, &all)
	var lines []string
	for i, b := range all {
		if i == 0 {
			lines = append(lines, b.Text.Text)
		}
		for _, e := range b.Elements {
			var text string
			if json.Unmarshal(e.Text, &text) == nil && strings.HasPrefix(text, "Also seen by ") {
				lines = append(lines, text)
			}
		}
	}
	return lines
}

// compareNotice looks for what somebody credited was told.
func (h *hazards) compareNotice(c credit.Credit, r credit.Receiver, blame func(string, ...any)) {
	var notices []slacksim.Message
	for _, m := range h.answers(r.UserID) {
		if valueOf(m.Blocks, "credit.naming") == c.ID || m.TS == r.CardTS {
			notices = append(notices, m)
		}
	}
	want := 1
	if r.Standing == credit.Left || !r.Told {
		want = 0
	}
	if len(notices) != want || want == 1 && notices[0].TS != r.CardTS {
		blame("%s (%q, told: %v, card %q) has %d notices", r.UserID, r.Standing, r.Told, r.CardTS, len(notices))
		return
	}
	if !r.Told && c.Stands() && (r.Standing != credit.Named || c.Posting == credit.Posted) {
		blame("%s (%q) was not told", r.UserID, r.Standing)
	}
	if want == 0 {
		return
	}
	says := string(notices[0].Blocks)
	for text, expected := range map[string]bool{
		"This credit was withdrawn":    !c.Stands(),
		"It is posted, with your name": c.Stands() && r.Standing == credit.Named && c.Posting == credit.Posted,
		"would like to credit you":     c.Stands() && r.Standing == credit.Asked,
	} {
		if strings.Contains(says, text) != expected {
			blame("the notice of %s (%q) says %s", r.UserID, r.Standing, says)
		}
	}
}

// valueOf is the value of the first element with this action_id, "" if there is
// none.
func valueOf(blocks json.RawMessage, actionID string) string {
	var all []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
			Value    string
		}
	}
	_ = json.Unmarshal(blocks, &all)
	for _, b := range all {
		for _, e := range b.Elements {
			if e.ActionID == actionID {
				return e.Value
			}
		}
	}
	return ""
}

// payload is what Slack sent in an envelope.
func (h *hazards) payload(ex *slacksim.Exchange) (kind string, payload json.RawMessage) {
	h.t.Helper()
	for _, e := range h.Envelopes() {
		if e.ID == ex.EnvelopeID {
			return e.Type, e.Payload
		}
	}
	h.t.Fatal("no such envelope")
	return "", nil
}

// twiceMore has Slack send an act again, in two envelopes at once, to whatever
// replica it likes.
func (h *hazards) twiceMore(ex *slacksim.Exchange) {
	h.t.Helper()
	kind, payload := h.payload(ex)
	again := []*slacksim.Exchange{h.SendPayload(kind, payload), h.SendPayload(kind, payload)}
	for _, e := range append(again, ex) {
		if err := e.Wait(patience); err != nil {
			h.t.Fatal(err)
		}
	}
}

// menu picks from the menu of a post.
func (h *hazards) menu(user string, post slacksim.Message, want, id string) *slacksim.Exchange {
	return h.As(user).Select(post, "credit.more", want+":"+id)
}

// must waits for an acknowledgement.
func (h *hazards) must(ex *slacksim.Exchange) {
	h.t.Helper()
	if err := ex.Wait(patience); err != nil {
		h.t.Fatal(err)
	}
}

// notice is the private message that somebody has about a credit.
func (h *hazards) notice(user, id string) slacksim.Message {
	h.t.Helper()
	var found slacksim.Message
	h.eventually("a private notice", func() bool {
		for _, m := range h.answers(user) {
			if valueOf(m.Blocks, "credit.naming") == id {
				found = m
			}
		}
		return found.TS != ""
	})
	return found
}

// inChannels is for faults that spare private messages, toPeople for the others.
func inChannels(args url.Values) bool { return strings.HasPrefix(args.Get("channel"), "C") }
func toPeople(args url.Values) bool   { return strings.HasPrefix(args.Get("channel"), "D") }

// window waits for a window of the person's with this callback, or with any.
func (h *hazards) window(user, callback string) slacksim.View {
	h.t.Helper()
	var v slacksim.View
	h.eventually("the window "+callback, func() bool {
		views := h.As(user).Views()
		if len(views) == 0 {
			return false
		}
		v = views[len(views)-1]
		return v.CallbackID == callback
	})
	return v
}

// preview fills in the form for a message of Sam's, and returns the last window
// before the credit is given.
func (h *hazards) preview(ts string) slacksim.View {
	h.t.Helper()
	alice := h.As(h.alice)
	h.must(alice.MessageShortcut("credit_message", h.general, ts))
	form := h.window(h.alice, "credit.form")
	alice.Type(form.ID, "credit_reason", "spotting that the retry had no limit")
	h.must(alice.Submit(form.ID))
	return h.window(h.alice, "credit.preview")
}

// submitted gives the credit of a preview and returns its id.
func (h *hazards) submitted(v slacksim.View) string {
	h.t.Helper()
	var g struct {
		ID string `json:"i"`
	}
	if err := json.Unmarshal([]byte(v.PrivateMetadata), &g); err != nil {
		h.t.Fatal(err)
	}
	h.must(h.As(h.alice).Submit(v.ID))
	h.eventually("it is delivered", func() bool {
		views := h.As(h.alice).Views()
		return len(views) == 1 && views[0].Title == "Delivered"
	})
	h.As(h.alice).CloseAll()
	return g.ID
}

// edit changes the words of a credit by the menu of its post.
func (h *hazards) edit(id, reason string) {
	h.t.Helper()
	h.must(h.menu(h.alice, h.post(id), "change", id))
	v := h.window(h.alice, "credit.edit")
	h.As(h.alice).Type(v.ID, "credit_reason", reason)
	h.must(h.As(h.alice).Submit(v.ID))
	h.As(h.alice).CloseAll()
}
