package scripts

import (
	"errors"
	"sync"
	"testing"
	"time"

	"allybot/internal/playbook"
	"allybot/internal/redisdb"
	"allybot/internal/redisdb/redistest"
)

// replica is one process's favourites over a Redis that several share.
func replica(t *testing.T, url string, now func() time.Time) *Favourites {
	t.Helper()
	db, err := redisdb.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return NewFavourites(db, now)
}

func TestFavouritesOnARealRedis(t *testing.T) {
	server := redistest.New(t, "--appendonly", "yes", "--appendfsync", "always")
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	one, two := replica(t, server.URL(), clock), replica(t, server.URL(), clock)
	ctx := t.Context()

	save := func(f *Favourites, v Favourite) {
		t.Helper()
		if err := f.Save(ctx, "U1", v); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	save(one, Favourite{Script: "interrupted", Tone: playbook.Direct, Role: playbook.Host, Written: true})
	save(two, Favourite{Script: "idea-ignored"})
	save(two, Favourite{Script: "interrupted", Tone: playbook.Direct, Role: playbook.Host, Written: true}) // again, elsewhere

	all, err := one.List(ctx, "U1")
	if err != nil || len(all) != 2 || all[0].Script != "interrupted" || all[1].Script != "idea-ignored" {
		t.Fatalf("the newest first: %+v, %v", all, err)
	}
	if f := all[0]; f.Tone != playbook.Direct || f.Role != playbook.Host || !f.Written {
		t.Errorf("it came back as %+v", f)
	}
	server.Restart()
	if has, err := two.Has(ctx, "U1", "idea-ignored"); err != nil || !has {
		t.Errorf("after a restart: %v, %v", has, err)
	}
	for range 2 { // removing it twice is harmless
		if err := one.Remove(ctx, "U1", "idea-ignored"); err != nil {
			t.Fatal(err)
		}
	}
	if has, err := two.Has(ctx, "U1", "idea-ignored"); err != nil || has {
		t.Errorf("removed by the other replica: %v, %v", has, err)
	}
	if err := one.Erase(ctx, "U1"); err != nil {
		t.Fatal(err)
	}
	if keys, err := two.db.Client.Keys(ctx, "*").Result(); err != nil || len(keys) != 0 {
		t.Errorf("something is left: %v, %v", keys, err)
	}
}

// Two replicas saving at once never exceed the most.
func TestTheMostHoldsOverReplicas(t *testing.T) {
	url := redistest.Start(t)
	var replicas [2]*Favourites
	for i := range replicas {
		replicas[i] = replica(t, url, time.Now)
	}
	ctx := t.Context()
	var wg sync.WaitGroup
	var mu sync.Mutex
	full := 0
	for i := range 2 * maxFavourites {
		wg.Go(func() {
			err := replicas[i%2].Save(ctx, "U1", Favourite{Script: "s-" + string(rune('a'+i%26)) + string(rune('a'+i/26))})
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, errFull) {
				full++
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := replicas[0].List(ctx, "U1")
	if err != nil || len(all) != maxFavourites || full != maxFavourites {
		t.Errorf("%d saved, %d refused, %v", len(all), full, err)
	}
}
