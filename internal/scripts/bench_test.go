package scripts

import (
	"context"
	"testing"

	"allybot/internal/playbook"
	"allybot/internal/slackbot"
)

func BenchmarkAnswer(b *testing.B) {
	lib := testLibrary(b)
	r := &room{Deps: Deps{Library: func() *playbook.Library { return lib }, Names: directory{}}}
	for b.Loop() {
		if _, err := r.freeText(context.Background(), slackbot.Request{Text: "sam keeps getting talked over"}); err != nil {
			b.Fatal(err)
		}
	}
}
