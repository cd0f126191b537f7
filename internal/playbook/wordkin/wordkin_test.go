package wordkin

import (
	"slices"
	"testing"
)

func TestWordsUsedAlikeShareAGroup(t *testing.T) {
	for _, pair := range [][2]string{{"accent", "accents"}, {"monday", "tuesday"}, {"laugh", "laughing"}} {
		a, ok := Of(pair[0])
		b, also := Of(pair[1])
		if !ok || !also || a.Coarse != b.Coarse && a.Fine != b.Fine {
			t.Errorf("%v: %v and %v", pair, a, b)
		}
	}
	if _, ok := Of("xyzzyq"); ok {
		t.Error("a word of no language is known")
	}
}

func TestFineListsTheWordsOfAGroup(t *testing.T) {
	g, _ := Of("monday")
	if words := Fine(g.Fine, 7); !slices.Contains(words, "tuesday") || len(words) > 7 {
		t.Errorf("%v", words)
	}
}
