package scripts

import (
	"context"
	"testing"
	"time"

	"allybot/internal/playbook"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
)

func BenchmarkAnswer(b *testing.B) {
	lib := testLibrary(b)
	db, err := redisdb.Embedded(time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	r := &room{router: slackbot.NewRouter(), finder: find, Deps: Deps{Library: func() *playbook.Library { return lib }, Names: directory{}, Favourites: NewFavourites(db, time.Now)}}
	for b.Loop() {
		if _, err := r.freeText(context.Background(), slackbot.Request{Text: "sam keeps getting talked over"}); err != nil {
			b.Fatal(err)
		}
	}
}
