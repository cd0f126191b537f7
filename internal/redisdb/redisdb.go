// Package redisdb is the bot's Redis: it opens a single server, a Sentinel
// group or a Cluster from one URL, names the keys, makes writes durable, and
// holds every Lua script with its keys and arguments documented.
//
// For the playground and for fast tests it also embeds a Redis (Embedded) that
// follows an injected clock. It knows nothing of Slack.
package redisdb

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Timeouts of the client. An envelope of Slack must be answered within 3 s, so
// no single step may take that long.
const (
	dialTimeout = time.Second
	ioTimeout   = 2 * time.Second
	// retryBackoff bounds the pause before a command is sent again; the
	// default of 512 ms, three times, uses up the time of an envelope.
	retryBackoff = 100 * time.Millisecond
	// waitTimeout is how long a durable write waits for a replica.
	waitTimeout = time.Second
)

// DB is a connection to Redis. It is safe for use by several goroutines.
type DB struct {
	// Client runs any command. Deadlines of contexts are honoured.
	Client redis.UniversalClient

	embedded *embedded

	mu    sync.Mutex
	nodes map[string]*replication // by address of the master, "" where it has no fixed one
}

// Open prepares a client for the Redis at url; it connects on first use. The
// forms are redis://, rediss:// and unix://, redis+cluster://h1,h2/ and
// redis+sentinel://h1,h2/0?master=NAME, with TLS rediss+cluster:// and
// rediss+sentinel://. Errors are one line and never hold the password.
func Open(url string, options ...Option) (*DB, error) {
	t, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	for _, o := range options {
		o(t)
	}
	return &DB{Client: t.client(), nodes: map[string]*replication{}}, nil
}

func (t target) client() redis.UniversalClient {
	var tlsConfig *tls.Config
	if t.tls {
		tlsConfig = &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.skipVerify} //nolint:gosec // asked for in the URL
	}
	noNotices := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch t.kind {
	case cluster:
		return redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: t.addrs, Username: t.user, Password: t.password, TLSConfig: tlsConfig,
			DialTimeout: dialTimeout, DialerRetries: 1, MaxRetryBackoff: retryBackoff, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
			ContextTimeoutEnabled: true, DisableIdentity: true,
			// The default of 60 s keeps a killed master in use for that long.
			ClusterStateReloadInterval: time.Second,
			MaintNotificationsConfig:   noNotices,
		})
	case sentinel:
		return redis.NewFailoverClient(&redis.FailoverOptions{
			MasterName: t.master, SentinelAddrs: t.addrs, DB: t.db,
			SentinelUsername: t.sentinelUser, SentinelPassword: t.sentinelPassword,
			Username: t.user, Password: t.password, TLSConfig: tlsConfig,
			DialTimeout: dialTimeout, DialerRetries: 1, MaxRetryBackoff: retryBackoff, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
			ContextTimeoutEnabled: true, DisableIdentity: true,
		})
	default:
		return redis.NewClient(&redis.Options{
			Network: t.network, Addr: t.addrs[0], DB: t.db,
			Username: t.user, Password: t.password, TLSConfig: tlsConfig,
			DialTimeout: dialTimeout, DialerRetries: 1, MaxRetryBackoff: retryBackoff, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
			ContextTimeoutEnabled: true, DisableIdentity: true,
			MaintNotificationsConfig: noNotices,
		})
	}
}

// Close closes all connections, and the embedded Redis if there is one.
func (d *DB) Close() error {
	err := d.Client.Close()
	if d.embedded != nil {
		d.embedded.server.Close()
	}
	if errors.Is(err, redis.ErrClosed) {
		return nil
	}
	return err
}

// Ping says whether Redis answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.Client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redis does not answer: %w", oneLine{err})
	}
	return nil
}

// oneLine is an error in one line: several Sentinels fail in several.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", "; ") }

func (e oneLine) Unwrap() error { return e.error }

// Embedded says whether this is the Redis of the playground, gone with the process.
func (d *DB) Embedded() bool { return d.embedded != nil }

// Key names a key. Parts are joined by colons under "ally:". Keys with the same
// first part share a Cluster slot, so that a script may use several of them;
// where a part carries braces of its own, these decide the slot instead.
//
//	Key("inbox", "done", "Ev1")          ally:{inbox}:done:Ev1
//	Key("person", "{U1}", "preferences") ally:person:{U1}:preferences
func (d *DB) Key(parts ...string) string { return Key(parts...) }

// Key is DB.Key for code that has no DB at hand.
func Key(parts ...string) string {
	key := strings.Join(parts, ":")
	if strings.Contains(key, "{") || len(parts) == 0 {
		return "ally:" + key
	}
	return "ally:{" + parts[0] + "}" + strings.TrimPrefix(key, parts[0])
}
