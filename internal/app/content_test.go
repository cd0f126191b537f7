package app

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"allybot/internal/config"
	"allybot/internal/playbook"
	"allybot/internal/slacksim"
)

// ownScript is an organisation's own words for a moment that Ally has words for.
const ownScript = `---
title: Someone is talked over in our meetings
practices: [amplify-ideas, make-space]
moment: Someone was cut off before they had finished.
roles: [bystander, host, manager]
phrases:
  - she keeps getting talked over
  - sam keeps getting talked over
  - he was interrupted again
  - they interrupt her all the time
  - he cuts people off
  - nobody lets her finish
  - talked over by everybody
  - cut off in the middle of a sentence
---

## Gentle
WORDS

## Direct
One at a time, please. {name|The last speaker} first.

## Ask first
{name|Sorry}, were you done?

## If they push back
You're next. It won't take long.

## Follow up privately
Hi {name|there}, they didn't let you finish. Is there something I can do next time?

## Avoid
- Don't finish the sentence for them.
`

// An author breaks a file and mends it while people ask for words: they have the
// last good ones at all times, admins see what to mend, and nothing is restarted.
func TestContentIsLoadedWhileTheBotRuns(t *testing.T) {
	w := newWorkspace(t)
	admin := w.AddPerson(slacksim.Person{Name: "ada", RealName: "Ada Admin", Admin: true})
	dir := t.TempDir()
	write := func(words string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, "scripts"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "scripts", "interrupted.md"), []byte(strings.Replace(ownScript, "WORDS", words, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Back to {name's|that} point, please.")
	bot := w.run(func(cfg *config.Config, deps *Deps) {
		cfg.PlaybooksDir, deps.Words = dir, fewWords()
		cfg.Admins = config.UserIDs{w.sam}
		deps.Tempo.LookEvery = 20 * time.Millisecond
	})
	says := func() string {
		_, text := first(t, w.command(w.alice, w.general, "sam keeps getting talked over").Blocks)
		return text
	}
	home := func(user string) string {
		p := w.As(user)
		published := len(w.Calls("views.publish"))
		p.OpenHome()
		w.eventually("Home is published", func() bool { return len(w.Calls("views.publish")) > published && p.Home() != nil })
		return string(p.Home().Blocks)
	}
	reported := func() bool {
		return slices.ContainsFunc(bot.content.Problems(), func(p playbook.Problem) bool { return p.File == "scripts/interrupted.md" })
	}
	if got := says(); got != "Back to Sam's point, please." {
		t.Fatalf("at the start it says %q", got)
	}
	if got := home(admin); strings.Contains(got, "interrupted.md") {
		t.Errorf("an admin sees something to mend: %s", got)
	}

	write("Back to {whose|that} point, please.")
	w.eventually("the mistake is noticed", func() bool { return reported() })
	if got := says(); got != "Back to Sam's point, please." {
		t.Errorf("with the mistake it says %q", got)
	}
	const mistake = "scripts/interrupted.md, line 17: unknown slot {whose|that}"
	for _, who := range []string{admin, w.sam} {
		p := w.As(who)
		p.OpenHome()
		w.eventually("an admin sees what to mend", func() bool { return p.Home() != nil && strings.Contains(string(p.Home().Blocks), mistake) })
	}
	if got := home(w.alice); strings.Contains(got, "interrupted.md") {
		t.Errorf("somebody else sees it: %s", got)
	}
	for _, user := range []string{admin, w.sam} {
		if n := len(withText(w.answers(user), "interrupted.md")); n != 0 {
			t.Errorf("%d direct messages were sent about it", n)
		}
	}
	code, body := get(t, handler(bot.Checks, bot.metrics), "/readyz")
	if code != http.StatusOK || !strings.Contains(body, `"ready":true`) || !strings.Contains(body, `"warning":true`) || !strings.Contains(body, "scripts/interrupted.md:17: unknown slot") {
		t.Errorf("/readyz: %d %s", code, body)
	}
	if _, body := get(t, handler(bot.Checks, bot.metrics), "/metrics"); !strings.Contains(body, fmt.Sprintf("\nally_playbooks_problems %d\n", len(bot.content.Problems()))) {
		t.Error("the metrics know nothing of it")
	}

	write("We were with {name|somebody else}.")
	w.eventually("it is mended", func() bool { return !reported() })
	if got := says(); got != "We were with Sam." {
		t.Errorf("mended, it says %q", got)
	}
	p := w.As(admin)
	p.OpenHome()
	w.eventually("the admin's Home is clear", func() bool { return !strings.Contains(string(p.Home().Blocks), "interrupted.md") })
	if _, body := get(t, handler(bot.Checks, bot.metrics), "/readyz"); strings.Contains(body, "interrupted.md") {
		t.Errorf("/readyz: %s", body)
	}
}
