package app

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// maxContacts is what fits beside the rest of the answer, in characters.
const maxContacts = 2000

// Contacts reads whom to turn to after harm: text as Slack writes it (mrkdwn),
// with an empty line between paragraphs. Without a file the careful words that
// come with Ally are used.
func Contacts(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		var why *os.PathError
		if errors.As(err, &why) {
			err = why.Err
		}
		return "", fmt.Errorf("ALLY_CONTACTS_FILE: the file cannot be read: %w", err)
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
	switch {
	case !utf8.ValidString(text):
		return "", errors.New("ALLY_CONTACTS_FILE: the file is not text in UTF-8")
	case text == "":
		return "", errors.New("ALLY_CONTACTS_FILE: the file is empty: write down whom to turn to")
	case utf8.RuneCountInString(text) > maxContacts:
		return "", fmt.Errorf("ALLY_CONTACTS_FILE: keep it under %d characters: whoever reads it is in distress", maxContacts)
	}
	return text, nil
}
