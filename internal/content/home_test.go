package content

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/people"
	"allybot/internal/slackbot"
	"allybot/internal/slacksim/blockcheck"
)

type directory map[string]people.Person

func (d directory) Find(_ context.Context, id string) (people.Person, error) {
	p, ok := d[id]
	if !ok {
		return people.Person{}, errors.New("Slack is away")
	}
	return p, nil
}

func TestOnlyAdminsSeeWhatToMend(t *testing.T) {
	d := newDesk(t, nil)
	r := slackbot.NewRouter()
	Register(r, Home{Store: d.Store, People: directory{"UADMIN": {Admin: true}, "UMEMBER": {}}, Admins: []string{"UNAMED"}})
	section := func(userID string) string {
		v := blockkit.Home{Blocks: r.Sections()[0].Home(t.Context(), userID)}.Request()
		j, err := json.Marshal(v.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Blocks.BlockSet) > 0 {
			if v.Blocks.BlockSet[0].BlockType() == slack.MBTDivider {
				t.Error("it begins with a line, where Home draws one already")
			}
			full, _ := json.Marshal(v)
			if err := blockcheck.View(full); err != nil {
				t.Errorf("Slack would refuse it: %v", err)
			}
		}
		return string(j)
	}
	if got := section("UADMIN"); strings.Contains(got, "mend") {
		t.Errorf("with nothing to mend: %s", got)
	}
	d.write("scripts/mine.md", strings.Replace(words("Mine", "First."), "## Direct", "## Blunt <!channel>", 1))
	d.look()
	for _, admin := range []string{"UADMIN", "UNAMED"} {
		if got := section(admin); !strings.Contains(got, "scripts/mine.md, line 12: unknown heading") || strings.Contains(got, "<!channel>") {
			t.Errorf("%s sees %s", admin, got)
		}
	}
	for _, other := range []string{"UMEMBER", "UUNKNOWN", ""} {
		if got := section(other); strings.Contains(got, "mine.md") {
			t.Errorf("%q sees %s", other, got)
		}
	}
	for i := range 30 {
		d.write(fmt.Sprintf("scripts/many-%d.md", i), strings.Replace(words("Many", "First."), "First.", strings.Repeat("{who|x} ", 60), 1))
	}
	d.look()
	if got := section("UADMIN"); strings.Count(got, "• ") != 10 || !strings.Contains(got, "more: `ally playbooks lint`") {
		t.Errorf("with many: %s", got)
	}
}
