package scripts

import (
	"strings"
	"testing"

	"allybot/internal/blockkit/golden"

	"github.com/slack-go/slack"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

func TestWhoOneIsInTheMomentChangesTheWords(t *testing.T) {
	f := start(t)
	seen := f.ask("sam keeps getting talked over").Blocks
	if got := labels(seen); !strings.Contains(got, "I saw it") {
		t.Errorf("it does not say for whom the words are: %s", got)
	}
	host := f.pickRole(seen, playbook.Host)
	if got := texts(host.blocks()); !strings.HasPrefix(got, "Let's go back for a moment. Sam, carry on") {
		t.Errorf("the host: %s", got)
	}
	if got := labels(host.blocks()); !strings.Contains(got, "I run the meeting") {
		t.Errorf("the list shows another role: %s", got)
	}
	golden.Compare(t, "host", host.Message)
}

// Whoever says that it happened to them gets the words for them, about what it was.
func TestTheFirstWordsAreForWhoTheyAre(t *testing.T) {
	f := start(t)
	mine := f.ask("they talk over me about the pricing page").Blocks
	if got := texts(mine); !strings.HasPrefix(got, "I'd like to finish my thought about the pricing page,") {
		t.Error(got)
	}
	if seen := f.pickRole(mine, playbook.Bystander); !strings.HasPrefix(texts(seen.blocks()), "I'd like to hear the rest of that point.") {
		t.Errorf("as a bystander: %s", texts(seen.blocks()))
	}
}

func TestSwitchingTheRoleLeadsToTheOtherScriptOfTheMoment(t *testing.T) {
	f := start(t)
	direct := f.press(f.ask("sam keeps getting talked over").Blocks, "More direct")
	mine := f.pickRole(direct.blocks(), playbook.Affected)
	if got := texts(mine.blocks()); !strings.HasPrefix(got, "Please let me finish.\nYou are interrupted") {
		t.Errorf("in the tone that was chosen: %s", got)
	}
	back := f.pickRole(mine.blocks(), playbook.Bystander)
	if got, want := texts(back.blocks()), texts(direct.blocks()); got != want {
		t.Errorf("and back: %s, want %s", got, want)
	}
	// A tone that the other script lacks gives its first one.
	upwards := f.press(f.ask("sam keeps getting talked over").Blocks, "To a boss or customer")
	if got := texts(f.pickRole(upwards.blocks(), playbook.Affected).blocks()); !strings.HasPrefix(got, "I'd like to finish my thought about this") {
		t.Errorf("without such a tone: %s", got)
	}
	// Other moments stay within reach.
	if got := texts(f.press(mine.blocks(), otherLabel).blocks()); !strings.Contains(got, "An idea is ignored") {
		t.Errorf("the next best are gone: %s", got)
	}
}

// Who one said one is holds for the next moment too; what was only assumed does not.
func TestTheRoleChosenStaysWithTheNextMoment(t *testing.T) {
	f := start(t)
	pick := func(from []slack.Block) []slack.Block {
		for list, blockID := range selects(f.press(from, otherLabel).blocks()) {
			if list.ActionID == actionPick {
				return f.act(slackbot.Action{ActionID: actionPick, BlockID: blockID, Value: "wrong-name", Origin: slackbot.Origin{ResponseURL: "url"}}).blocks()
			}
		}
		t.Fatal("there is nothing to pick")
		return nil
	}
	assumed := f.act(slackbot.Action{ActionID: actionPick, Value: "you-are-interrupted", Origin: slackbot.Origin{ResponseURL: "url"}}).blocks()
	if got := labels(pick(assumed)); !strings.Contains(got, "I saw it") {
		t.Errorf("after a script for others: %s", got)
	}
	if got := labels(pick(f.pickRole(assumed, playbook.Affected).blocks())); !strings.Contains(got, "It happened to me") {
		t.Errorf("after it was chosen: %s", got)
	}
	for _, b := range buttons(f.press(assumed, otherLabel).blocks()) {
		if b.Text.Text == seeLabel && decode(b.Value).Role != "" {
			t.Errorf("the next best are for %s", decode(b.Value).Role)
		}
	}
}

func TestOnlyRolesWithWordsAreOffered(t *testing.T) {
	f := start(t)
	for list := range selects(f.act(slackbot.Action{ActionID: actionPick, Value: "interrupted", Origin: slackbot.Origin{ResponseURL: "url"}}).blocks()) {
		if n := len(list.Options); list.ActionID != actionRole || n != 3 {
			t.Errorf("%d options in %s", n, list.ActionID)
		}
	}
	alone := f.act(slackbot.Action{ActionID: actionPick, Value: "called-out", Origin: slackbot.Origin{ResponseURL: "url"}})
	if n := len(selects(alone.blocks())); n != 0 {
		t.Error("a moment with one role has a list of roles")
	}
}

func TestARoleWithoutWordsIsReplacedByOneThatHasSome(t *testing.T) {
	for _, role := range []playbook.Role{playbook.Doer, "nonsense", ""} {
		s := current(testLibrary(t), state{Script: "interrupted", Role: role})
		if s.Script != "interrupted" || s.Role != playbook.Bystander || s.Tone != playbook.Gentle || s.Show != showWords {
			t.Errorf("%q: %+v", role, s)
		}
	}
}

func TestSpokenAndWritten(t *testing.T) {
	f := start(t)
	say := f.ask("sam keeps getting talked over").Blocks
	write := f.press(say, writeLabel)
	if got := texts(write.blocks()); !strings.HasPrefix(got, "I think we lost the end of Sam's point.") {
		t.Errorf("as a message: %s", got)
	}
	if back := f.press(write.blocks(), sayLabel); texts(back.blocks()) != texts(say) {
		t.Errorf("and back: %s", texts(back.blocks()))
	}
	// Where both are the same there is nothing to switch.
	direct := f.press(write.blocks(), "More direct")
	if got := labels(direct.blocks()); strings.Contains(got, writeLabel) || strings.Contains(got, sayLabel) {
		t.Errorf("there is a switch to the same words: %s", got)
	}
	if again := f.press(direct.blocks(), "Gentler"); texts(again.blocks()) != texts(write.blocks()) {
		t.Errorf("the form chosen is forgotten: %s", texts(again.blocks()))
	}
}

func TestWhereSpeakingUpMayCost(t *testing.T) {
	f := start(t)
	words := f.ask("sam keeps getting talked over").Blocks
	cost := f.press(words, costLabel)
	golden.Compare(t, "cost", cost.Message)
	if back := f.press(cost.blocks(), backLabel); texts(back.blocks()) != texts(words) {
		t.Errorf("back: %s", texts(back.blocks()))
	}
}

func TestWhyAndSourceAreShownWithThePushBack(t *testing.T) {
	f := start(t)
	push := texts(f.press(f.ask("sam keeps getting talked over").Blocks, pushLabel).blocks())
	for _, want := range []string{"Keep in mind", "Who was cut off once", "Bain et al."} {
		if !strings.Contains(push, want) {
			t.Errorf("%q is not in %s", want, push)
		}
	}
}

func TestWordsComeInThePersonsLanguageWhereThereAreSome(t *testing.T) {
	f := start(t)
	for locale, want := range map[string]string{
		"de-AT": "Kurz zum Namen: Sam wird anders gesagt.",
		"fr-FR": "A small thing about the name: Sam is how",
		"":      "A small thing about the name: Sam is how",
	} {
		f.locale = locale
		if got := texts(f.ask("they mispronounce Sam's name").Blocks); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", locale, got)
		}
	}
	f.locale = "de-DE"
	other := f.press(f.ask("sam keeps getting talked over").Blocks, otherLabel)
	for list, blockID := range selects(other.blocks()) {
		if list.ActionID == actionPick && !strings.Contains(string(marshal(t, list)), "Ein Name wird falsch gesagt") {
			t.Errorf("the list is in another language: %s", blockID)
		}
	}
}

func TestATopicIsFilledIn(t *testing.T) {
	p := page{content: content{lib: testLibrary(t)}, state: state{Script: "idea-ignored", Name: "Sam", Topic: "the pricing page"}}
	if got := texts(p.message().Blocks); !strings.HasPrefix(got, "I'd like to go back to Sam's point about the pricing page.") {
		t.Error(got)
	}
	p.state = decode(state{Script: "idea-ignored", Topic: "<!channel> \u202e@here {name|x}"}.encode(2000))
	checkMessage(t, p.message().Fitted())
}
