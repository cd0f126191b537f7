package care

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
)

func shown(t *testing.T, contacts string) string {
	t.Helper()
	j, err := json.Marshal(slack.Blocks{BlockSet: blockkit.Message{Blocks: Blocks(contacts)}.Fitted().Blocks})
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}

// inOrder fails if the texts are not shown one after the other.
func inOrder(t *testing.T, page string, texts ...string) {
	t.Helper()
	rest := page
	for _, text := range texts {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Fatalf("%q is missing, or not in its place: %s", text, page)
		}
		rest = after
	}
}

func TestTheOrganisationsContactsComeFirst(t *testing.T) {
	page := shown(t, "Call *Ada* on 1234.\n\nOr write to care@example.org.\n")
	inOrder(t, page, Title, "Call *Ada* on 1234.", "Or write to care@example.org.", "emergency number", "not confidential support")
	if strings.Contains(page, "People you can turn to") {
		t.Errorf("general advice beside the organisation's own: %s", page)
	}
}

func TestWithoutContactsTheWordsHoldAnywhere(t *testing.T) {
	for _, contacts := range []string{"", " \n\n "} {
		inOrder(t, shown(t, contacts), Title, "emergency number", "People you can turn to", "Someone you trust", "not confidential support")
	}
}

func TestTheTitleFitsAnOption(t *testing.T) {
	if n := blockkit.Len(Title); n > blockkit.MaxOptionText {
		t.Errorf("it is %d long", n)
	}
}
