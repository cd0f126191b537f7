package slacksim

import (
	"os"
	"regexp"
	"testing"
)

// Every emoji that the playground's page offers can be given.
func TestThePageOffersNoUnknownEmoji(t *testing.T) {
	js, err := os.ReadFile("page/static/js/emoji.js")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile("(?s)TABLE = `(.*?)`").FindSubmatch(js)
	if table == nil {
		t.Fatal("the page's table of emoji is not where it was")
	}
	names := regexp.MustCompile(`[a-z0-9_+-]+`).FindAllString(regexp.MustCompile(` [^|\n]+`).ReplaceAllString(string(table[1]), " "), -1)
	if len(names) < 100 {
		t.Fatalf("read only %d names", len(names))
	}
	s := offline(t, nil)
	for _, name := range names {
		if !s.hasEmoji(name) {
			t.Errorf("the page offers %q", name)
		}
	}
}
