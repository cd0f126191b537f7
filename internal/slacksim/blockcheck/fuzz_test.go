package blockcheck_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allybot/internal/slacksim/blockcheck"
)

// The corpus in testdata is realistic payloads: everything in it is valid.
func corpus(tb testing.TB) map[string]string {
	tb.Helper()
	files, err := filepath.Glob("testdata/valid/*.json")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no corpus: %v", err)
	}
	payloads := map[string]string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		payloads[filepath.Base(file)] = strings.TrimSpace(string(raw))
	}
	return payloads
}

func TestRealisticPayloadsPass(t *testing.T) {
	for name, payload := range corpus(t) {
		t.Run(name, func(t *testing.T) { wantValid(t, payload) })
	}
}

// Taking any one required thing out of a realistic payload, or adding a field
// to any object of it, must be noticed.
func TestDamagedPayloadsFail(t *testing.T) {
	for name, payload := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			for i := range payload {
				if payload[i] == '{' {
					damaged := payload[:i+1] + `"surprise":1,` + payload[i+1:]
					if check(damaged) == nil {
						t.Fatalf("an unknown field passes at %d: …%.80s", i, payload[i:])
					}
				}
			}
			for _, field := range []string{`"type"`, `"text"`, `"alt_text"`, `"label"`, `"value"`, `"title"`} {
				if damaged := strings.Replace(payload, field, `"renamed"`, 1); damaged != payload && check(damaged) == nil {
					t.Errorf("passes with %s renamed", field)
				}
			}
		})
	}
}

// FuzzBlocks looks for panics, and for errors that say nothing.
func FuzzBlocks(f *testing.F) {
	for _, payload := range corpus(f) {
		f.Add([]byte(payload))
	}
	for _, seed := range []string{
		``, `null`, `{}`, `[[]]`, `{"type":"modal","blocks":[null],"title":1}`, strings.Repeat("[", 500), "[\"\xff\"]",
		`[{"type":"actions","elements":{}}]`, `[{"type":"section","accessory":{"type":"static_select","options":[{"value":1e400}]}}]`,
		`[{"type":"container","child_blocks":[{"type":"carousel","elements":[[]]}]}]`, `[{"type":"table","rows":[{}]}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, err := range []error{blockcheck.Message(raw), blockcheck.View(raw), blockcheck.Options(raw)} {
			var e *blockcheck.Error
			if err != nil && (!errors.As(err, &e) || e.Code == "" || err.Error() == "") {
				t.Errorf("%#v says nothing", err)
			}
		}
	})
}
