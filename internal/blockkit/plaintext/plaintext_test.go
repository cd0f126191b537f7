package plaintext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{"  Sam \n\t Lee ", "Sam Lee"},
		{"S\u200ba\u202em", "Sam"},
		{"می\u200cخواهم", "می\u200cخواهم"},
		{"क्\u200dष", "क्\u200dष"},
		{"👩\u200d💻", "👩\u200d💻"},
		{"a\u200db", "ab"},
	}
	for _, tt := range tests {
		if got := Line(tt.in); got != tt.want {
			t.Errorf("%+q became %+q, want %+q", tt.in, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("می\u200cخواهم \U0001f3f4\U000e0067\U000e007f")
	f.Add("a\r\nb\u2028c\ufe0f\ufe0f\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\u202e\u200b\ufeff") {
			t.Errorf("%+q became %+q", s, got)
		}
	})
}
