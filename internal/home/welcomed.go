package home

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
)

// Welcomed remembers who was welcomed: once, ever.
//
//	…home:welcomed:USER  when, and by which task, separated by a space
type Welcomed struct {
	db  *redisdb.DB
	now func() time.Time
}

// NewWelcomed remembers it in db; now is the clock it is dated by.
func NewWelcomed(db *redisdb.DB, now func() time.Time) *Welcomed { return &Welcomed{db: db, now: now} }

func (w *Welcomed) key(userID string) string { return w.db.Key("home", "welcomed", userID) }

// First says whether a task is the one that welcomes somebody, however often it
// asks. It is noted durably before it is said.
func (w *Welcomed) First(ctx context.Context, userID, task string) (bool, error) {
	by, err := w.by(ctx, userID)
	if err != nil || by != "" {
		return by == task, err
	}
	key := w.key(userID)
	value := w.now().UTC().Format(time.RFC3339) + " " + task
	err = w.db.Durable(ctx, key, func(p redis.Pipeliner) { p.SetArgs(ctx, key, value, redis.SetArgs{Mode: "NX"}) })
	if err != nil {
		return false, fmt.Errorf("noting that somebody is welcomed: %w", err)
	}
	by, err = w.by(ctx, userID) // another one may have been faster
	return by == task, err
}

// by is the task that welcomed somebody, "" if none did.
func (w *Welcomed) by(ctx context.Context, userID string) (string, error) {
	value, err := w.read(ctx, userID)
	_, task, _ := strings.Cut(value, " ")
	return task, err
}

func (w *Welcomed) read(ctx context.Context, userID string) (string, error) {
	value, err := w.db.Client.Get(ctx, w.key(userID)).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking who was welcomed: %w", err)
	}
	return value, nil
}

// Export returns when somebody was welcomed; nil if they were not.
func (w *Welcomed) Export(ctx context.Context, userID string) (any, error) {
	value, err := w.read(ctx, userID)
	if err != nil || value == "" {
		return nil, err
	}
	at, _, _ := strings.Cut(value, " ")
	return struct {
		Welcomed string `json:"welcomed"`
	}{at}, nil
}

// Erase forgets it.
func (w *Welcomed) Erase(ctx context.Context, userID string) error {
	key := w.key(userID)
	if err := w.db.Durable(ctx, key, func(p redis.Pipeliner) { p.Del(ctx, key) }); err != nil {
		return fmt.Errorf("forgetting that somebody was welcomed: %w", err)
	}
	return nil
}
