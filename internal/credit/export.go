package credit

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"allybot/internal/blockkit"
)

// Entry is one credit in an export, in words: nothing in it is an id.
type Entry struct {
	Given    time.Time
	From, To []string // names
	Kind     string   // its label
	Reason   string   // plain text
	Channel  string   // the name that may be shown, or ""
	Link     string   // to the post or the message; only http and https are kept
	Voices   []string // names of those who saw it too
	Private  bool
}

// CSV is an export for spreadsheets: RFC 4180, newest first, with a heading line.
// It begins with a byte order mark, because Excel reads UTF-8 only with it and the
// others skip it. Several names in a cell are separated by "; ". A cell that a
// spreadsheet would take for a formula gets an apostrophe in front. It is the
// same for every owner; the parameter makes the three exports alike.
func CSV(entries []Entry, _ string, zone *time.Location) []byte {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	row := func(cells ...string) {
		for i, c := range cells {
			cells[i] = noFormula(c)
		}
		_ = w.Write(cells) // a buffer takes everything
	}
	row("Date", "From", "To", "Kind", "Reason", "Channel", "Link", "Seen too by", "Private")
	for _, e := range inOrder(entries, zone) {
		private := "no"
		if e.Private {
			private = "yes"
		}
		row(e.Given.Format("2006-01-02 15:04"), strings.Join(e.From, "; "), strings.Join(e.To, "; "), e.Kind,
			e.Reason, e.Channel, e.Link, strings.Join(e.Voices, "; "), private)
	}
	w.Flush()
	return out.Bytes()
}

// noFormula puts an apostrophe before what a spreadsheet would calculate. Full
// width signs count: some of them read those alike.
func noFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// JSON is an export for programs: one array, newest first, times in RFC 3339. No
// array in it is null. It is the same for every owner.
func JSON(entries []Entry, _ string, zone *time.Location) []byte {
	type object struct {
		Given   string   `json:"given"`
		From    []string `json:"from"`
		To      []string `json:"to"`
		Kind    string   `json:"kind"`
		Reason  string   `json:"reason"`
		Channel string   `json:"channel"`
		Link    string   `json:"link"`
		Voices  []string `json:"voices"`
		Private bool     `json:"private"`
	}
	list := []object{}
	for _, e := range inOrder(entries, zone) {
		list = append(list, object{e.Given.Format(time.RFC3339), e.From, e.To, e.Kind, e.Reason, e.Channel, e.Link, e.Voices, e.Private})
	}
	out, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return []byte("[]\n") // strings and a bool: it cannot happen
	}
	return append(out, '\n')
}

// inOrder is the entries as they are exported: newest first, in the zone (UTC
// without one), cleaned, without nil lists. What was given is left as it is.
func inOrder(entries []Entry, zone *time.Location) []Entry {
	if zone == nil {
		zone = time.UTC
	}
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = Entry{
			Given: e.Given.In(zone), From: names(e.From), To: names(e.To), Voices: names(e.Voices), Private: e.Private,
			Kind: blockkit.Line(e.Kind), Channel: blockkit.Line(e.Channel), Link: webLink(e.Link),
			Reason: strings.TrimSpace(blockkit.Clean(e.Reason)),
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return b.Given.Compare(a.Given) })
	return out
}

func names(list []string) []string {
	out := []string{}
	for _, n := range list {
		if n = blockkit.Line(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// webLink is a link that is safe to put anywhere, "" for one that is none.
func webLink(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return ""
	}
	u.Host = strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && !strings.ContainsRune("<>()[]\"'`\\*_|", r) || r >= 0x80 {
			return r
		}
		return -1
	}, u.Host)
	// Brackets and the like are legal in an address, and end it in Markdown.
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "[", "%5B", "]", "%5D", `"`, "%22", "'", "%27",
		"`", "%60", "\\", "%5C", " ", "%20", "\n", "", "\r", "", "\t", "").Replace(u.String())
}

func counted(n int) string {
	if n == 1 {
		return "1 credit"
	}
	return fmt.Sprintf("%d credits", n)
}
