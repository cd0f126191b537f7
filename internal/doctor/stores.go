package doctor

import (
	"context"
	"strconv"
	"strings"

	"allybot/internal/app"
	"allybot/internal/config"
	"allybot/internal/redisdb"
)

// Redis 6.2 is the oldest with all commands that the bot uses.
const oldestMajor, oldestMinor = 6, 2

// redisSide looks at Redis: its version, and whether it keeps what it is given.
func redisSide(ctx context.Context, cfg config.Config, _ Options) []Finding {
	if !cfg.RedisURL.Set() {
		return []Finding{fix("REDIS_URL is not set: give the address of a Redis, such as redis://127.0.0.1:6379/0")}
	}
	db, err := redisdb.Open(cfg.RedisURL.Reveal())
	if err != nil {
		return []Finding{fix("REDIS_URL: %v", err)}
	}
	defer func() { _ = db.Close() }()
	d, err := db.Durability(ctx)
	switch {
	case err != nil && refusesPassword(err):
		return []Finding{fix("Redis refuses the password: put the right one into REDIS_URL, redis://:PASSWORD@HOST:6379/0 (with a user, redis://USER:PASSWORD@…)")}
	case err != nil:
		return []Finding{fix("Redis does not answer: start it, or correct REDIS_URL (%v)", err)}
	}
	var out []Finding
	if recent(d.Version) {
		out = append(out, ok("Redis: version %s answers", d.Version))
	} else {
		out = append(out, fix("Redis: version %s is too old: use %d.%d or newer", d.Version, oldestMajor, oldestMinor))
	}
	if d.AppendOnly {
		out = append(out, ok("Redis: the append-only file is on"))
	} else {
		out = append(out, fix("Redis: a crash would lose what Ally promised to keep: set appendonly yes"))
	}
	switch d.Eviction {
	case "noeviction":
		out = append(out, ok("Redis: it never throws keys away (noeviction)"))
	case "":
		out = append(out, fix("Redis: it does not say whether it throws keys away when memory is short: set maxmemory-policy noeviction"))
	default:
		out = append(out, fix("Redis: when memory is short it would throw keys away (%s): set maxmemory-policy noeviction", d.Eviction))
	}
	if d.Replicas > 0 {
		out = append(out, ok("Redis: replicas connected: %d; each write waits for one of them", d.Replicas))
	} else {
		out = append(out, note("Redis: no replica is connected; a lost machine would lose its data"))
	}
	return out
}

// refusesPassword says whether Redis answered, but does not know us.
func refusesPassword(err error) bool {
	words := err.Error()
	return strings.Contains(words, "NOAUTH") || strings.Contains(words, "WRONGPASS")
}

// recent says whether a version such as 7.0.15 is new enough.
func recent(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil {
		return false
	}
	return major > oldestMajor || major == oldestMajor && minor >= oldestMinor
}

// contentSide looks at the scripts, and at whom people are sent to after harm.
func contentSide(_ context.Context, cfg config.Config, _ Options) []Finding {
	library, problems, err := app.Content(cfg.PlaybooksDir)
	if err != nil {
		return []Finding{fix("%v", err)}
	}
	if len(problems) > 0 {
		return []Finding{fix("playbooks: %d to mend, the first: %s (all: ally playbooks lint)", len(problems), problems[0])}
	}
	out := []Finding{ok("playbooks: %d scripts", len(library.Scripts()))}
	switch text, err := app.Contacts(cfg.ContactsFile); {
	case err != nil:
		out = append(out, fix("%v", err))
	case text == "":
		out = append(out, note("contacts after harm: general words; name your own people in ALLY_CONTACTS_FILE"))
	default:
		out = append(out, ok("contacts after harm: your own"))
	}
	return out
}
