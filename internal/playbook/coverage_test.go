package playbook

import (
	"slices"
	"testing"
)

// momentsCovered are the moments that people come with, and the script that each
// has of its own.
var momentsCovered = []struct{ moment, script string }{
	{"interrupted or talked over", "interrupted"},
	{"idea ignored", "idea-ignored"},
	{"idea repeated by another who gets the credit", "idea-repeated"},
	{"work presented without its author", "work-without-author"},
	{"only one person talks", "one-person-talks"},
	{"someone silent all meeting", "silent-in-meeting"},
	{"remote people forgotten in a mixed room", "remote-forgotten"},
	{"asked again to take notes because of who they are", "asked-to-take-notes"},
	{"name mispronounced or shortened unasked", "wrong-name"},
	{"wrong pronoun used", "wrong-pronoun"},
	{"“guys” and the like", "guys-and-co"},
	{"“crazy”, “lame” and the like", "crazy-and-co"},
	{"offensive joke, “just banter”", "offensive-joke"},
	{"stereotype about a group", "stereotype"},
	{"“where are you really from”", "where-really-from"},
	{"comment on accent", "accent-remark"},
	{"hair, body or clothing remarked on", "hair-body-clothes"},
	{"age remark", "age-remark"},
	{"religion, food or drink assumed", "religion-food-drink"},
	{"disability: speaking past the person", "disabled-person-spoken-past"},
	{"disability: disbelief of a hidden condition", "hidden-condition-doubted"},
	{"parent or carer assumed unavailable", "carer-assumed-unavailable"},
	{"“you're so articulate”", "so-articulate"},
	{"colleague taken for more junior", "taken-for-junior"},
	{"“culture fit” in hiring", "culture-fit"},
	{"a reference to “lowering the bar”", "lowering-the-bar"},
	{"unequal words in a performance review", "unequal-review-words"},
	{"promotion passes someone over", "promotion-passes-over"},
	{"the same people get the visible work", "same-people-visible-work"},
	{"pay question", "pay-gap"},
	{"someone tells you they were excluded", "told-of-exclusion"},
	{"you were called out", "called-out"},
	{"you misgendered or misnamed someone", "i-used-wrong-name-or-pronoun"},
	{"you interrupted someone", "i-interrupted"},
	{"apology to make later", "apologise-later"},
	{"your leader makes the remark", "leader-makes-remark"},
	{"a customer makes it", "customer-makes-remark"},
	{"nobody affected is in the room", "nobody-affected-there"},
	{"the group all looks alike", "group-all-alike"},
	{"someone says “you can't say anything any more”", "you-cannot-say-anything"},
	{"you are asked to be the spokesperson", "you-are-the-spokesperson"},
	{"you want to invite feedback", "invite-feedback"},
	{"you want to say no to glue work", "say-no-to-glue-work"},
	{"saying thanks for an act of allyship", "thank-an-ally"},
	{"asking how someone wants to be supported", "ask-how-to-support"},
	{"checking in after a bad meeting", "check-in-after-meeting"},
	{"opening a meeting inclusively", "open-meeting"},
	{"closing one with credit", "close-meeting-with-credit"},
}

func TestEveryMomentHasAScriptOfItsOwn(t *testing.T) {
	l := builtIn(t)
	taken := map[string]string{}
	for _, m := range momentsCovered {
		if l.Script(m.script) == nil {
			t.Errorf("%s: there is no script %s", m.moment, m.script)
		}
		if other, ok := taken[m.script]; ok {
			t.Errorf("%s: %s is the script of %s", m.moment, m.script, other)
		}
		taken[m.script] = m.moment
	}
}

func TestEveryPracticeHasThreeScripts(t *testing.T) {
	l := builtIn(t)
	for _, p := range l.Practices() {
		n := 0
		for _, s := range l.Scripts() {
			if slices.Contains(s.Practices, p.ID) {
				n++
			}
		}
		if n < 3 {
			t.Errorf("%s has %d scripts, want at least 3", p.ID, n)
		}
	}
}

// Words that would fit any moment help in none.
func TestNoTwoScriptsSayTheSame(t *testing.T) {
	said := map[string]string{}
	for _, s := range builtIn(t).Scripts() {
		for _, text := range s.Texts {
			if other, ok := said[text.Text]; ok {
				t.Errorf("%s and %s, %s, both say %q", other, s.ID, text.Heading(), text.Text)
			}
			said[text.Text] = s.ID + ", " + text.Heading()
		}
	}
}

// Around 120 scripts, each searched by at least eight phrases of its own.
func TestPhrasesAreTheirOwn(t *testing.T) {
	l := builtIn(t)
	if n := len(l.Scripts()); n < 120 {
		t.Errorf("%d scripts, want 120 and more", n)
	}
	of := map[string]string{}
	for _, s := range l.Scripts() {
		for _, p := range s.Phrases {
			if other, ok := of[fold(p)]; ok {
				t.Errorf("%s and %s both have the phrase %q", other, s.ID, p)
			}
			of[fold(p)] = s.ID
		}
	}
}
