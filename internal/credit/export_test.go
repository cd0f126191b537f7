package credit

import (
	"encoding/csv"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func entriesForExport() []Entry {
	at := func(s string) time.Time {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			panic(err)
		}
		return t
	}
	return []Entry{
		{
			Given: at("2026-03-02T23:30:00Z"), From: []string{"Noor"}, To: []string{"Sam"}, Kind: Idea.Label(),
			Reason: "batching the writes\nand saying so", Channel: "#design", Link: "https://acme.slack.com/archives/C1/p1?x=(1)",
		},
		{
			Given: at("2026-11-20T08:00:00Z"), From: []string{"Kim"}, To: []string{"Sam", "Noor_B"}, Kind: Help.Label(),
			Reason: "=1+1 is what they fixed", Voices: []string{"Esme", "Tom", "Ana"}, Private: true, Link: "javascript:alert(1)",
		},
		{Given: at("2026-06-01T08:00:00Z"), From: []string{"Kim"}, To: []string{"Sam"}, Kind: Idea.Label(), Reason: "shorter standups"},
	}
}

func TestMarkdown(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	given := entriesForExport()
	got := string(Markdown(given, "Sam *R*", berlin))
	want := `# Credits: Sam \*R\*

3 credits, given from 3 March 2026 to 20 November 2026.

## Idea (2)

- 1 June 2026, from Kim, to Sam

  > shorter standups

- 3 March 2026, from Noor, to Sam, in \#design ([message](https://acme.slack.com/archives/C1/p1?x=%281%29))

  > batching the writes
  > and saying so

## Help (1)

- 20 November 2026, from Kim, to Sam and Noor\_B, private

  > \=1+1 is what they fixed

  Seen too by Esme, Tom and Ana.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !reflect.DeepEqual(given, entriesForExport()) {
		t.Error("the entries themselves were changed")
	}
	if got := string(Markdown(nil, "", nil)); got != "# Credits\n\nNo credits.\n" {
		t.Errorf("%q", got)
	}
	if got := string(Markdown(given[:1], "Sam", nil)); !strings.Contains(got, "\n1 credit, given on 2 March 2026.\n") {
		t.Errorf("%q", got)
	}
	if got := string(Markdown([]Entry{{Kind: ""}, {Kind: "Zeal"}, {Kind: "Care"}}, "", nil)); !regexp.MustCompile(`(?s)## Other \(1\).*## Care \(1\).*## Zeal \(1\)`).MatchString(got) {
		t.Errorf("%q", got)
	}
}

func TestCSV(t *testing.T) {
	got := string(CSV(entriesForExport(), "Sam", nil))
	want := "\ufeffDate,From,To,Kind,Reason,Channel,Link,Seen too by,Private\r\n" +
		"2026-11-20 08:00,Kim,Sam; Noor_B,Help,'=1+1 is what they fixed,,,Esme; Tom; Ana,yes\r\n" +
		"2026-06-01 08:00,Kim,Sam,Idea,shorter standups,,,,no\r\n" +
		"2026-03-02 23:30,Noor,Sam,Idea,\"batching the writes\r\nand saying so\",#design,https://acme.slack.com/archives/C1/p1?x=%281%29,,no\r\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, cell := range []string{"=1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"} {
		if noFormula(cell) != "'"+cell {
			t.Errorf("%q is let through", cell)
		}
	}
	for _, cell := range []string{"", "a=1", "#x", "1-1"} {
		if noFormula(cell) != cell {
			t.Errorf("%q became %q", cell, noFormula(cell))
		}
	}
}

func TestJSON(t *testing.T) {
	zone := time.FixedZone("", 3600)
	var got []map[string]any
	if err := json.Unmarshal(JSON(entriesForExport(), "Sam", zone), &got); err != nil {
		t.Fatal(err)
	}
	first := map[string]any{
		"given": "2026-11-20T09:00:00+01:00", "from": []any{"Kim"}, "to": []any{"Sam", "Noor_B"}, "kind": "Help",
		"reason": "=1+1 is what they fixed", "channel": "", "link": "", "voices": []any{"Esme", "Tom", "Ana"}, "private": true,
	}
	if len(got) != 3 || !reflect.DeepEqual(got[0], first) {
		t.Errorf("%v", got)
	}
	if s := string(JSON(nil, "", nil)); s != "[]\n" {
		t.Errorf("%q", s)
	}
	if s := string(JSON([]Entry{{}}, "", nil)); strings.Contains(s, "null") {
		t.Errorf("%q", s)
	}
}

func TestExportedLinks(t *testing.T) {
	for link, want := range map[string]string{
		"https://a.example/x": "https://a.example/x", "http://127.0.0.1:3000/x": "http://127.0.0.1:3000/x", "": "",
		"javascript:alert(1)": "", "data:text/html,x": "", "//a.example": "", "https://": "", "https://sam:pw@a.example": "",
		"https://a.example/)[x](y": "https://a.example/%29%5Bx%5D%28y", "https://a.example/\"><b>": "https://a.example/%22%3E%3Cb%3E",
	} {
		if got := webLink(link); got != want {
			t.Errorf("%q: %q, want %q", link, got, want)
		}
	}
}

// rawMarkdown is what would mean something in what a person typed.
var rawMarkdown = regexp.MustCompile("(?i)[<>]|(^|[^\\\\])(\\\\\\\\)*[\\[\\]`*_#|~${}^!]|://|www\\.[\\pL\\pN]|@[\\pL\\pN]|&(?:[^alg]|$)")

func FuzzExport(f *testing.F) {
	for _, s := range []string{
		"plain", "<script>alert(1)</script>", "![x](http://a.example/y.png)", "[a](javascript:x)", "# head\n- list\n1. one\n===\n---", "=cmd|'/c calc'!A1",
		"a,\"b\"\r\n\tc", "\\", "\\[x](y)", "`code`", "https://a.example www.a.example sam@a.example", "&lt;b&gt; &#60;", "\n\n    code", "'=x", "a\\\n# b",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, reason, name string) {
		e := Entry{Given: time.Unix(1e9, 0), From: []string{name}, To: []string{"Sam", name}, Kind: name, Reason: reason, Channel: name, Voices: []string{name}}
		want := inOrder([]Entry{e}, nil)[0]

		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(CSV([]Entry{e}, name, nil)), "\ufeff"))).ReadAll()
		if err != nil || len(table) != 2 || len(table[1]) != len(table[0]) {
			t.Fatalf("CSV: %v %q", err, table)
		}
		cells := []string{strings.Join(want.From, "; "), strings.Join(want.To, "; "), want.Kind, want.Reason, want.Channel}
		for i, cell := range cells {
			got := table[1][1+i]
			if got != cell && got != "'"+cell {
				t.Fatalf("CSV: %q became %q", cell, got)
			}
			if got != "" && strings.ContainsAny(got[:1], "=+-@\t\r") {
				t.Fatalf("CSV calculates %q", got)
			}
		}

		var list []struct {
			From, To, Voices      []string
			Kind, Reason, Channel string
			Given                 time.Time
		}
		if err := json.Unmarshal(JSON([]Entry{e}, name, nil), &list); err != nil || len(list) != 1 {
			t.Fatalf("JSON: %v", err)
		}
		if o := list[0]; !slices.Equal(o.From, want.From) || !slices.Equal(o.To, want.To) || !slices.Equal(o.Voices, want.Voices) ||
			o.Reason != want.Reason || o.Kind != want.Kind || o.Channel != want.Channel || !o.Given.Equal(want.Given) || o.From == nil {
			t.Fatalf("JSON: %+v, want %+v", o, want)
		}

		doc := string(Markdown([]Entry{e}, name, nil))
		headings := 0
		for line := range strings.Lines(doc) {
			line = strings.TrimSuffix(line, "\n")
			for _, own := range []string{"# ", "## ", "- ", "  > "} {
				if rest, ok := strings.CutPrefix(line, own); ok {
					line = rest
					if own[0] == '#' {
						headings++
					}
					break
				}
			}
			if line != "  >" && rawMarkdown.MatchString(line) {
				t.Fatalf("Markdown: %q", line)
			}
			if regexp.MustCompile(`^\s*([-+=]|\d+[.)]( |$))`).MatchString(line) {
				t.Fatalf("Markdown: a list or a rule: %q", line)
			}
		}
		if headings != 2 {
			t.Fatalf("Markdown: %d headings in %q", headings, doc)
		}
	})
}
