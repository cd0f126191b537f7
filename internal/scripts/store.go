package scripts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/playbook"
	"allybot/internal/redisdb"
)

// maxFavourites is how many one person can save.
const maxFavourites = 50

// errFull means that a person saved as many as there can be.
var errFull = errors.New("no room for another favourite")

// Favourite is a script that somebody saved, in the tone and role they had
// before them. No name and nothing they typed is kept.
type Favourite struct {
	Script  string        `json:"script"`
	Tone    playbook.Part `json:"tone,omitempty"`
	Role    playbook.Role `json:"role,omitempty"`
	Written bool          `json:"written,omitempty"`
	Saved   time.Time     `json:"saved"`
}

// Favourites keeps what people saved, one hash for each person, until they
// remove it. It is safe for use by several replicas.
type Favourites struct {
	db  *redisdb.DB
	now func() time.Time
}

// NewFavourites keeps favourites in db; now is the clock they are dated by.
func NewFavourites(db *redisdb.DB, now func() time.Time) *Favourites {
	return &Favourites{db: db, now: now}
}

// saveFavourite saves one, unless there is no room. Saving it again is harmless.
//
//	KEYS[1] hash of the person, by script id
//	ARGV[1] script id
//	ARGV[2] favourite as JSON
//	ARGV[3] how many there may be
//
// It returns 1 if it is saved, 0 if there is no room.
const saveFavourite = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1`

// Save saves a script for a person; saved before, it moves to the front. It
// returns errFull if there is no room.
func (f *Favourites) Save(ctx context.Context, userID string, v Favourite) error {
	v.Saved = f.now().UTC().Truncate(time.Millisecond)
	j, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding a favourite: %w", err)
	}
	key := f.key(userID)
	var saved *redis.Cmd
	err = f.db.Durable(ctx, key, func(p redis.Pipeliner) {
		saved = p.Eval(ctx, saveFavourite, []string{key}, v.Script, j, maxFavourites)
	})
	if err != nil {
		return fmt.Errorf("saving a favourite: %w", err)
	}
	if n, err := saved.Int(); err == nil && n == 0 {
		return errFull
	}
	return nil
}

// Remove removes a script from a person's favourites; one that is not there is
// removed already.
func (f *Favourites) Remove(ctx context.Context, userID, script string) error {
	key := f.key(userID)
	err := f.db.Durable(ctx, key, func(p redis.Pipeliner) { p.HDel(ctx, key, script) })
	if err != nil {
		return fmt.Errorf("removing a favourite: %w", err)
	}
	return nil
}

// List returns a person's favourites, the newest first.
func (f *Favourites) List(ctx context.Context, userID string) ([]Favourite, error) {
	all, err := f.db.Client.HVals(ctx, f.key(userID)).Result()
	if err != nil {
		return nil, fmt.Errorf("reading favourites: %w", err)
	}
	out := make([]Favourite, 0, len(all))
	for _, j := range all {
		var v Favourite
		if json.Unmarshal([]byte(j), &v) == nil && id.MatchString(v.Script) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b Favourite) int {
		if c := b.Saved.Compare(a.Saved); c != 0 {
			return c
		}
		return slices.Compare([]string{a.Script}, []string{b.Script})
	})
	return out, nil
}

// Has says whether a person saved a script.
func (f *Favourites) Has(ctx context.Context, userID, script string) (bool, error) {
	has, err := f.db.Client.HExists(ctx, f.key(userID), script).Result()
	if err != nil {
		return false, fmt.Errorf("reading favourites: %w", err)
	}
	return has, nil
}

// Export returns all favourites of a person as []Favourite, nil without any.
func (f *Favourites) Export(ctx context.Context, userID string) (any, error) {
	all, err := f.List(ctx, userID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, nil
}

// Erase removes all favourites of a person.
func (f *Favourites) Erase(ctx context.Context, userID string) error {
	key := f.key(userID)
	if err := f.db.Durable(ctx, key, func(p redis.Pipeliner) { p.Del(ctx, key) }); err != nil {
		return fmt.Errorf("erasing favourites: %w", err)
	}
	return nil
}

// key is in the slot of the person.
func (f *Favourites) key(userID string) string {
	return f.db.Key("person", "{"+userID+"}", "favourites")
}
