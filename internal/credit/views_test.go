package credit

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/channels"
)

// What people type at its worst: everything that pings, breaks out of a quote or
// takes room in Slack's form.
var (
	worstReason = blockkit.Cut("<!channel> <!here|x> <!subteam^S1> <@U0TYPED> @here @everyone @channel <https://evil.example|click> `code` ```\n\n> *b* _i_ & \"q\" 🎉👩‍👩‍👧 שלום\u202e "+
		strings.Repeat("&<>\"\\", 100), MaxReason)
	worstName = "\u202eחנה <!channel> & <@U0TYPED> 🎉 @here\nnext"
)

func tenPeople() (ids []string) {
	for i := range MaxReceivers {
		ids = append(ids, "U0RECEIVE"+string(rune('A'+i)))
	}
	return ids
}

func usualGiving() giving {
	return giving{ID: "aGivingOfOne", To: []string{"U0SAM", "U0NOOR"}, Reason: "spotting that the retry had no limit", Kind: Idea, Here: "C0GENERAL"}
}

func worstGiving() giving {
	return giving{
		ID: strings.Repeat("x", 24), To: tenPeople(), Reason: worstReason, Kind: Amplified, Where: otherChannel,
		Other: "C0123456789", Here: "C9876543210", SourceTS: "1763767000.123456", ThreadTS: "1763766000.123456", Sure: true,
	}
}

func creditOf(g giving, s Standing, p Posting) Credit {
	c := Credit{
		ID: g.ID, Rev: 1, GiverID: "U0ALICE", Kind: g.Kind, Reason: g.Reason, Given: time.UnixMilli(1763767000123).UTC(),
		Dest: Place{ChannelID: "C0GENERAL"}, Posting: p,
	}
	if p == Posted {
		c.Post = Place{ChannelID: "C0GENERAL", TS: "1763767001.000100"}
	}
	for _, id := range g.To {
		c.Receivers = append(c.Receivers, Receiver{UserID: id, Standing: s})
	}
	return c
}

// sayings are all messages of the room that hold somebody's words.
func sayings(g giving) map[string]blockkit.Message {
	j := judgement{NoPlace: placeHidden, Team: "C0CREDIT"}
	out := map[string]blockkit.Message{
		"give_correction": correction(g, "credit @sam for "+g.Reason, []string{shortReason, sentence(Deactivated, []Person{{Name: "Dora"}})}),
		"give_away":       awayMessage("credit @sam for " + g.Reason),
		"give_doubt":      doubtfulPraise(g, "This could be about anybody."),
		"give_where":      whereMessage(g, j),
		"give_direct":     whereMessage(g, judgement{NoPlace: placeDirect}),
		"give_delivered":  delivered(g),
		"give_failed":     failedMessage(g),
		"give_left":       leftMessage(creditOf(g, Left, Unposted), g.To),
		"give_doubtful":   doubtMessage(creditOf(g, Named, Doubtful)),
		"give_unplaced":   unplacedMessage(creditOf(g, Named, Unplaced), "C0CREDIT"),
		"give_late":       lateMessage(creditOf(g, Private, Unposted)),
		"post_one":        post{ID: g.ID, Named: g.To[:1], Giver: "Alice", Kind: g.Kind, Reason: g.Reason}.message(),
		"post_linked": post{
			ID: g.ID, Named: g.To, Giver: "Alice", Kind: g.Kind, Reason: g.Reason,
			Link: "https://acme.slack.com/archives/C0GENERAL/p1763767000123456?thread_ts=1763766000.123456&cid=C0GENERAL", Voices: []string{"Gus", "Erin"},
		}.message(),
		"post_forgotten": post{ID: g.ID, Named: g.To[:1], Kind: g.Kind, Reason: g.Reason}.message(),
	}
	link := "https://acme.slack.com/archives/C0GENERAL/p1763767001000100"
	for name, n := range map[string]notice{
		"notice_named":     {Credit: creditOf(g, Named, Posted), Link: link},
		"notice_soon":      {Credit: creditOf(g, Named, Sending)},
		"notice_asked":     {Credit: creditOf(g, Asked, Unposted), Link: link},
		"notice_kept":      {Credit: creditOf(g, Private, Unposted)},
		"notice_lapsed":    {Credit: creditOf(g, Private, Unposted), Lapsed: true},
		"notice_declined":  {Credit: creditOf(g, Declined, Unposted)},
		"notice_withdrawn": {Credit: Credit{ID: g.ID, Withdrawn: time.UnixMilli(1763767000123)}},
	} {
		if len(n.Credit.Receivers) > 0 {
			n.Receiver = n.Credit.Receivers[0]
		}
		out[name] = n.message()
	}
	alone := notice{Credit: creditOf(g, Private, Unposted)}
	alone.Credit.Dest, alone.Receiver = Place{}, alone.Credit.Receivers[0]
	out["notice_private"] = alone.message()
	alone.Credit.GiverID = ""
	out["notice_forgotten"] = alone.message()
	return out
}

func TestWhatIsSaidOfCredit(t *testing.T) {
	for name, m := range sayings(usualGiving()) {
		acceptable(t, name, m)
		golden.Compare(t, name, m.Fitted())
	}
	for name, m := range map[string]blockkit.Message{"voice": saidAlready("id"), "said": say(nothingHere)} {
		acceptable(t, name, m)
	}
}

var (
	// pings are what Slack makes a notification of.
	pings   = regexp.MustCompile(`<!|<@U0TYPED|@(here|channel|everyone)\b`)
	ourMark = regexp.MustCompile(`:(bulb|loudspeaker|handshake|seedling|wave):`)
	// values go with buttons; nobody sees them.
	values  = regexp.MustCompile(`"value":"(\\.|[^"\\])*"`)
	anyMark = regexp.MustCompile(`:[a-z_]+:`)
)

// harmless fails if Slack would refuse something or anybody were pinged by what
// was typed.
func harmless(t *testing.T, name string, m blockkit.Message) {
	t.Helper()
	acceptable(t, name, m)
	m = m.Fitted()
	if strings.TrimSpace(m.Text) == "" {
		t.Errorf("%s has nothing for notifications and screen readers", name)
	}
	seen := values.ReplaceAllString(jsonOf(t, m.Blocks), "") + m.Text
	if p := pings.FindString(seen); p != "" {
		t.Errorf("%s pings by %q: %s", name, p, seen)
	}
	if strings.Contains(seen, "<https://evil.example") || strings.Contains(seen, "\u202e") {
		t.Errorf("%s carries a disguised link or turns the direction: %s", name, seen)
	}
	if all := anyMark.FindAllString(jsonOf(t, m.Blocks), -1); len(all) > 1 || len(all) == 1 && !ourMark.MatchString(all[0]) {
		t.Errorf("%s has the emoji %v", name, all)
	}
}

func TestTheWorstThatCanBeTyped(t *testing.T) {
	g := worstGiving()
	if g.encode() == "" {
		t.Fatal("a credit as large as can be does not fit into a button")
	}
	for name, m := range sayings(g) {
		harmless(t, name, m)
	}
	var voices []string
	for range maxVoices {
		voices = append(voices, worstName)
	}
	harmless(t, "post", post{
		ID: g.ID, Named: g.To, Giver: worstName, Kind: g.Kind, Reason: g.Reason, Voices: voices[:maxVoicesListed], More: maxVoices - maxVoicesListed,
		Link: "https://acme.slack.com/archives/C0GENERAL/p1763767000123456",
	}.message())
	refused := sentence(NotInside, []Person{{Name: worstName, Guest: true}, {Name: worstName, External: true}})
	harmless(t, "refused", correction(g, "credit <!channel> <@U0TYPED|x> for "+g.Reason, []string{refused, problemText(Draft{Problem: MassMention, Mass: "channel"})}))
}

// A name written from right to left keeps to itself.
func TestNamesFromRightToLeftAreIsolated(t *testing.T) {
	m := post{ID: "id", Named: []string{"U0SAM"}, Giver: "חנה", Kind: Idea, Reason: "asking why", Voices: []string{"דוד"}}.message().Fitted()
	shown := jsonOf(t, m.Blocks)
	for _, name := range []string{"חנה", "דוד"} {
		if !strings.Contains(shown, "\u2068"+name+"\u2069") {
			t.Errorf("%s turns the sentence around it: %s", name, shown)
		}
	}
}

func TestVoicesAreToldInOneLine(t *testing.T) {
	for _, test := range []struct {
		names string
		more  int
		want  string
	}{
		{"Noor", 0, "Also seen by Noor"},
		{"Noor Gus", 0, "Also seen by Noor and Gus"},
		{"A B C D E", 0, "Also seen by A, B, C, D and E"},
		{"A B C D E", 1, "Also seen by A, B, C, D, E and 1 more"},
		{"A B C D E", 25, "Also seen by A, B, C, D, E and 25 others"},
		{"A B C D E F G", 0, "Also seen by A, B, C, D, E and 2 others"},
	} {
		if got := voicesLine(strings.Fields(test.names), test.more); got != test.want {
			t.Errorf("%s, %d more: %q", test.names, test.more, got)
		}
	}
}

// What the giver is asked names everybody the credit is for: whom Ally could not
// name tells what they chose.
func TestQuestionsToTheGiverTellNoChoice(t *testing.T) {
	g := usualGiving()
	public, mixed := creditOf(g, Named, Unplaced), creditOf(g, Named, Unplaced)
	mixed.Receivers[1].Standing = Private
	for name, ask := range map[string]func(Credit) blockkit.Message{
		"unplaced": func(c Credit) blockkit.Message { return unplacedMessage(c, "C0CREDIT") },
		"doubtful": doubtMessage,
		"late":     lateMessage,
	} {
		if a, b := jsonOf(t, ask(public)), jsonOf(t, ask(mixed)); a != b {
			t.Errorf("%s differs:\n%s\n%s", name, a, b)
		}
	}
}

// secretive are channels that are all private.
type secretive struct{ Channels }

func (secretive) Find(_ context.Context, id string) (channels.Channel, error) {
	return channels.Channel{ID: id, Name: "layoffs", Private: true, BotIn: true}, nil
}

func TestWindowsOfCredit(t *testing.T) {
	l := embeddedLedger(t, newLedgerClock().now)
	m := &room{Deps: Deps{Ledger: l, People: &knownPeople{}, Channels: secretive{}, TeamURL: "https://acme.slack.com/"}}
	ctx := t.Context()
	usual, about := usualGiving(), usualGiving()
	about.SourceTS = "1763767000.123456"
	alone := usualGiving()
	alone.Here, alone.Where = "D0DIRECT", privately
	private := usualGiving()
	private.Where = privately
	windows := map[string]blockkit.Modal{
		"form_empty":   m.form(ctx, giving{ID: "id", Kind: Idea}, ""),
		"form_message": m.form(ctx, about, "We should cap the retries <!channel> & log it"),
		"form_back":    m.form(ctx, about, ""),
		"form_direct":  m.form(ctx, alone, ""),
		"form_preview": m.preview(ctx, "U0ALICE", usual, judgement{Doubt: "This could be about anybody."}),
		"form_private": m.preview(ctx, "U0ALICE", private, judgement{}),
		"form_about":   m.preview(ctx, "U0ALICE", about, judgement{}),
		"form_done":    deliveredWindow(usual),
		"form_told":    deliveredWindow(private),
		"form_naming":  namingWindow(AskFirst),
		"form_edit":    editWindow(creditOf(usual, Named, Posted)),
	}
	if err := l.SetChannel(ctx, "C0CREDIT"); err != nil {
		t.Fatal(err)
	}
	team := usualGiving()
	team.Where = creditChannel
	windows["form_team"] = m.form(ctx, team, "")
	windows["form_team_preview"] = m.preview(ctx, "U0ALICE", team, judgement{Team: "C0CREDIT"})
	for name, v := range windows {
		acceptableWindow(t, name, v)
		golden.Compare(t, name, v.Request())
	}
	elsewhere := about
	elsewhere.Where = creditChannel
	if shown := jsonOf(t, m.preview(ctx, "U0ALICE", elsewhere, judgement{Team: "C0CREDIT"}).Request()); strings.Contains(shown, "See where it happened") {
		t.Errorf("the preview links out of a private channel: %s", shown)
	}
	g := worstGiving()
	for name, v := range map[string]blockkit.Modal{
		"form":    m.form(ctx, g, strings.Repeat(worstReason, 20)),
		"preview": m.preview(ctx, "U0ALICE", g, judgement{Doubt: worstReason, Team: "C0CREDIT"}),
		"done":    deliveredWindow(g),
		"edit":    editWindow(creditOf(g, Named, Posted)),
		"naming":  namingWindow(Undecided),
	} {
		acceptableWindow(t, name, v)
		if strings.TrimSpace(v.PrivateMetadata) == "" && name != "done" && name != "naming" {
			t.Errorf("%s lost what it is about", name)
		}
		for _, b := range v.Request().Blocks.BlockSet {
			if _, input := b.(*slack.InputBlock); input {
				continue // what was typed, in a field that shows it as it is
			}
			if p := pings.FindString(values.ReplaceAllString(jsonOf(t, b), "")); p != "" {
				t.Errorf("%s pings by %q: %s", name, p, jsonOf(t, b))
			}
		}
	}
}

// Where more people see a post than where it happened, the preview says that
// those credited are asked: as they will be.
func TestThePreviewSaysWhoIsAsked(t *testing.T) {
	const asked, named = "are asked first", "are named if"
	for name, test := range map[string]struct {
		g    giving
		want string
	}{
		"here":                              {giving{Here: "C1"}, named},
		"in the credit channel":             {giving{Here: "C1", Where: creditChannel}, asked},
		"here, which is the credit channel": {giving{Here: "CT"}, asked},
		"in another one":                    {giving{Where: otherChannel, Other: "C2"}, named},
		"about a message elsewhere":         {giving{Here: "C1", SourceTS: "1.1", Where: otherChannel, Other: "C2"}, asked},
		"about a message there":             {giving{Here: "C1", SourceTS: "1.1", Where: otherChannel, Other: "C1"}, named},
		"nowhere":                           {giving{Here: "C1", Where: privately}, "Nobody but those credited"},
	} {
		if got := whoSees(test.g, "CT"); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
