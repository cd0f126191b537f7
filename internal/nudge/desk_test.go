package nudge

import (
	"context"
	"strings"
	"testing"
	"time"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

func (s *sent) Replace(_ context.Context, o slackbot.Origin, m blockkit.Message) error {
	if o.ResponseURL == "spent" {
		return slackbot.ErrResponseSpent
	}
	s.posts = append(s.posts, m.Text)
	return nil
}

// says asks with words and returns the answer.
func (w *world) says(t *testing.T, r *slackbot.Router, userID, text string) blockkit.Message {
	t.Helper()
	reply, err := r.Ask(t.Context(), slackbot.Request{Surface: slackbot.SlashCommand, UserID: userID, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return reply.Message
}

func (w *world) snoozed(t *testing.T, userID, want string) {
	t.Helper()
	until, err := w.Snoozed(t.Context(), userID)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	if !until.IsZero() {
		got = until.UTC().Format("2 Jan 15:04")
	}
	if got != want {
		t.Errorf("%s is snoozed until %q, want %q", userID, got, want)
	}
}

func (w *world) router() *slackbot.Router {
	r := slackbot.NewRouter()
	w.Register(r)
	r.FreeText(func(context.Context, slackbot.Request) (slackbot.Reply, error) {
		return slackbot.Reply{Message: blockkit.Message{Text: "a search"}}, nil
	})
	return r
}

func TestSnoozingByCommand(t *testing.T) {
	w := newWorld(t) // Tuesday 24 November, noon UTC
	r := w.router()
	for _, tc := range []struct{ user, typed, says, until string }{
		{"U1", "snooze", "You are not snoozing", ""},
		{"U1", "snooze until monday", "until *Monday*", "29 Nov 23:00"}, // midnight in Berlin
		{"U1", "snooze", "until *Monday*", "29 Nov 23:00"},
		{"UTOKYO", "snooze 1d", "until *tomorrow*", "24 Nov 15:00"},
		{"U1", "snooze 3h", "hours and minutes don’t fit", "29 Nov 23:00"},
		{"U1", "snooze until tuseday", "is it Tuesday?", "29 Nov 23:00"},
		{"U1", "snooze my boss", "a search", "29 Nov 23:00"},
		{"U1", "snooze until 12 January", "until *Tuesday 12 January 2027*", "11 Jan 23:00"},
		{"U1", "snooze off", "The snooze is over", ""},
		{"U1", "snooze off", "The snooze is over", ""},
		{"UWHO", "snooze 2 weeks", "until *Tuesday 8 December*", "8 Dec 00:00"},
	} {
		if m := w.says(t, r, tc.user, tc.typed); !strings.Contains(m.Text, tc.says) {
			t.Errorf("%s is answered by %q", tc.typed, m.Text)
		}
		w.snoozed(t, tc.user, tc.until)
	}
}

func TestSnoozingByButton(t *testing.T) {
	w := newWorld(t)
	r := w.router()
	press := func(value, responseURL, viewType string) {
		t.Helper()
		task, err := slackbot.NewTask("action/"+actionSnooze, slackbot.Action{
			ActionID: actionSnooze, Value: value, UserID: "U1",
			Origin: slackbot.Origin{ResponseURL: responseURL, ViewType: viewType},
		})
		if err != nil {
			t.Fatal(err)
		}
		task.ID = "t1"
		if err := r.Do(t.Context(), *task); err != nil {
			t.Fatal(err)
		}
	}
	press(chooseWeek, "fresh", "")
	w.snoozed(t, "U1", "30 Nov 23:00")
	press(chooseMonday, "fresh", "")
	w.snoozed(t, "U1", "29 Nov 23:00")
	press(chooseDay, "spent", "")
	w.snoozed(t, "U1", "24 Nov 23:00")
	press("nonsense", "fresh", "")
	w.snoozed(t, "U1", "24 Nov 23:00")
	if len(w.sent.posts) != 2 || len(w.sent.directs) != 1 || w.sent.directs[0] != "U1 t1/answer" {
		t.Errorf("answered by %q and %q", w.sent.posts, w.sent.directs)
	}
	refreshed := 0
	slackbot.Handle(r, homeRefresh, func(context.Context, slackbot.Task, slackbot.HomeOpened) error { refreshed++; return nil })
	press(chooseOff, "", "home")
	w.snoozed(t, "U1", "")
	if refreshed != 1 {
		t.Errorf("Home was refreshed %d times", refreshed)
	}
}

func TestWhatIsKeptOfASnooze(t *testing.T) {
	w := newWorld(t)
	r := w.router()
	p := r.KeptAboutPeople()[0]
	if got, err := p.Export(t.Context(), "U1"); err != nil || got != nil {
		t.Errorf("without a snooze: %v, %v", got, err)
	}
	until := w.clock.now().Add(48 * time.Hour)
	if err := w.Snooze(t.Context(), "U1", until); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Export(t.Context(), "U1"); err != nil || got != (kept{Until: until}) {
		t.Errorf("exported %v, %v", got, err)
	}
	if err := p.Erase(t.Context(), "U1"); err != nil {
		t.Fatal(err)
	}
	w.snoozed(t, "U1", "")
}

func TestRedisAwayIsSaidHonestly(t *testing.T) {
	w := newWorld(t)
	r := w.router()
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"snooze", "snooze 3d"} {
		if m := w.says(t, r, "U1", typed); m.Text != awayLine {
			t.Errorf("%s is answered by %q", typed, m.Text)
		}
	}
	if m := w.says(t, r, "U1", "snooze 3h"); !strings.Contains(m.Text, wholeDays) {
		t.Errorf("a correction needs no memory: %q", m.Text)
	}
	if blocks := r.Sections()[0].Home(t.Context(), "U1"); len(blocks) != 2 {
		t.Errorf("Home shows %d blocks", len(blocks))
	}
}

func TestHowItLooks(t *testing.T) {
	today := when.DateOf(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	golden.Compare(t, "snoozed", standing{Today: today, Until: today + 12, Changed: true}.message().Fitted())
	golden.Compare(t, "awake", standing{Today: today}.message().Fitted())
	golden.Compare(t, "woken", standing{Today: today, Changed: true}.message().Fitted())
	golden.Compare(t, "correction", correction(wholeDays, "3h &lt;please&gt;").Fitted())
	golden.Compare(t, "home_snoozed", standing{Today: today, Until: today + 6}.home())
	golden.Compare(t, "home_awake", standing{Today: today}.home())
}
