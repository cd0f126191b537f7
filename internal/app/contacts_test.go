package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestContacts(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		name, content string
		want          string
		wrong         string
	}{
		{"words", "Call *112*.\r\n\r\nOr <@U1>, any time.\n", "Call *112*.\n\nOr <@U1>, any time.", ""},
		{"empty", " \n\n", "", "the file is empty"},
		{"not text", "\xff\xfe\x00", "", "UTF-8"},
		{"too long", strings.Repeat("ü", maxContacts+1), "", "under 2000 characters"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := filepath.Join(dir, "contacts")
			if err := os.WriteFile(file, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := Contacts(file)
			if tc.wrong == "" {
				if err != nil || got != tc.want {
					t.Errorf("got %q, %v", got, err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), "ALLY_CONTACTS_FILE: ") || !strings.Contains(err.Error(), tc.wrong) {
				t.Errorf("error %v should name the variable and contain %q", err, tc.wrong)
			}
		})
	}
	if _, err := Contacts(filepath.Join(dir, "missing")); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a missing file: %v", err)
	}
	if got, err := Contacts(""); got != "" || err != nil {
		t.Errorf("no file: %q, %v", got, err)
	}
}
