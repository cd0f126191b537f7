package sender

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"allybot/internal/redisdb"
)

// recordLife is how long an intent is remembered.
const recordLife = 24 * time.Hour

// outbox remembers, per intent, whether its message was sent. A record is a
// hash:
//
//	state    sending | idle | sent | doubtful
//	id       the opaque random id in the message's metadata, kept over all tries
//	channel  where it goes
//	ts       of the message, once sent
//	first    when the first try began, ms since 1970 by the bot's clock
//	tried    when the last try began
//	attempt  which claim last said that a try may begin
//	owner    who may try, until lease (ms since 1970 by Redis's clock)
//
// "sending" is written before the call: whoever finds it must assume that the
// call was made. "idle" is known not to have been posted.
type outbox struct {
	db  *redisdb.DB
	now func() time.Time
}

type record struct {
	State   string
	ID      string
	Channel string
	TS      string
	First   time.Time
	Tried   time.Time
	// Attempt, when marking, limits the mark to what this claim recorded.
	Attempt string
}

// verdicts of a claim beside the states sent and doubtful.
const (
	verdictMine   = "mine"   // recorded as sending: make the call
	verdictResume = "resume" // the lease is ours, but an earlier try is in doubt
	verdictHeld   = "held"   // somebody else is at it

	stateSending  = "sending"
	stateIdle     = "idle"
	stateSent     = "sent"
	stateDoubtful = "doubtful"
)

// claimScript takes the lease of an intent and, where no try is in doubt,
// records that one begins. Repeating it with the same attempt changes nothing.
//
//	KEYS[1] the record
//	ARGV    owner, id if the record has none, now (ms), lease (ms), life (ms),
//	        attempt, channel, "1" if the owner looked and found that the try in
//	        doubt was not carried out
//	returns verdict, id, channel, ts, first, tried, ms the lease of another still lasts
var claimScript = redis.NewScript(`
local t = redis.call('TIME')
local clock = t[1] * 1000 + math.floor(t[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'id', 'channel', 'ts', 'first', 'tried', 'owner', 'lease', 'attempt')
for i = 1, 9 do r[i] = r[i] or '' end
local function answer(verdict, left)
  return {verdict, r[2], r[3], r[4], r[5], r[6], tostring(left)}
end
if r[1] == 'sent' or r[1] == 'doubtful' then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  return answer(r[1], 0)
end
local left = (tonumber(r[8]) or 0) - clock
if r[1] ~= '' and r[7] ~= ARGV[1] and left > 0 then
  return answer('held', left)
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'lease', string.format('%.0f', clock + ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if r[1] == 'sending' and r[9] ~= ARGV[6] and not (ARGV[8] == '1' and r[7] == ARGV[1]) then
  return answer('resume', 0)
end
if r[2] == '' then r[2] = ARGV[2] end
if r[5] == '' then r[5] = ARGV[3] end
r[3], r[6] = ARGV[7], ARGV[3]
redis.call('HSET', KEYS[1], 'state', 'sending', 'id', r[2], 'channel', r[3], 'first', r[5], 'tried', r[6], 'attempt', ARGV[6])
return answer('mine', 0)
`)

// markScript ends a try. Only that a message was sent is recorded whoever says
// so; everything else is for the owner of the lease to say.
//
//	KEYS[1] the record
//	ARGV    owner, state ("" keeps it and only gives the lease back, "forget"
//	        removes the record), channel, ts, life (ms), attempt that must be the
//	        last one recorded ("": any)
var markScript = redis.NewScript(`
if ARGV[2] == 'sent' then
  redis.call('HSET', KEYS[1], 'state', 'sent', 'channel', ARGV[3], 'ts', ARGV[4], 'lease', '0')
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  return 1
end
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[6] ~= '' and redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[6] then return 0 end
if ARGV[2] == 'forget' then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'lease', '0')
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'state', ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`)

const markForget = "forget"

// key hashes the intent: a task's id is of no concern to who reads Redis, and
// may be long.
func (o *outbox) key(intent string) string {
	sum := sha256.Sum256([]byte(intent))
	return o.db.Key("outbox", "{"+hex.EncodeToString(sum[:16])+"}")
}

// peek reads the record; its State is empty if there is none.
func (o *outbox) peek(ctx context.Context, key string) (record, error) {
	v, err := o.db.Client.HMGet(ctx, key, "state", "id", "channel", "ts", "first", "tried").Result()
	if err != nil {
		return record{}, fmt.Errorf("reading the outbox: %w", err)
	}
	s := make([]string, len(v))
	for i := range v {
		s[i], _ = v[i].(string)
	}
	return newRecord(s), nil
}

func newRecord(s []string) record {
	return record{State: s[0], ID: s[1], Channel: s[2], TS: s[3], First: millis(s[4]), Tried: millis(s[5])}
}

type claim struct {
	owner, id, attempt, channel string
	lease                       time.Duration
	// absent: the owner looked, and the try in doubt was not carried out.
	absent bool
}

// claim returns the verdict in the record's State, and for how long another
// holds the lease.
func (o *outbox) claim(ctx context.Context, key string, c claim) (record, time.Duration, error) {
	absent := "0"
	if c.absent {
		absent = "1"
	}
	var cmd *redis.Cmd
	err := o.db.Durable(ctx, key, func(p redis.Pipeliner) {
		cmd = claimScript.Eval(ctx, p, []string{key}, c.owner, c.id, o.now().UnixMilli(), c.lease.Milliseconds(),
			recordLife.Milliseconds(), c.attempt, c.channel, absent)
	})
	if err != nil {
		return record{}, 0, fmt.Errorf("writing the outbox: %w", err)
	}
	s, err := cmd.StringSlice()
	if err != nil || len(s) != 7 {
		return record{}, 0, fmt.Errorf("writing the outbox: unexpected answer of redis: %w", err)
	}
	left, _ := strconv.ParseFloat(s[6], 64)
	return newRecord(s), time.Duration(left * float64(time.Millisecond)), nil
}

// mark ends a try even when the caller's time is over: what became of a message
// must not be lost for that.
func (o *outbox) mark(ctx context.Context, key, owner, state string, at record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	err := o.db.Durable(ctx, key, func(p redis.Pipeliner) {
		markScript.Eval(ctx, p, []string{key}, owner, state, at.Channel, at.TS, recordLife.Milliseconds(), at.Attempt)
	})
	if err != nil {
		return fmt.Errorf("writing the outbox: %w", err)
	}
	return nil
}

func millis(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n)
}
