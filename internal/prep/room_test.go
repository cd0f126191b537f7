package prep

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

// silent is a Slack that does not answer.
type silent struct{}

func (silent) Name(ctx context.Context, _, fallback string) string { <-ctx.Done(); return fallback }
func (silent) zone(ctx context.Context, _ string) *time.Location   { <-ctx.Done(); return nil }
func (silent) locale(ctx context.Context, _ string) string         { <-ctx.Done(); return "" }

// A page asks Slack several things. Together they may not take what one window
// has, or the person is told that it took too long.
func TestAPageWaitsOnceForASlackThatIsSilent(t *testing.T) {
	lib := testLibrary(t)
	synctest.Test(t, func(t *testing.T) {
		m := &room{Deps: Deps{
			Library: func() *playbook.Library { return lib }, Names: silent{}, Zone: silent{}.zone, Locale: silent{}.locale,
			Now: time.Now, NewID: func() string { return "P1" },
		}}
		d := draft{What: "sam keeps talking over me", UserID: "USAM", Goal: "change"}
		asked := map[string]func() (slackbot.SubmissionReply, error){
			"the form": func() (slackbot.SubmissionReply, error) {
				return m.submitForm(t.Context(), slackbot.Submission{UserID: "UME", State: map[string]slackbot.Value{
					fieldWhat: {Value: d.What}, fieldWho: {Users: []string{d.UserID}}, fieldGoal: {Options: []string{d.Goal}},
				}})
			},
			"after harm": func() (slackbot.SubmissionReply, error) {
				return m.submitCare(t.Context(), slackbot.Submission{UserID: "UME", Origin: slackbot.Origin{
					PrivateMetadata: carried{Draft: &d, ToPage: true}.String(),
				}})
			},
		}
		for name, ask := range asked {
			began := time.Now()
			reply, err := ask()
			if err != nil || reply.Push == nil && reply.Update == nil {
				t.Errorf("%s: no page: %v, %+v", name, err, reply)
			}
			if took := time.Since(began); took > maxAsking {
				t.Errorf("%s: it took %s", name, took)
			}
		}
	})
}
