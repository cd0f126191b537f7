package scripts

import (
	"context"
	"reflect"
	"testing"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

func TestCreditIsOfferedWhereItIsDue(t *testing.T) {
	credit, other := &playbook.Script{Practices: []string{"amplify-ideas", "give-credit"}}, &playbook.Script{Practices: []string{"make-space"}}
	for _, c := range []struct {
		script *playbook.Script
		role   playbook.Role
		want   bool
	}{
		{credit, playbook.Bystander, true},
		{credit, playbook.Doer, true},
		{credit, playbook.Host, true},
		{credit, playbook.Affected, false}, // it was their own idea
		{other, playbook.Bystander, false},
	} {
		if got := aboutCredit(c.script, c.role); got != c.want {
			t.Errorf("%v as %s: %v", c.script.Practices, c.role, got)
		}
	}
}

func TestGivingCreditKnowsWhoAndAboutWhat(t *testing.T) {
	f := start(t)
	var got slackbot.CreditToGive
	slackbot.Handle(f.router, slackbot.CreditOpen, func(_ context.Context, _ slackbot.Task, g slackbot.CreditToGive) error {
		got = g
		return nil
	})
	press := func(s state, o slackbot.Origin) slackbot.CreditToGive {
		t.Helper()
		f.do("action/"+actionCredit, slackbot.Action{ActionID: actionCredit, Value: s.encode(2000), UserID: "UME", TeamID: "T1", TriggerID: "T9", Origin: o})
		return got
	}
	fromMessage := press(state{Script: "interrupted", UserID: "USAM", Channel: "C1", TS: "1.2"}, slackbot.Origin{ViewType: "modal"})
	if want := (slackbot.CreditToGive{
		TriggerID: "T9", OnTop: true, UserID: "UME", TeamID: "T1", Receivers: []string{"USAM"}, ChannelID: "C1", TS: "1.2",
	}); !reflect.DeepEqual(fromMessage, want) {
		t.Errorf("from a message: %+v", fromMessage)
	}
	typed := press(state{Script: "interrupted", UserID: "UME"}, slackbot.Origin{ChannelID: "C2"})
	if want := (slackbot.CreditToGive{TriggerID: "T9", UserID: "UME", TeamID: "T1", ChannelID: "C2"}); !reflect.DeepEqual(typed, want) {
		t.Errorf("from what was typed about oneself: %+v", typed)
	}
}
