package scripts

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/blockkit/golden"
	"allybot/internal/playbook"
	"allybot/internal/redisdb"
	"allybot/internal/slackbot"
)

func (f *fixture) launcher() []slack.Block {
	return blockkit.Message{Blocks: f.router.Sections()[0].Launcher(f.Context(), "UME")}.Fitted().Blocks
}

func (f *fixture) home() []slack.Block {
	return blockkit.Home{Blocks: f.router.Sections()[0].Home(f.Context(), "UME")}.Fitted().Blocks
}

func TestSavingAndRemovingAFavourite(t *testing.T) {
	f := start(t)
	words := f.press(f.ask("sam keeps getting talked over").Blocks, "More direct")
	saved := f.press(words.blocks(), saveLabel)
	golden.Compare(t, "saved", saved.Message)
	if got := texts(saved.blocks()); !strings.HasPrefix(got, texts(words.blocks())) || !strings.Contains(got, savedNotice) {
		t.Errorf("the words are gone or nothing is said: %s", got)
	}
	// Pressing it again changes nothing.
	f.press(words.blocks(), saveLabel)
	if all := f.saved(); len(all) != 1 {
		t.Errorf("saved twice: %+v", all)
	}
	// It comes back as it was saved, without the name.
	for where, blocks := range map[string][]slack.Block{"launcher": f.launcher(), "home": f.home()} {
		if !strings.Contains(texts(blocks), favouritesTitle) {
			t.Errorf("not in the %s: %s", where, texts(blocks))
		}
	}
	golden.Compare(t, "launcher-favourites", f.launcher())
	golden.Compare(t, "home-favourites", f.home())
	for list, blockID := range selects(f.launcher()) {
		if list.Placeholder.Text == favouritesHint {
			got := f.act(slackbot.Action{ActionID: list.ActionID, BlockID: blockID, Value: list.Options[0].Value, UserID: "UME", Origin: slackbot.Origin{ResponseURL: "url"}})
			if !strings.HasPrefix(texts(got.blocks()), "Hold on, they hadn't finished.") {
				t.Errorf("opened again: %s", texts(got.blocks()))
			}
			if !strings.Contains(labels(got.blocks()), removeLabel) {
				t.Errorf("it cannot be removed: %s", labels(got.blocks()))
			}
			gone := f.press(got.blocks(), removeLabel)
			if !strings.Contains(texts(gone.blocks()), removedNotice) || !strings.Contains(labels(gone.blocks()), saveLabel) {
				t.Errorf("removed: %s", texts(gone.blocks()))
			}
			f.press(got.blocks(), removeLabel) // twice
		}
	}
	if all := f.saved(); len(all) != 0 {
		t.Errorf("still there: %+v", all)
	}
	if strings.Contains(texts(f.home())+texts(f.launcher()), favouritesTitle) {
		t.Error("an empty list is shown")
	}
}

func (f *fixture) saved() []Favourite {
	f.Helper()
	all, err := f.room.Favourites.List(f.Context(), "UME")
	if err != nil {
		f.Fatal(err)
	}
	return all
}

func TestFavouritesAreForOnePersonAlone(t *testing.T) {
	f := start(t)
	f.press(f.ask("sam keeps getting talked over").Blocks, saveLabel)
	if blocks := f.router.Sections()[0].Launcher(t.Context(), "USAM"); strings.Contains(texts(blocks), favouritesTitle) {
		t.Error("somebody else sees them")
	}
}

func TestThereIsAMostOfFavourites(t *testing.T) {
	f := start(t)
	for i := range maxFavourites {
		v := Favourite{Script: "script-" + strings.Repeat("x", i)}
		if err := f.room.Favourites.Save(t.Context(), "UME", v); err != nil {
			t.Fatal(err)
		}
	}
	full := f.press(f.ask("sam keeps getting talked over").Blocks, saveLabel)
	if got := texts(full.blocks()); !strings.Contains(got, "You have 50 favourites") || !strings.Contains(labels(full.blocks()), saveLabel) {
		t.Errorf("nothing is said: %s", got)
	}
	if n := len(f.saved()); n != maxFavourites {
		t.Errorf("%d are saved", n)
	}
	if strings.Contains(texts(f.home()), favouritesTitle) {
		t.Error("scripts that are gone are shown")
	}
}

// Removing on Home or in a window shows on Home at once.
func TestHomeIsPublishedAnewAfterAChange(t *testing.T) {
	f := start(t)
	fresh := 0
	slackbot.Handle(f.router, "home.refresh", func(context.Context, slackbot.Task, slackbot.HomeOpened) error { fresh++; return nil })
	value := state{Script: "interrupted"}.encode(2000)
	for n, action := range []string{actionSave, actionRemove} {
		got := f.act(slackbot.Action{ActionID: action, Value: value, UserID: "UME", Origin: slackbot.Origin{ViewType: "modal", ViewID: "V1"}})
		if got.How != "update" || fresh != n+1 {
			t.Errorf("%s: %s, Home was published %d times", action, got.How, fresh)
		}
	}
}

func TestAFavouriteThatIsGoneIsLeftOut(t *testing.T) {
	f := start(t)
	got := f.act(slackbot.Action{ActionID: actionSave, Value: "removed", UserID: "UME", Origin: slackbot.Origin{ResponseURL: "url"}})
	if !strings.HasPrefix(texts(got.blocks()), "*Pick what fits better*") || len(f.saved()) != 0 {
		t.Errorf("%s, %+v", texts(got.blocks()), f.saved())
	}
}

// With Redis away everything works but saving, and that says so.
func TestWithoutRedis(t *testing.T) {
	f := start(t)
	away, err := redisdb.Open("redis://127.0.0.1:1/0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = away.Close() })
	*f.room.Favourites = *NewFavourites(away, time.Now)
	began := time.Now()
	words := f.ask("sam keeps getting talked over").Blocks
	if took := time.Since(began); took > time.Second {
		t.Errorf("an answer took %v", took)
	}
	if !strings.HasPrefix(texts(words), "I'd like to hear the rest of Sam's point.") {
		t.Error(texts(words))
	}
	for _, label := range []string{"More direct", pushLabel, followLabel, costLabel, otherLabel} {
		f.press(words, label)
	}
	got := f.press(words, saveLabel)
	if s := texts(got.blocks()); !strings.HasPrefix(s, texts(words)) || !strings.Contains(s, awayNotice) {
		t.Errorf("saving: %s", s)
	}
	if s := texts(f.home()); !strings.Contains(s, awayHome) || !strings.Contains(s, homeTitle) {
		t.Errorf("Home: %s", s)
	}
	if s := texts(f.launcher()); !strings.HasPrefix(s, launcherTitle) {
		t.Errorf("launcher: %s", s)
	}
}

func TestWhatIsKeptCanBeExportedAndErased(t *testing.T) {
	f := start(t)
	f.press(f.ask("sam keeps getting talked over").Blocks, saveLabel)
	var kept []slackbot.Personal
	for _, p := range f.router.KeptAboutPeople() {
		if p.Name == "favourites" {
			kept = append(kept, p)
		}
	}
	if len(kept) != 1 {
		t.Fatalf("the room keeps %v", kept)
	}
	out, err := kept[0].Export(t.Context(), "UME")
	want := `[{"script":"interrupted","tone":"gentle","role":"bystander","saved":"2026-11-21T09:00:00Z"}]`
	if got := string(marshal(t, out)); err != nil || got != want {
		t.Errorf("exported %s, %v, want %s", got, err, want)
	}
	if err := kept[0].Erase(t.Context(), "UME"); err != nil {
		t.Fatal(err)
	}
	if out, err := kept[0].Export(t.Context(), "UME"); out != nil || err != nil {
		t.Errorf("after erasing: %v, %v", out, err)
	}
}

func FuzzFavouriteInRedis(f *testing.F) {
	f.Add(`{"script":"interrupted","tone":"gentle"}`)
	f.Add(`{"script":"<!channel>","saved":"x"}`)
	f.Add(`[]`)
	db, err := redisdb.Embedded(time.Now)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	store := NewFavourites(db, time.Now)
	lib := testLibrary(f)
	f.Fuzz(func(t *testing.T, j string) {
		if err := db.Client.HSet(t.Context(), store.key("U1"), "x", j).Err(); err != nil {
			t.Fatal(err)
		}
		all, err := store.List(t.Context(), "U1")
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		c := content{lib: lib}
		checkMessage(t, blockkit.Message{Blocks: c.launcher(all)}.Fitted())
		checkMessage(t, page{content: c, state: Favourite{Script: "interrupted", Tone: playbook.Part(j), Role: playbook.Role(j)}.state()}.message().Fitted())
	})
}
