package classify

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"strings"
	"testing"
)

// animals are examples of three classes.
func animals() []Example {
	var all []Example
	for class, texts := range [][]string{
		{"the cat sleeps on the sofa", "a cat purrs", "my cat hunts mice", "cats hunt at night and purr"},
		{"the dog barks at the door", "a dog fetches the stick", "my dog barks at night", "dogs fetch and bark"},
		{"the fish swims in the pond", "a fish has fins", "my fish swims at night", "fish swim with their fins"},
	} {
		for _, text := range texts {
			all = append(all, Example{Class: class, Features: strings.Fields(text)})
		}
	}
	return all
}

func best(scores []float32) int {
	at := 0
	for c, s := range scores {
		if s > scores[at] {
			at = c
		}
	}
	return at
}

func TestEveryLearnerTellsTheClassesApart(t *testing.T) {
	s := NewSpace(animals())
	texts, class := s.ReadAll(animals())
	linear := NewLinear(s, texts, class, 3, Options{Epochs: 10, Decay: 1e-4})
	bayes := NewBayes(s, texts, class, 3, 1)
	nearest := NewNearest(s, texts, class, 3)
	for text, want := range map[string]int{"it purrs at night": 0, "who barks at the cat": 1, "fins in the pond": 2} {
		q := s.Read(strings.Fields(text))
		var alike []float32
		for _, a := range nearest.Find(q) {
			alike = append(alike, a.Score())
		}
		for name, scores := range map[string][]float32{"linear": linear.Scores(q), "bayes": bayes.Scores(q), "nearest": alike} {
			if got := best(scores); got != want {
				t.Errorf("%s: %q is of class %d, want %d: %v", name, text, got, want, scores)
			}
		}
	}
}

func TestAShareSaysWhatSpokeForAClass(t *testing.T) {
	s := NewSpace(animals())
	texts, class := s.ReadAll(animals())
	linear := NewLinear(s, texts, class, 3, Options{Epochs: 10, Decay: 1e-4})
	shares := linear.Shares(s, s.Read([]string{"the", "purrs"}), 0)
	if len(shares) == 0 || shares[0].Feature != "purrs" {
		t.Errorf("%v", shares)
	}
}

func TestOfListsTheNearestFirst(t *testing.T) {
	s := NewSpace(animals())
	texts, class := s.ReadAll(animals())
	got := NewNearest(s, texts, class, 3).Of(s.Read([]string{"cat", "purrs"}), 0, 2)
	if len(got) != 2 || got[0] != 1 {
		t.Errorf("%v, want the second example first", got)
	}
}

// Pairs that only one example has are left out; single words never are.
func TestARarePairTeachesNothing(t *testing.T) {
	s := NewSpace([]Example{{Features: []string{"cut", "off", "cut off", "once only"}}, {Features: []string{"cut off"}}})
	for feature, want := range map[string]bool{"cut": true, "cut off": true, "once only": false, "never": false} {
		if s.Knows(feature) != want {
			t.Errorf("%q: %v", feature, !want)
		}
	}
}

func TestNothingIsLikeAnEmptyText(t *testing.T) {
	s := NewSpace(animals())
	texts, class := s.ReadAll(animals())
	q := s.Read([]string{"xyzzy"})
	if NewNearest(s, texts, class, 3).Find(q)[0].Score() != 0 || len(NewLinear(s, texts, class, 3, Options{Epochs: 1, Decay: 1}).Scores(q)) != 3 {
		t.Error("a text without known features resembles something")
	}
}

func TestWhatIsKeptIsTheSame(t *testing.T) {
	s := NewSpace(animals())
	texts, class := s.ReadAll(animals())
	type all struct {
		Space   *Space
		Linear  *Linear
		Bayes   *Bayes
		Nearest *Nearest
	}
	kept := all{s, NewLinear(s, texts, class, 3, Options{Epochs: 3, Decay: 1e-4}), NewBayes(s, texts, class, 3, 1), NewNearest(s, texts, class, 3)}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(kept); err != nil {
		t.Fatal(err)
	}
	var got all
	if err := gob.NewDecoder(&b).Decode(&got); err != nil {
		t.Fatal(err)
	}
	q, r := s.Read([]string{"my", "cat", "barks"}), got.Space.Read([]string{"my", "cat", "barks"})
	if !reflect.DeepEqual(q, r) || !reflect.DeepEqual(kept.Linear.Scores(q), got.Linear.Scores(r)) ||
		!reflect.DeepEqual(kept.Bayes.Scores(q), got.Bayes.Scores(r)) || !reflect.DeepEqual(kept.Nearest.Find(q), got.Nearest.Find(r)) {
		t.Error("what was read is not what was kept")
	}
}
