package prep

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
)

const (
	// keptFor is how long a page is kept.
	keptFor = 7 * 24 * time.Hour
	// maxKept is how many pages one person can have.
	maxKept = 20
	// maxPage is how large a page may be, in bytes as it is stored.
	maxPage = 16 << 10
)

var (
	// errFull means that a person kept as many pages as there can be.
	errFull = errors.New("no room for another page")
	// errLarge means that a page is longer than maxPage.
	errLarge = errors.New("the page is too large to keep")
	// errGone means that a page was deleted or is past its time.
	errGone = errors.New("the page is not there any more")
)

// Kept is a page that somebody kept.
type Kept struct {
	ID    string    `json:"-"`
	Title string    `json:"title"`
	Text  string    `json:"text"`
	Kept  time.Time `json:"kept"`
	Until time.Time `json:"until"`
}

// Pages keeps the pages that people wanted kept, for seven days. It is safe for
// use by several replicas.
//
// Each page is a key of its own that expires, encrypted under a key derived from
// the bot token and bound to its owner and id. Beside them is an index for each
// person, of ids by when they end. A page counts as gone at its end by the
// injected clock, whatever Redis still has.
type Pages struct {
	db   *redisdb.DB
	now  func() time.Time
	seal cipher.AEAD
}

// NewPages keeps pages in db, encrypted with secret, the bot token that all
// replicas share. now is the clock they end by.
func NewPages(db *redisdb.DB, secret string, now func() time.Time) (*Pages, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "ally kept page", 32)
	if err != nil {
		return nil, fmt.Errorf("preparing the encryption of kept pages: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("preparing the encryption of kept pages: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("preparing the encryption of kept pages: %w", err)
	}
	return &Pages{db: db, now: now, seal: seal}, nil
}

// keepPage keeps one page, unless there is no room. Keeping it again replaces it
// and is harmless.
//
//	KEYS[1] index of the person
//	KEYS[2] the page
//	ARGV[1] id of the page
//	ARGV[2] the page, encrypted
//	ARGV[3] now, milliseconds
//	ARGV[4] when it ends, milliseconds
//	ARGV[5] how many there may be
//
// It returns 1 if it is kept, 0 if there is no room.
const keepPage = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then
  return 0
end
local left = tonumber(ARGV[4]) - tonumber(ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'PX', left)
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
if redis.call('PTTL', KEYS[1]) < left then
  redis.call('PEXPIRE', KEYS[1], left)
end
return 1`

// Keep keeps a page for seven days from now and says until when. The same id
// again replaces it. It returns errFull and errLarge.
func (p *Pages) Keep(ctx context.Context, userID string, k Kept) (time.Time, error) {
	k.Kept = p.now().UTC().Truncate(time.Millisecond)
	k.Until = k.Kept.Add(keptFor)
	j, err := json.Marshal(k)
	if err != nil {
		return time.Time{}, fmt.Errorf("encoding a page: %w", err)
	}
	if len(j) > maxPage {
		return time.Time{}, errLarge
	}
	index, key := p.index(userID), p.key(userID, k.ID)
	sealed := p.seal.Seal(nil, nil, j, owner(userID, k.ID))
	var kept *redis.Cmd
	err = p.db.Durable(ctx, index, func(pipe redis.Pipeliner) {
		kept = pipe.Eval(ctx, keepPage, []string{index, key}, k.ID, sealed, k.Kept.UnixMilli(), k.Until.UnixMilli(), maxKept)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("keeping a page: %w", err)
	}
	if n, err := kept.Int(); err == nil && n == 0 {
		if p.dropUnreadable(ctx, userID) {
			return p.Keep(ctx, userID, k)
		}
		return time.Time{}, errFull
	}
	return k.Until, nil
}

// dropUnreadable deletes the pages that were encrypted with an earlier bot token:
// nobody can read them, and nobody could delete them to make room. It says whether
// there were any.
func (p *Pages) dropUnreadable(ctx context.Context, userID string) bool {
	ids, err := p.db.Client.ZRange(ctx, p.index(userID), 0, -1).Result()
	if err != nil {
		return false
	}
	dropped := false
	for _, id := range ids {
		if _, err := p.Find(ctx, userID, id); errors.Is(err, errGone) && p.Delete(ctx, userID, id) == nil {
			dropped = true
		}
	}
	return dropped
}

// List returns what a person kept, the newest first. What was encrypted with
// another bot token cannot be read and is left out.
func (p *Pages) List(ctx context.Context, userID string) ([]Kept, error) {
	now := p.now()
	ids, err := p.db.Client.ZRangeByScore(ctx, p.index(userID), &redis.ZRangeBy{
		Min: "(" + strconv.FormatInt(now.UnixMilli(), 10), Max: "+inf",
	}).Result()
	if err != nil {
		return nil, fmt.Errorf("reading kept pages: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = p.key(userID, id)
	}
	values, err := p.db.Client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, fmt.Errorf("reading kept pages: %w", err)
	}
	var out []Kept
	for i, v := range values {
		if sealed, ok := v.(string); ok {
			if k, err := p.open(userID, ids[i], sealed); err == nil && now.Before(k.Until) {
				out = append(out, k)
			}
		}
	}
	slices.Reverse(out) // the index is by when they end
	return out, nil
}

// Find returns one page, or errGone.
func (p *Pages) Find(ctx context.Context, userID, id string) (Kept, error) {
	sealed, err := p.db.Client.Get(ctx, p.key(userID, id)).Result()
	if errors.Is(err, redis.Nil) {
		return Kept{}, errGone
	}
	if err != nil {
		return Kept{}, fmt.Errorf("reading a kept page: %w", err)
	}
	k, err := p.open(userID, id, sealed)
	if err != nil || !p.now().Before(k.Until) {
		return Kept{}, errGone
	}
	return k, nil
}

// Change replaces the text of a page, which ends when it would have. It returns
// errGone and errLarge.
func (p *Pages) Change(ctx context.Context, userID, id, text string) (Kept, error) {
	k, err := p.Find(ctx, userID, id)
	if err != nil {
		return Kept{}, err
	}
	k.Text = text
	j, err := json.Marshal(k)
	if err != nil {
		return Kept{}, fmt.Errorf("encoding a page: %w", err)
	}
	if len(j) > maxPage {
		return Kept{}, errLarge
	}
	key := p.key(userID, id)
	sealed := p.seal.Seal(nil, nil, j, owner(userID, id))
	var set *redis.StatusCmd
	err = p.db.Durable(ctx, key, func(pipe redis.Pipeliner) {
		// Only if it is still there: deleted meanwhile, it stays deleted.
		set = pipe.SetArgs(ctx, key, sealed, redis.SetArgs{Mode: "XX", KeepTTL: true})
	})
	if err != nil {
		return Kept{}, fmt.Errorf("changing a kept page: %w", err)
	}
	if errors.Is(set.Err(), redis.Nil) {
		return Kept{}, errGone
	}
	return k, nil
}

// Delete deletes a page; one that is not there is deleted already.
func (p *Pages) Delete(ctx context.Context, userID, id string) error {
	index := p.index(userID)
	err := p.db.Durable(ctx, index, func(pipe redis.Pipeliner) {
		pipe.Del(ctx, p.key(userID, id))
		pipe.ZRem(ctx, index, id)
	})
	if err != nil {
		return fmt.Errorf("deleting a kept page: %w", err)
	}
	return nil
}

// Export returns all that a person kept as []Kept, nil without any.
func (p *Pages) Export(ctx context.Context, userID string) (any, error) {
	all, err := p.List(ctx, userID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, nil
}

// Erase deletes all that a person kept, also what cannot be read.
func (p *Pages) Erase(ctx context.Context, userID string) error {
	index := p.index(userID)
	ids, err := p.db.Client.ZRange(ctx, index, 0, -1).Result()
	if err != nil {
		return fmt.Errorf("erasing kept pages: %w", err)
	}
	keys := []string{index}
	for _, id := range ids {
		keys = append(keys, p.key(userID, id))
	}
	if err := p.db.Durable(ctx, index, func(pipe redis.Pipeliner) { pipe.Del(ctx, keys...) }); err != nil {
		return fmt.Errorf("erasing kept pages: %w", err)
	}
	return nil
}

func (p *Pages) open(userID, id, sealed string) (Kept, error) {
	j, err := p.seal.Open(nil, nil, []byte(sealed), owner(userID, id))
	if err != nil {
		return Kept{}, errors.New("the page was encrypted with another bot token")
	}
	k := Kept{ID: id}
	if err := json.Unmarshal(j, &k); err != nil {
		return Kept{}, errors.New("the page cannot be read") // the decoder's error may quote it
	}
	return k, nil
}

// owner binds a page to whom it belongs to, so that it opens nowhere else.
func owner(userID, id string) []byte { return []byte(userID + "/" + id) }

// All keys are in the slot of the person.
func (p *Pages) index(userID string) string {
	return p.db.Key("person", "{"+userID+"}", "pages")
}

func (p *Pages) key(userID, id string) string {
	return p.db.Key("person", "{"+userID+"}", "page", id)
}
