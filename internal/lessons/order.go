package lessons

import (
	"errors"
	"fmt"
	"strings"

	"allybot/internal/when"
)

// OrderKind is what somebody wants of the weekly lesson.
type OrderKind int

// What follows /ally lessons.
const (
	OrderShow   OrderKind = iota // nothing
	OrderOn                      // at the time they had, or the usual one
	OrderOff                     //
	OrderNow                     // read one now
	OrderNext                    // which comes when
	OrderSlot                    // on, at that Slot
	OrderPause                   // until a day, which is zero if they named none
	OrderResume                  // end the pause
)

// Order is what somebody typed after /ally lessons.
type Order struct {
	Kind OrderKind
	// Slot is of OrderSlot: a day, a time or both; see Slot.With.
	Slot when.Slot
	// Until is of OrderPause: the first day on which lessons come again.
	Until when.Date
}

// ErrNoOrder is the error of a text that is none of the lesson's business: it is a
// search.
var ErrNoOrder = errors.New("not an order for the weekly lesson")

// orderWords are orders of their own.
var orderWords = map[string]OrderKind{
	"":   OrderShow,
	"on": OrderOn, "start": OrderOn, "subscribe": OrderOn, "turn on": OrderOn, "switch on": OrderOn, "sign me up": OrderOn,
	"off": OrderOff, "stop": OrderOff, "unsubscribe": OrderOff, "cancel": OrderOff, "turn off": OrderOff, "switch off": OrderOff,
	"now": OrderNow, "read now": OrderNow, "one now": OrderNow,
	"next": OrderNext, "next one": OrderNext, "the next one": OrderNext,
	"pause": OrderPause, "resume": OrderResume, "go on": OrderResume, "unpause": OrderResume, "continue": OrderResume, "carry on": OrderResume,
}

// ParseOrder reads what follows /ally lessons. ErrNoOrder means it is a search;
// any other error is of what was clearly meant for the lessons, and says what is
// wrong in words for whoever typed it. As it quotes them it must not be logged.
func ParseOrder(text string, today when.Date) (Order, error) {
	said := plain(text)
	if kind, ok := orderWords[said]; ok {
		return Order{Kind: kind}, nil
	}
	verb, rest, _ := strings.Cut(said, " ")
	switch verb {
	case "pause", "off", "stop":
		if verb == "pause" || starts(rest, "until", "till", "til", "for") {
			return parsePause(rest, today)
		}
	case "start", "subscribe", "on":
		if slot, err := when.ParseSlot(rest); err == nil {
			return Order{Kind: OrderSlot, Slot: slot}, nil
		} else if when.LooksLike(rest) {
			return Order{}, err
		}
	}
	return parseSlot(said, today)
}

func parseSlot(said string, today when.Date) (Order, error) {
	slot, err := when.ParseSlot(said)
	switch {
	case err == nil && !when.LooksLike(said):
		return Order{}, ErrNoOrder
	case err == nil:
		return Order{Kind: OrderSlot, Slot: slot}, nil
	case !when.LooksLike(said):
		return Order{}, ErrNoOrder
	}
	if until, wrong := when.ParseUntil(said, today); wrong == nil {
		return Order{}, fmt.Errorf("that’s a day but not of every week; for a pause write “pause until %s”", date(until))
	}
	return Order{}, err
}

// parsePause reads what follows "pause". A day needs "until", as "pause next week"
// may also mean that week.
func parsePause(rest string, today when.Date) (Order, error) {
	until, err := when.ParseUntil(rest, today)
	introduced := starts(rest, "until", "untill", "till", "til", "to", "for")
	switch {
	case err != nil && !starts(rest, "until", "untill", "till", "til") && !when.LooksLike(rest):
		return Order{}, ErrNoOrder
	case err != nil:
		return Order{}, err
	case !introduced && vague(rest):
		return Order{}, fmt.Errorf("say until when, like “pause until %s”", date(until))
	}
	return Order{Kind: OrderPause, Until: until}, nil
}

// vague says whether a text names a time rather than a day or a number of days.
func vague(rest string) bool {
	if starts(rest, "next", "this", "tomorrow", "end", "the end") {
		return true
	}
	slot, err := when.ParseSlot(rest)
	return err == nil && slot.HasDay
}

// plain is a text in small letters, without what people add to be nice and without
// the name of what it is about.
func plain(text string) string {
	words := strings.Fields(strings.ToLower(text))
	for i, w := range words {
		words[i] = strings.TrimRight(w, ".,!?;:")
	}
	for len(words) > 0 && (words[0] == "please" || words[0] == "") {
		words = words[1:]
	}
	for n := len(words); n > 0; n = len(words) {
		switch words[n-1] {
		case "please", "pls", "thanks", "":
		case "lessons", "it", "them":
			if n != 2 {
				return strings.Join(words, " ")
			}
		default:
			return strings.Join(words, " ")
		}
		words = words[:n-1]
	}
	return strings.Join(words, " ")
}

func starts(text string, with ...string) bool {
	first, _, _ := strings.Cut(text, " ")
	for _, w := range with {
		if first == w || w == "the end" && strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

func date(d when.Date) string { return d.Day().Format("2 January") }
