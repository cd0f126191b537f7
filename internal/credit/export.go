package credit

import "time"

// Entry is one credit in an export, in words: nothing in it is an id.
type Entry struct {
	Given    time.Time
	From, To []string // names
	Kind     string   // its label
	Reason   string   // plain text
	Channel  string   // the name that may be shown, or ""
	Link     string   // to the post or the message; only http and https are kept
	Voices   []string // names
	Private  bool
}

// Markdown is the export for a document.
func Markdown(entries []Entry, owner string, zone *time.Location) []byte { return nil }

// CSV is the export for a spreadsheet.
func CSV(entries []Entry, owner string, zone *time.Location) []byte { return nil }

// JSON is the export for programs.
func JSON(entries []Entry, owner string, zone *time.Location) []byte { return nil }
