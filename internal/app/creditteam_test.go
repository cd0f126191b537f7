package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/credit"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim"
)

// team is a workspace that gives credit, with its clock at a known day.
type team struct {
	*workspace
	bot    *App
	ledger *credit.Ledger
	kept   slackbot.Personal // what credit keeps about people
}

func newTeam(t *testing.T) *team {
	t.Helper()
	w := newWorkspace(t)
	w.later(time.Until(time.Date(2026, 11, 12, 12, 0, 0, 0, time.UTC)))
	w.LiftRateLimits()
	tm := &team{workspace: w}
	tm.bot = w.run(func(_ *config.Config, d *Deps) { d.Words, d.Tempo.CalendarEvery = fewWords(), 20*time.Millisecond })
	db, err := redisdb.Open(w.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	tm.ledger = credit.NewLedger(db, w.now)
	// The same room once more, for what no command reaches yet. Its work is done by
	// the bot that runs.
	r := slackbot.NewRouter()
	credit.Register(r, credit.Deps{Ledger: tm.ledger, Now: w.now, Later: func(ctx context.Context, mark string, task slackbot.Task) error {
		return tm.bot.street.Load().gateway.Do(ctx, mark, task)
	}})
	tm.kept = r.KeptAboutPeople()[0]
	return tm
}

// give gives credit in a channel and returns its id, once it is where it belongs.
func (tm *team) give(giver, channel, to, reason string) string {
	tm.t.Helper()
	tm.insist(giver, channel, "credit "+to+" for "+reason)
	var id string
	tm.eventually("“"+reason+"” is posted", func() bool {
		p, err := tm.ledger.Page(context.Background(), credit.Query{In: channel})
		for _, c := range p.Credits {
			if c.Reason == reason && c.Painted == c.Rev && len(c.With(credit.Named)) > 0 {
				id = c.ID
			}
		}
		return err == nil && id != ""
	})
	return id
}

func (tm *team) find(id string) credit.Credit {
	tm.t.Helper()
	c, err := tm.ledger.Find(context.Background(), id)
	if err != nil {
		tm.t.Fatal(err)
	}
	return c
}

// shown is the text of the bot's messages in a channel.
func (tm *team) shown(channel string) string {
	var b strings.Builder
	for _, m := range tm.posts(channel) {
		fmt.Fprintf(&b, "%s\n", m.Blocks)
	}
	return b.String()
}

// whispered presses a button and returns the private answer to it.
func (tm *team) whispered(user string, m slacksim.Message, action string) slacksim.Message {
	tm.t.Helper()
	before := len(tm.ephemerals(user, m.ChannelID))
	if err := tm.As(user).Press(m, action).Wait(patience); err != nil {
		tm.t.Fatalf("%s: %v", action, err)
	}
	tm.eventually("an answer to "+action, func() bool { return len(tm.ephemerals(user, m.ChannelID)) > before })
	all := tm.ephemerals(user, m.ChannelID)
	return all[len(all)-1]
}

func has(m slacksim.Message, text string) bool {
	return strings.Contains(m.Text+string(m.Blocks), text)
}

// digest is the monthly list of a channel.
func (tm *team) digest(channel string) (credit.Digest, bool) {
	tm.t.Helper()
	d, on, err := tm.ledger.Digest(context.Background(), channel)
	if err != nil {
		tm.t.Fatal(err)
	}
	return d, on
}

// due moves the clock past when the list of a channel is due, and waits until that
// was seen to.
func (tm *team) due(channel string, late time.Duration) {
	tm.t.Helper()
	d, _ := tm.digest(channel)
	tm.later(d.Next.Add(late).Sub(tm.now()))
	tm.eventually("the list is seen to", func() bool {
		now, on := tm.digest(channel)
		return !on || now.Next.After(d.Next)
	})
}

// erase has somebody delete a message of the bot. The bot hears nothing of it.
func (tm *team) erase(channel, ts string) {
	tm.t.Helper()
	r, err := http.PostForm(tm.APIURL()+"chat.delete", url.Values{"token": {tm.BotToken()}, "channel": {channel}, "ts": {ts}}) //nolint:noctx // of the test itself
	if err != nil {
		tm.t.Fatal(err)
	}
	_ = r.Body.Close()
}

func TestAChannelGetsItsMonthlyList(t *testing.T) {
	t.Parallel()
	tm := newTeam(t)
	if got := tm.command(tm.guest, tm.general, "credits"); has(got, "credit.digest") {
		t.Errorf("a guest is offered %s", got.Blocks)
	}
	if got := tm.command(tm.alice, tm.quiet, "credits"); has(got, "credit.digest") {
		t.Errorf("without the bot: %s", got.Blocks)
	}
	list := tm.command(tm.alice, tm.general, "credits")
	if !has(list, "Turn the list on") {
		t.Fatalf("/ally credits: %s", list.Blocks)
	}
	// However often and by however many it is pressed, the channel is told once.
	noors := tm.command(tm.noor, tm.general, "credits")
	for range 2 {
		for user, m := range map[string]slacksim.Message{tm.alice: list, tm.noor: noors} {
			if got := tm.whispered(user, m, "credit.digest"); !has(got, "next list comes on") {
				t.Errorf("told %s", got.Blocks)
			}
		}
	}
	if n := len(tm.posts(tm.general)); n != 1 || !strings.Contains(tm.shown(tm.general), "first working day") {
		t.Fatalf("the channel is told %d times: %s", n, tm.shown(tm.general))
	}
	d, _ := tm.digest(tm.general)
	want := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) // ten in Paris and Berlin
	if !d.Next.Equal(want) || d.AskedBy != tm.alice && d.AskedBy != tm.noor {
		t.Fatalf("%+v", d)
	}

	first := tm.give(tm.alice, tm.general, "@sam", "spotting that the retry had no limit")
	tm.give(tm.sam, tm.general, "@noor", "writing down what we decided last week")
	gone := tm.give(tm.noor, tm.general, "@alice", "asking who was missing in the room")
	tm.erase(tm.general, tm.find(gone).Post.TS)
	tm.later(25 * time.Hour) // a day's limits
	before := len(tm.posts(tm.general))

	tm.due(tm.general, time.Minute)
	posts := tm.posts(tm.general)
	if len(posts) != before+1 {
		t.Fatalf("%d posts, %d before", len(posts), before)
	}
	got := posts[len(posts)-1]
	for _, text := range []string{"in November 2026", "Alice credited Samira: spotting", "Samira credited Noor: writing", "|See it>"} {
		if !has(got, text) {
			t.Errorf("the list lacks %q: %s", text, got.Blocks)
		}
	}
	if has(got, "missing in the room") || has(got, "<@") || strings.Index(string(got.Blocks), "spotting") > strings.Index(string(got.Blocks), "writing") {
		t.Errorf("the list is %s", got.Blocks)
	}
	if c := tm.find(gone); c.Stands() {
		t.Error("a credit whose post was deleted stands")
	}
	if c := tm.find(first); !strings.Contains(string(got.Blocks), strings.ReplaceAll(c.Post.TS, ".", "")) {
		t.Errorf("no link to the post in %s", got.Blocks)
	}
	if d, _ := tm.digest(tm.general); !d.Next.Equal(time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("the next is %s", d.Next)
	}

	// A month without credit, then an outage of four days, then one of two.
	before = len(posts)
	tm.due(tm.general, time.Minute)
	tm.give(tm.alice, tm.general, "@sam", "carrying the pager over the holidays")
	tm.due(tm.general, 96*time.Hour)
	if n := len(tm.posts(tm.general)); n != before+1 {
		t.Errorf("%d posts, %d before", n, before)
	}
	tm.give(tm.sam, tm.general, "@alice", "the patient answers in the review")
	tm.due(tm.general, 48*time.Hour)
	if !strings.Contains(tm.shown(tm.general), "in February 2027") || strings.Contains(tm.shown(tm.general), "in January 2027") || strings.Contains(tm.shown(tm.general), "in December 2026") {
		t.Errorf("after outages: %s", tm.shown(tm.general))
	}

	// A guest cannot end it, a full member can, on the notice itself.
	notice := tm.posts(tm.general)[0]
	if got := tm.whispered(tm.guest, notice, "credit.digest"); !has(got, "Only full members") {
		t.Errorf("a guest is told %s", got.Blocks)
	}
	if got := tm.whispered(tm.sam, notice, "credit.digest"); !has(got, "It is off") {
		t.Errorf("told %s", got.Blocks)
	}
	if _, on := tm.digest(tm.general); on || !has(tm.posts(tm.general)[0], "list of credit is off") {
		t.Errorf("on: %v; the notice says %s", on, tm.posts(tm.general)[0].Blocks)
	}

	// On again, which the channel is told of again; then Ally is removed.
	before = len(tm.posts(tm.general))
	list = tm.command(tm.alice, tm.general, "credits")
	tm.whispered(tm.alice, list, "credit.digest")
	if n := len(tm.posts(tm.general)); n != before+1 {
		t.Errorf("%d posts, %d before", n, before)
	}
	tm.give(tm.alice, tm.general, "@noor", "the notes that nobody else took")
	tm.As(tm.alice).Kick(tm.general, tm.BotUserID())
	tm.due(tm.general, time.Minute)
	if _, on := tm.digest(tm.general); on {
		t.Error("it goes on without a place")
	}
	tm.eventually("whoever asked is told", func() bool {
		return slices.ContainsFunc(tm.answers(tm.alice), func(m slacksim.Message) bool { return has(m, "I stopped it") })
	})
}

// home opens Home and returns it once it shows a text.
func (tm *team) home(user, text string) *slacksim.View {
	tm.t.Helper()
	p := tm.As(user)
	p.OpenHome()
	tm.eventually("Home shows "+text, func() bool { return p.Home() != nil && strings.Contains(string(p.Home().Blocks), text) })
	return p.Home()
}

func TestHomeShowsCreditAndHowToBeCredited(t *testing.T) {
	t.Parallel()
	tm := newTeam(t)
	tm.home(tm.sam, "You have not chosen yet")
	id := tm.give(tm.alice, tm.general, "@sam", "spotting that the retry had no limit")
	home := tm.home(tm.sam, "credited you once")
	if s := string(home.Blocks); !strings.Contains(s, strings.ReplaceAll(tm.find(id).Post.TS, ".", "")) || !strings.Contains(s, "spotting that") {
		t.Errorf("Home is %s", s)
	}
	p := tm.As(tm.sam)
	if err := p.SelectView(home.ID, "credit.wish", "ask").Wait(patience); err != nil {
		t.Fatal(err)
	}
	tm.eventually("it is saved, and Home shows it", func() bool {
		n, err := tm.ledger.Naming(context.Background(), tm.sam)
		return err == nil && n[tm.sam] == credit.AskFirst && !strings.Contains(string(p.Home().Blocks), "not chosen")
	})
	if err := p.PressView(p.Home().ID, "credit.form").Wait(patience); err != nil {
		t.Fatal(err)
	}
	tm.eventually("the form opens", func() bool { return len(p.Views()) == 1 })

	tm.eventually("all work is done", func() bool {
		n, err := tm.bot.street.Load().gateway.Waiting(context.Background())
		return err == nil && n == 0
	})
	tm.redis.Kill()
	tm.home(tm.sam, "can’t be shown right now")
}

func TestAdminsChooseTheCreditChannel(t *testing.T) {
	t.Parallel()
	tm := newTeam(t)
	admin := tm.AddPerson(slacksim.Person{Name: "ada", RealName: "Ada Admin", Admin: true})
	fits := tm.AddChannel(slacksim.Channel{Name: "credit", Members: []string{admin}, Private: true, WithBot: true})
	apart := tm.AddChannel(slacksim.Channel{Name: "apart", Members: []string{admin}})
	old := tm.AddChannel(slacksim.Channel{Name: "old", Members: []string{admin}, WithBot: true})
	tm.As(admin).Archive(old)
	if s := string(tm.home(tm.alice, "*Credit*").Blocks); strings.Contains(s, "credit.team") {
		t.Errorf("Alice sees %s", s)
	}
	p := tm.As(admin)
	home := tm.home(admin, "credit.team")
	is := func(channel string) bool {
		now, err := tm.ledger.Channel(context.Background())
		return err == nil && now == channel
	}
	pick := func(channel string) {
		t.Helper()
		if err := p.SelectView(p.Home().ID, "credit.team", channel).Wait(patience); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(user, text string) {
		t.Helper()
		q := tm.As(user)
		tm.eventually("they are told why not", func() bool { return len(q.Views()) == 1 && strings.Contains(string(q.Views()[0].Blocks), text) })
		if err := q.CloseView(q.Views()[0].ID).Wait(patience); err != nil {
			t.Fatal(err)
		}
	}
	pick(fits)
	tm.eventually("it is set", func() bool { return is(fits) && strings.Contains(string(p.Home().Blocks), fits) })
	pick(apart)
	refused(admin, "Invite me there first")
	if !is(fits) {
		t.Error("the old one is gone")
	}
	p.Invite(apart, tm.BotUserID())
	pick(apart)
	tm.eventually("invited, it can be set", func() bool { return is(apart) })

	// What only a client of their own making would send.
	forged := func(user, action, channel string) {
		t.Helper()
		home := tm.home(user, "*Credit*")
		payload := map[string]any{
			"type": "block_actions", "user": map[string]any{"id": user, "team_id": tm.TeamID()}, "team": map[string]any{"id": tm.TeamID()},
			"trigger_id": "1." + user + action, "container": map[string]any{"type": "view", "view_id": home.ID}, "view": home.JSON,
			"actions": []any{map[string]any{"type": "conversations_select", "action_id": action, "selected_conversation": channel, "action_ts": "1.0"}},
		}
		j, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		tm.SendPayload("interactive", j)
	}
	told := func(user, text string) {
		t.Helper()
		tm.eventually("they are told directly", func() bool {
			return slices.ContainsFunc(tm.answers(user), func(m slacksim.Message) bool { return has(m, text) })
		})
	}
	forged(admin, "credit.team", old)
	told(admin, "archived")
	forged(tm.alice, "credit.team", tm.general)
	told(tm.alice, "Only admins")
	forged(tm.noor, "credit.no_team", "")
	told(tm.noor, "Only admins")
	if !is(apart) {
		t.Error("somebody else changed it")
	}
	_ = home
	if err := p.PressView(p.Home().ID, "credit.no_team").Wait(patience); err != nil {
		t.Fatal(err)
	}
	tm.eventually("it is cleared", func() bool { return is("") })
}

func TestSpreadSpeaksOfLargerGroupsOnly(t *testing.T) {
	t.Parallel()
	tm := newTeam(t)
	group := []string{tm.alice, tm.sam, tm.noor}
	for i := range 3 {
		group = append(group, tm.AddPerson(slacksim.Person{Name: fmt.Sprint("p", i), RealName: fmt.Sprint("Person ", i)}))
	}
	six := tm.AddChannel(slacksim.Channel{Name: "six", Members: append(slices.Clone(group), tm.guest), WithBot: true})
	four := tm.AddChannel(slacksim.Channel{Name: "four", Members: append(slices.Clone(group[:4]), tm.guest), WithBot: true})
	for _, channel := range []string{six, four} {
		tm.give(tm.alice, channel, "@sam", "spotting that the retry had no limit "+channel)
		tm.give(tm.alice, channel, "@noor", "the notes of the whole quarter "+channel)
		tm.give(tm.alice, channel, "@p0", "testing it on the old phones "+channel)
	}
	tm.give(tm.noor, six, "@p1", "the plan for the move")
	ask := func(channel string) string {
		t.Helper()
		list := tm.command(tm.alice, channel, "credits") // who made the channel
		return string(tm.whispered(tm.alice, list, "credit.spread").Blocks)
	}
	said := ask(six)
	if !strings.Contains(said, "more than half of this group") || !strings.Contains(said, "for ideas") {
		t.Errorf("of six: %s", said)
	}
	for _, name := range []string{"<@", "Samira", "Noor", "Alice", "4", "6"} {
		if strings.Contains(said, name) {
			t.Errorf("of six it says %q: %s", name, said)
		}
	}
	if said := ask(four); !strings.Contains(said, "five or more") || strings.Contains(said, "half") {
		t.Errorf("of four: %s", said)
	}
	if got := tm.command(tm.sam, six, "credits"); has(got, "credit.spread") || !has(got, "credit.digest") {
		t.Errorf("Sam is offered %s", got.Blocks)
	}
}

func TestForgettingTakesPeopleOutOfRecordsAndPosts(t *testing.T) {
	t.Parallel()
	tm := newTeam(t)
	ctx := t.Context()
	both := tm.give(tm.alice, tm.general, "@sam @noor", "the plan that kept the weekend quiet")
	only := tm.give(tm.alice, tm.general, "@sam", "spotting that the retry had no limit")
	seen := tm.give(tm.alice, tm.general, "@noor", "the notes of the whole quarter")
	for _, m := range tm.posts(tm.general) {
		if has(m, "whole quarter") {
			if err := tm.As(tm.sam).Press(m, "credit.voice").Wait(patience); err != nil {
				t.Fatal(err)
			}
		}
	}
	tm.eventually("Sam saw it too", func() bool { return strings.Contains(tm.shown(tm.general), "Also seen by Samira") })
	if err := tm.ledger.SetNaming(ctx, tm.sam, credit.InPublic); err != nil {
		t.Fatal(err)
	}
	tm.eventually("Noor is told of both", func() bool { return len(tm.answers(tm.noor)) == 2 })
	tm.eventually("Sam is told of both", func() bool { return len(tm.answers(tm.sam)) == 2 })

	exported := func(user string) string {
		t.Helper()
		v, err := tm.kept.Export(ctx, user)
		if err != nil {
			t.Fatal(err)
		}
		if v == nil {
			return ""
		}
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(j)
	}
	for _, part := range []string{"weekend quiet", "retry had no limit", "whole quarter", `"how_to_credit_me":"public"`, `"standing":"named"`, tm.alice} {
		if !strings.Contains(exported(tm.sam), part) {
			t.Errorf("the export lacks %q: %s", part, exported(tm.sam))
		}
	}
	if s := exported(tm.alice); !strings.Contains(s, `"given_in_the_last_24_hours":["`) || !strings.Contains(s, tm.sam) || strings.Contains(s, "standing") {
		t.Errorf("of the giver: %s", s)
	}

	// A receiver, and a voice. Slack is slow about it.
	tm.Inject(slacksim.Fault{Method: "chat.update", Times: 2, Kind: slacksim.ServerError})
	tm.Inject(slacksim.Fault{Method: "chat.delete", Times: 2, Kind: slacksim.RateLimited})
	for range 2 {
		if err := tm.kept.Erase(ctx, tm.sam); err != nil {
			t.Fatal(err)
		}
	}
	if s := exported(tm.sam); s != "" {
		t.Errorf("kept of Sam: %s", s)
	}
	tm.eventually("no post shows Sam", func() bool {
		s := tm.shown(tm.general)
		return !strings.Contains(s, tm.sam) && !strings.Contains(s, "Samira") && !strings.Contains(s, "retry had no limit")
	})
	tm.eventually("what told Sam is gone", func() bool { return len(tm.answers(tm.sam)) == 0 })
	if s := tm.shown(tm.general); !strings.Contains(s, "weekend quiet") || !strings.Contains(s, "whole quarter") {
		t.Errorf("too much is gone: %s", s)
	}
	if c := tm.find(only); c.Stands() || len(c.Receivers) > 0 || c.Reason != "" {
		t.Errorf("the credit of Sam alone: %+v", c)
	}
	if c := tm.find(both); !c.Stands() || c.Receiver(tm.sam) != nil || c.Receiver(tm.noor) == nil {
		t.Errorf("the credit of both: %+v", c)
	}

	// The giver.
	if err := tm.kept.Erase(ctx, tm.alice); err != nil {
		t.Fatal(err)
	}
	if s := exported(tm.alice); s != "" {
		t.Errorf("kept of Alice: %s", s)
	}
	tm.eventually("posts and notices are from a colleague", func() bool {
		posts := tm.shown(tm.general)
		cards := ""
		for _, m := range tm.answers(tm.noor) {
			cards += string(m.Blocks)
		}
		return strings.Count(posts, "from a colleague") == 2 && !strings.Contains(posts, "Alice") &&
			strings.Count(cards, "A colleague credited you") == 2 && !strings.Contains(cards, tm.alice)
	})
	if c := tm.find(seen); !c.Stands() || c.GiverID != "" || !slices.Equal(c.With(credit.Named), []string{tm.noor}) {
		t.Errorf("%+v", c)
	}
}

func TestWhoLeftIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	tm := newTeam(t)
	if err := tm.ledger.SetNaming(t.Context(), tm.sam, credit.AskFirst); err != nil {
		t.Fatal(err)
	}
	id := tm.give(tm.alice, tm.general, "@sam @noor", "the plan that kept the weekend quiet")
	standing := func(s credit.Standing) func() bool {
		return func() bool { r := tm.find(id); return r.Receiver(tm.sam).Standing == s && r.Receiver(tm.sam).Told }
	}
	tm.eventually("Sam is asked", standing(credit.Asked))
	tm.UpdatePerson(tm.sam, func(p *slacksim.Person) { p.Title = "Lead" })
	tm.UpdatePerson(tm.sam, func(p *slacksim.Person) { p.Deleted = true })
	tm.eventually("Sam is not waited for", standing(credit.Left))
	if c := tm.find(id); !c.Stands() || !slices.Equal(c.With(credit.Named), []string{tm.noor}) {
		t.Errorf("%+v", c)
	}
	tm.eventually("nothing is waited for", func() bool { c := tm.find(id); _, due := c.Due(); return !due })
}
