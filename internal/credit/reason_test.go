package credit

import (
	"os"
	"strings"
	"testing"
)

func TestCheckReason(t *testing.T) {
	for text, want := range map[string]Verdict{
		"": Missing, "  \n": Missing, ":tada: 🎉": Missing, "…!?": Missing, "'": Missing,
		"awesome": TooShort, "the help": TooShort, "your leadership": TooShort, "帮忙": TooShort, "レビュー": TooShort, "on-call": Fine,
		"you rock!!": EmptyPraise, "soooo much great stuff": EmptyPraise, "great job": EmptyPraise, "you’re the best": EmptyPraise,
		"great job catching the timezone bug": Fine, "fixing CI": Fine, "写文档": Fine, "バグを見つけた": Fine,
		strings.Repeat("é", MaxReason) + " a": TooLong, "a " + strings.Repeat("é", MaxReason-2): TooShort, "ab " + strings.Repeat("é", MaxReason-3): Fine,
		strings.Repeat("😀", MaxReason) + " well put": TooLong,
	} {
		if got := CheckReason(text); got != want {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
	if !Missing.Stops() || !TooShort.Stops() || !TooLong.Stops() || EmptyPraise.Stops() || Fine.Stops() {
		t.Error("empty praise is a suggestion; the others stop")
	}
}

// Reasons written before the lists of words were: the odd lines were looked at
// while the lists were made, the even ones only counted.
func TestCheckReasonQuality(t *testing.T) {
	file, err := os.ReadFile("testdata/reasons.tsv")
	if err != nil {
		t.Fatal(err)
	}
	type count struct{ empty, caught, specific, wrong int }
	var halves [2]count
	for i, line := range strings.Split(strings.TrimSpace(string(file)), "\n") {
		label, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("line %d: %q", i+1, line)
		}
		n, held, got := &halves[i%2], i%2 == 1, CheckReason(text)
		switch label {
		case "empty":
			n.empty++
			if got != Fine {
				n.caught++
			} else if !held {
				t.Logf("not caught: %s", text)
			}
		case "specific":
			n.specific++
			if got != Fine {
				n.wrong++
				if !held {
					t.Logf("%s: %s", got, text)
				}
			}
		default:
			t.Fatalf("line %d: label %q", i+1, label)
		}
	}
	for i, n := range halves {
		t.Logf("%s: %d of %d empty ones caught, %d of %d specific ones taken for empty",
			[]string{"looked at", "held out"}[i], n.caught, n.empty, n.wrong, n.specific)
	}
	held := halves[1]
	if held.specific < 40 || held.empty < 40 || held.wrong > 0 || held.caught*10 < held.empty*7 {
		t.Errorf("held out: %+v", held)
	}
}

func TestKindsHaveWords(t *testing.T) {
	labels := map[string]bool{"": true}
	for _, k := range append(Kinds(), "") {
		if k != "" && labels[k.Label()] {
			t.Errorf("%q is labelled %q", k, k.Label())
		}
		labels[k.Label()] = true
		ways := Suggestions(k)
		if len(ways) < 3 || len(ways) > 4 {
			t.Errorf("%q has %d suggestions", k, len(ways))
		}
		for _, s := range ways {
			if !strings.Contains(s, "…") || CheckReason(s) != Fine || strings.HasPrefix(s, "…") {
				t.Errorf("%q is no way to begin", s)
			}
		}
	}
}
