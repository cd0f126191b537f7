package playbook

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"allybot/internal/playbook/quality"
)

// TestNamesQuality measures how well names as written are told from words. The
// sentences of testdata/names.jsonl were written before the rules were tuned;
// odd lines were tuned on, even lines only ever reported. A word used as a name
// is worse than a name that was missed, so it is counted by itself.
// ALLY_SHOW_MISSES=1 lists the mistakes of the odd lines.
func TestNamesQuality(t *testing.T) {
	l := builtIn(t)
	f, err := os.Open("testdata/names.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var right, invented [2]quality.Share
	show := os.Getenv("ALLY_SHOW_MISSES")
	i := 0
	for sc := bufio.NewScanner(f); sc.Scan(); i++ {
		var c struct {
			Text  string
			Names []string
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		got := l.Find(c.Text).Name.Written
		ok := slices.Contains(c.Names, got) || len(c.Names) == 0 && got == ""
		right[i%2].Count(ok)
		invented[i%2].Count(len(c.Names) == 0 && got != "")
		if !ok && (show == "all" || show != "" && i%2 == 0) {
			t.Logf("%q is about %q, want %q", c.Text, got, c.Names)
		}
	}
	for i, half := range []string{"tuned on", "only reported"} {
		t.Logf("%-14s right %.1f %% of %d, words taken for a name %d", half, right[i].Percent(), right[i].Of, invented[i].Hits)
		if right[i].Percent() < 95 || invented[i].Hits > 0 {
			t.Errorf("%s: want at least 95 %% right and no word taken for a name", half)
		}
	}
}
