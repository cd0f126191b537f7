package lessons

import (
	"errors"
	"fmt"
	"slices"
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
	"on": OrderOn, "start": OrderOn, "subscribe": OrderOn, "turn on": OrderOn, "turn it on": OrderOn, "switch on": OrderOn, "sign me up": OrderOn,
	"off": OrderOff, "stop": OrderOff, "unsubscribe": OrderOff, "cancel": OrderOff, "turn off": OrderOff, "turn it off": OrderOff, "turn them off": OrderOff, "switch off": OrderOff,
	"now": OrderNow, "read now": OrderNow, "one now": OrderNow,
	"next": OrderNext, "next one": OrderNext, "the next one": OrderNext,
	"pause": OrderPause, "resume": OrderResume, "go on": OrderResume, "unpause": OrderResume, "continue": OrderResume, "carry on": OrderResume,
}

// ParseOrder reads what follows /ally lessons. ErrNoOrder means it is a search;
// any other error is of what was clearly meant for the lessons, and says what is
// wrong in words for whoever typed it. As it quotes them it must not be logged.
func ParseOrder(text string, today when.Date) (Order, error) {
	said := plain(text)
	if kind, ok := orderWords[strings.ToLower(said)]; ok {
		return Order{Kind: kind}, nil
	}
	verb, rest, _ := strings.Cut(said, " ")
	switch verb = strings.ToLower(verb); verb {
	case "pause", "off", "stop":
		if verb == "pause" || when.SaysUntil(rest) || starts(rest, "for ") {
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
	switch {
	case err != nil && !when.SaysUntil(rest) && !when.LooksLike(rest):
		return Order{}, ErrNoOrder
	case err != nil:
		return Order{}, err
	case !when.SaysUntil(rest) && vague(rest):
		return Order{}, fmt.Errorf("say until when, like “pause until %s”", date(until))
	}
	return Order{Kind: OrderPause, Until: until}, nil
}

// vague says whether a text names a time rather than how long or a date.
func vague(rest string) bool {
	slot, err := when.ParseSlot(rest)
	return err == nil && slot.HasDay || starts(rest, "next ", "this ", "tomorrow", "end ", "the end ")
}

// plain is a text without what people add to be nice, and without the name of what
// it is about.
func plain(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = strings.TrimRight(w, ".,!?;:")
	}
	for len(words) > 0 && (strings.EqualFold(words[0], "please") || words[0] == "") {
		words = words[1:]
	}
	for n := len(words); n > 0; n = len(words) {
		switch strings.ToLower(words[n-1]) {
		case "please", "pls", "thanks", "lessons", "it", "them", "":
		default:
			return strings.Join(words, " ")
		}
		words = words[:n-1]
	}
	return strings.Join(words, " ")
}

// starts says whether a text begins with one of those, which are in small letters.
func starts(text string, with ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(with, func(w string) bool { return strings.HasPrefix(text, w) })
}

func date(d when.Date) string { return d.Day().Format("2 January") }
