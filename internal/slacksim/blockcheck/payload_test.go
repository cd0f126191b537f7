package blockcheck_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"allybot/internal/slacksim/blockcheck"
)

// Payloads are written as JSON templates in which $X stands for something a
// test fills in.

func fill(template string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(template)
}

func plainText(s string) string  { return `{"type":"plain_text","text":` + quote(s) + `}` }
func mrkdwnText(s string) string { return `{"type":"mrkdwn","text":` + quote(s) + `}` }

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// many joins n copies of a template in which $N is the number of the copy.
func many(n int, template string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = strings.ReplaceAll(template, "$N", quote(strings.Repeat("i", i+1))[1:i+2])
	}
	return strings.Join(parts, ",")
}

func letters(n int) string { return strings.Repeat("a", n) }

func messageOf(blocks ...string) string { return "[" + strings.Join(blocks, ",") + "]" }

func modalOf(blocks ...string) string {
	return `{"type":"modal","title":` + plainText("Title") + `,"submit":` + plainText("Save") +
		`,"blocks":[` + strings.Join(blocks, ",") + `]}`
}

func homeOf(blocks ...string) string {
	return `{"type":"home","blocks":[` + strings.Join(blocks, ",") + `]}`
}

func sectionWith(accessory string) string {
	return `{"type":"section","text":` + plainText("t") + `,"accessory":` + accessory + `}`
}

func actionsWith(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }

func inputWith(element string) string {
	return `{"type":"input","label":` + plainText("l") + `,"element":` + element + `}`
}

func richTextWith(parts string) string {
	return `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + parts + `]}]}`
}

// check validates a message (a JSON array) or a view (a JSON object).
func check(payload string) error {
	if strings.HasPrefix(payload, "{") {
		return blockcheck.View(json.RawMessage(payload))
	}
	return blockcheck.Message(json.RawMessage(payload))
}

// problems are the messages of an error, without their "[ERROR] ".
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *blockcheck.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is a %T, want *blockcheck.Error", err)
	}
	var out []string
	for _, m := range e.Messages {
		out = append(out, strings.TrimPrefix(m, "[ERROR] "))
	}
	return out
}

func wantValid(t *testing.T, payload string) {
	t.Helper()
	if err := check(payload); err != nil {
		t.Errorf("refused: %v\n%.400s", err, payload)
	}
}

// wantProblem asserts that the payload is refused with this problem, among
// others perhaps.
func wantProblem(t *testing.T, payload, problem string) {
	t.Helper()
	err := check(payload)
	if !slices.Contains(problems(t, err), problem) {
		t.Errorf("got %v\nwant %s\n%.400s", err, problem, payload)
	}
}
