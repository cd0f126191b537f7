package scripts

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
	"allybot/playbooks"
)

func TestTheWordsComeFirstAndLarge(t *testing.T) {
	f := start(t)
	m := f.ask("sam keeps getting talked over")
	header, ok := m.Blocks[0].(*slack.HeaderBlock)
	if !ok {
		t.Fatalf("the first block is a %s", m.Blocks[0].BlockType())
	}
	if want := "I'd like to hear the rest of Sam's point."; header.Text.Text != want {
		t.Errorf("it says %q, want %q", header.Text.Text, want)
	}
	golden.Compare(t, "words", m)
}

func TestWhoTheTextIsAbout(t *testing.T) {
	f := start(t)
	for text, want := range map[string]string{
		"<@USAM|sokafor> keeps getting talked over":      "I'd like to hear the rest of Sam Okafor's point.",
		"<@UPRO|kim> keeps getting talked over":          "I'd like to hear the rest of Kim's point.",
		"<@UGONE|lee> keeps getting talked over":         "I'd like to hear the rest of lee's point.",
		"<@UGONE> keeps getting talked over":             "I'd like to hear the rest of that point.",
		"<@UME|me> keeps getting talked over":            "I'd like to hear the rest of that point.",
		"Dr. Nguyễn was interrupted":                     "I'd like to hear the rest of Dr. Nguyễn's point.",
		"someone was interrupted":                        "I'd like to hear the rest of that point.",
		"<@URTL|mohammad> keeps getting talked over":     "I'd like to hear the rest of \u2068محمد\u2069's point.",
		"<@UEVIL|\u202e<!channel>> gets talked over now": "",
	} {
		m := f.ask(text)
		if got := strings.SplitN(texts(m.Blocks), "\n", 2)[0]; want != "" && got != want {
			t.Errorf("%s\n got  %q\n want %q", text, got, want)
		}
	}
}

func TestOneTapAway(t *testing.T) {
	f := start(t)
	words := f.ask("sam keeps getting talked over").Blocks
	direct := f.press(words, "More direct")
	if direct.How != "replace" || direct.Where != "url" {
		t.Errorf("it was answered by %s at %s", direct.How, direct.Where)
	}
	if got := texts(direct.blocks()); !strings.HasPrefix(got, "Hold on, Sam hadn't finished.") {
		t.Errorf("more direct: %s", got)
	}
	if again := f.press(direct.blocks(), "Gentler"); texts(again.blocks()) != texts(words) {
		t.Errorf("and back: %s", texts(again.blocks()))
	}
	push := f.press(direct.blocks(), "If they push back")
	golden.Compare(t, "push", push.Message)
	if back := f.press(push.blocks(), "Back to the words"); texts(back.blocks()) != texts(direct.blocks()) {
		t.Errorf("the way back leads to another tone: %s", texts(back.blocks()))
	}
	other := f.press(words, "Not what I meant")
	golden.Compare(t, "other", other.Message)
	if back := f.press(other.blocks(), "Back to the words"); texts(back.blocks()) != texts(words) {
		t.Errorf("back: %s", texts(back.blocks()))
	}
}

func TestPickingAnotherMomentKeepsTheName(t *testing.T) {
	f := start(t)
	other := f.press(f.ask("sam keeps getting talked over").Blocks, "Not what I meant")
	for list, blockID := range selects(other.blocks()) {
		got := f.act(slackbot.Action{
			ActionID: list.ActionID, BlockID: blockID, Value: "idea-ignored", Origin: slackbot.Origin{ResponseURL: "url"},
		})
		if want := "I'd like to go back to Sam's point about this."; !strings.HasPrefix(texts(got.blocks()), want) {
			t.Errorf("%s: %s", list.ActionID, texts(got.blocks()))
		}
		// And the first moment is still within reach.
		if again := f.press(got.blocks(), "Not what I meant"); !strings.Contains(texts(again.blocks()), "talked over") {
			t.Errorf("the first moment is gone: %s", texts(again.blocks()))
		}
	}
}

func TestNothingFits(t *testing.T) {
	f := start(t)
	for _, text := range []string{
		"quarterly spreadsheet formulas", "🎉🎉", "?", strings.Repeat("lorem ipsum ", 333),
		"<!channel> <!here> @everyone", "<b onclick=\"x\">&lt;script&gt;</b>", "<#C1|general>", "\u202e\u200b",
	} {
		got := texts(f.ask(text).Blocks)
		if !strings.HasPrefix(got, noneAtAll) && !strings.HasPrefix(got, noneNear) {
			t.Errorf("%.40q is answered with %s", text, got)
		}
	}
	golden.Compare(t, "none", f.ask("quarterly spreadsheet formulas"))
	golden.Compare(t, "near", page{content: content{lib: testLibrary(t)}, state: state{Show: showNone, Next: []string{"wrong-name", "called-out"}}}.message().Fitted())
}

// Noise gets a kind word and a way to browse, never moments that have nothing to
// do with it.
func TestNoiseIsOfferedNothingUnrelated(t *testing.T) {
	f := start(t)
	for _, text := range []string{
		"<!channel> @channel", "🎉🎉", ":tada:", "asdf", "<b>hi</b>", strings.Repeat("qwzx ", 800),
		"Добрый день, как дела?", "今天天气很好", "صباح الخير كيف حالك اليوم", "reset my password",
	} {
		m := f.ask(text)
		if got := texts(m.Blocks); !strings.HasPrefix(got, noneAtAll) {
			t.Errorf("%.40q is answered with %s", text, got)
		}
		found := map[string]bool{}
		for list := range selects(m.Blocks) {
			found[list.ActionID] = true
		}
		if !found[actionSearch] || !found[actionPick] {
			t.Errorf("%.40q: there is nothing to search or pick: %v", text, found)
		}
	}
}

func TestAfterHarmPeopleComeFirst(t *testing.T) {
	f := start(t)
	m := f.ask("sam touched me and I want to hurt myself")
	golden.Compare(t, "care", m)
	f.room.Contacts = "*Call the helpline: 4242*\n\nOr write to <mailto:people@a.example|the people team>."
	m = f.ask("I want to hurt myself")
	golden.Compare(t, "care-contacts", m)
	got := texts(m.Blocks)
	if strings.Index(got, "4242") > strings.Index(got, "emergency") {
		t.Errorf("the organisation's contacts don't come first: %s", got)
	}
	if strings.Contains(got, "`/ally") {
		t.Errorf("harm is answered with commands: %s", got)
	}
}

func TestAMistakenAlarmHasAWayOnAndBack(t *testing.T) {
	f := start(t)
	care := f.ask("I want to hurt myself").Blocks
	other := f.press(care, "This is about something else")
	if back := f.press(other.blocks(), "Back to who can help"); texts(back.blocks()) != texts(care) {
		t.Errorf("back: %s", texts(back.blocks()))
	}
}

func TestDidYouMean(t *testing.T) {
	f := start(t)
	m := f.request(slackbot.Request{UserID: "UME", Text: "name mispronounced", DidYouMean: "name"})
	if got := texts(m.Blocks); !strings.HasSuffix(got, "\nDid you mean `/ally name`?") {
		t.Errorf("the last line: %s", got)
	}
	m = f.request(slackbot.Request{UserID: "UME", Text: "help I want to hurt myself", DidYouMean: "help"})
	if strings.Contains(texts(m.Blocks), "Did you mean") {
		t.Error("somebody in distress is asked about spelling")
	}
}

func TestWhatWasTypedIsNotCarriedAlong(t *testing.T) {
	f := start(t)
	for _, text := range []string{"sam keeps getting talked over by zebedee", "zebedee spreadsheet formulas", "zebedee wants to hurt myself"} {
		m := f.ask(text)
		if j := strings.ToLower(string(marshal(t, m.Blocks)) + m.Text); strings.Contains(j, "zebedee") && !strings.Contains(text, "wants") {
			t.Errorf("the answer to %q repeats it: %s", text, j)
		}
	}
}

func TestAWordingThatIsLongIsShownInFull(t *testing.T) {
	lib := testLibrary(t)
	script := *lib.Script("interrupted")
	script.Texts = []playbook.Text{{Part: playbook.Gentle, Text: strings.Repeat("A long sentence. ", 30)}}
	blocks := page{content: content{lib: lib}, state: state{Script: script.ID, Tone: playbook.Gentle}}.words(&script)
	if got := texts(blocks[:1]); !strings.HasPrefix(got, strings.TrimSpace(script.Texts[0].Text)) {
		t.Errorf("it was cut: %q", got)
	}
}

func TestAScriptThatIsGoneBecomesAChoice(t *testing.T) {
	f := start(t)
	for _, show := range []string{showWords, showPush, showCost, showOther, showGroup, "nonsense"} {
		got := f.act(slackbot.Action{
			ActionID: actionShow, Value: state{Script: "removed", Show: show, Group: "removed"}.encode(2000),
			Origin: slackbot.Origin{ResponseURL: "url"},
		})
		if !strings.HasPrefix(texts(got.blocks()), "*Pick what fits better*") {
			t.Errorf("%q: %s", show, texts(got.blocks()))
		}
	}
}

func TestManyScriptsAreBrowsedByGroup(t *testing.T) {
	lib := testLibrary(t)
	list, ok := content{lib: lib}.moments().(blockkit.StaticSelect)
	if !ok || list.ActionID != actionPick || len(list.Groups) == 0 {
		t.Fatalf("a few scripts are not listed at once: %+v", list)
	}
	f := start(t)
	got := f.act(slackbot.Action{ActionID: actionGroup, Value: "amplify", BlockID: state{Script: "wrong-name", Name: "Sam", Show: showOther}.encode(255), Origin: slackbot.Origin{ResponseURL: "url"}})
	golden.Compare(t, "group", got.Message)
	back := f.press(got.blocks(), "Back")
	if again := f.press(back.blocks(), "Back to the words"); !strings.Contains(texts(again.blocks()), "Sam") {
		t.Errorf("all the way back: %s", texts(again.blocks()))
	}
}

// TestEveryPageIsValidAndLeadsBack walks through everything that can be pressed
// or picked, in a message and in a modal, for names of all kinds.
func TestEveryPageIsValidAndLeadsBack(t *testing.T) {
	for _, name := range []string{"", "Sam", "Oluwaseun Adébáyọ̀-Thomson", "محمد", "<!channel> & \"Co\"", strings.Repeat("👩‍👩‍👧", 60), "@here"} {
		f := start(t)
		origin := slackbot.Origin{ResponseURL: "url"}
		if len(name)%2 == 1 {
			origin = slackbot.Origin{ViewType: "modal", ViewID: "V1"}
		}
		first := state{Script: "interrupted", Name: name, Next: []string{"idea-ignored", "wrong-name"}}
		todo := []slackbot.Action{
			{ActionID: actionShow, Value: first.encode(2000)},
			{ActionID: actionShow, Value: state{Show: showCare, Name: name, Next: first.Next}.encode(2000)},
			{ActionID: actionShow, Value: state{Show: showNone, Name: name, Next: first.Next}.encode(2000)},
		}
		seen := map[string]bool{}
		for len(todo) > 0 {
			a := todo[0]
			todo = todo[1:]
			to := decode(a.Value)
			key := fmt.Sprint(a.ActionID[:len(actionPick)], to.Script, to.Tone, to.Show, to.Group, to.Care, len(to.Next) > 0, decode(a.BlockID).Script)
			if seen[key] {
				continue
			}
			seen[key] = true
			a.Origin = origin
			page := f.act(a).blocks()
			pressable := buttons(page)
			if len(pressable) == 0 && to.Show != showNone && a.ActionID != actionFollow {
				t.Errorf("there is no way on from %s %s", a.ActionID, a.Value)
			}
			for _, b := range pressable {
				if b.URL == "" {
					todo = append(todo, slackbot.Action{ActionID: b.ActionID, Value: b.Value})
				}
			}
			for list, blockID := range selects(page) {
				switch list.ActionID {
				case actionPick:
					todo = append(todo, slackbot.Action{ActionID: actionPick, BlockID: blockID, Value: "called-out"})
				case actionRole:
					todo = append(todo, slackbot.Action{ActionID: actionRole, BlockID: blockID, Value: string(playbook.Affected)})
				}
			}
			if len(seen) > 2000 {
				t.Fatal("the pages never end")
			}
		}
		if len(seen) < 20 {
			t.Errorf("only %d pages were seen", len(seen))
		}
	}
}

// TestHundredsOfScriptsFit is for organisations that write many of their own.
func TestHundredsOfScriptsFit(t *testing.T) {
	practices, err := fs.ReadFile(playbooks.FS, "practices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	one, err := os.ReadFile("testdata/content/scripts/interrupted.md")
	if err != nil {
		t.Fatal(err)
	}
	script := strings.Replace(string(one), "family: interrupted\nsee: [idea-ignored]\n", "", 1)
	files := fstest.MapFS{"practices.yaml": {Data: practices}, "scripts/interrupted.md": {Data: []byte(script)}}
	for i := range 300 {
		title := fmt.Sprintf("title: %s %d\n", strings.Repeat("Interruption ", 5), i)
		files[fmt.Sprintf("scripts/interrupted-%d.md", i)] = &fstest.MapFile{Data: []byte(strings.Replace(script, "title: Someone is interrupted or talked over\n", title, 1))}
	}
	lib, problems := playbook.Load(files)
	if len(problems) > 0 || len(lib.Scripts()) < 300 {
		t.Fatalf("%d scripts, %v", len(lib.Scripts()), problems[:1])
	}
	c := content{lib: lib}
	var saved []Favourite
	for _, s := range lib.Scripts()[:maxFavourites] {
		saved = append(saved, Favourite{Script: s.ID, Tone: playbook.AskFirst, Role: playbook.Bystander, Written: true})
	}
	checkMessage(t, blockkit.Message{Blocks: c.launcher(saved)}.Fitted())
	group := page{content: c, state: state{Show: showGroup, Group: "amplify"}}.message().Fitted()
	checkMessage(t, group)
	if got := texts(group.Blocks); !strings.Contains(got, groupMore) {
		t.Errorf("it does not say that the list is not complete: %s", got)
	}
	if err := blockcheck.View(marshal(t, blockkit.Home{Blocks: c.home(saved, false)}.Request())); err != nil {
		t.Error(err)
	}
	if j := marshal(t, c.suggest("")); len(j) > 20_000 || len(j) < 5_000 {
		t.Errorf("everything there is takes %d bytes", len(j))
	}
}

func TestStateKeepsToItsRoom(t *testing.T) {
	s := state{Script: "interrupted", Name: strings.Repeat("ü", 40), Next: []string{strings.Repeat("a", 60), strings.Repeat("b", 60), strings.Repeat("c", 60)}}
	for _, limit := range []int{2000, 255, 150, 30} {
		j := s.encode(limit)
		if n := blockkit.Len(j); n > limit || n == 0 {
			t.Errorf("in %d it takes %d", limit, n)
		}
		if got := decode(j); got.Script != "interrupted" {
			t.Errorf("in %d it lost the script: %s", limit, j)
		}
	}
	if got := fmt.Sprintf("%+v", decode(s.encode(2000))); got != fmt.Sprintf("%+v", s) {
		t.Errorf("it came back as %s", got)
	}
}
