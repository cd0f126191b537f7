package credit

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// What the scripts that write answer.
const (
	done     = 1
	there    = 0  // Open: with the record; Change: another was faster
	dayFull  = -1 // Open
	pairFull = -2 // Open, with the receiver
	dropped  = -3 // Open
	strange  = -4 // the layout is not that of this program
)

// indexing is the part of the scripts that enters a credit into an index, or takes
// it out: a sorted set or, with an empty score, a text of words that a comma
// follows. A text grows by APPEND, so that a long one is not sent to the replicas
// and the append-only file whole; taking out is rare.
const indexing = `
local function enter(key, score, member)
  if score ~= '' then
    redis.call('ZADD', key, score, member)
  elseif not string.find(',' .. (redis.call('GET', key) or ''), ',' .. member .. ',', 1, true) then
    redis.call('APPEND', key, member .. ',')
  end
end
local function leave(key, score, member)
  if score ~= '' then
    redis.call('ZREM', key, member)
    return
  end
  local text = ',' .. (redis.call('GET', key) or '')
  local at = string.find(text, ',' .. member .. ',', 1, true)
  if not at then return end
  text = string.sub(text, 2, at) .. string.sub(text, at + #member + 2)
  if text == '' then
    redis.call('DEL', key)
  else
    redis.call('SET', key, text)
  end
end`

type answer struct {
	code  int
	value string
}

// openScript records a credit, once.
//
//	KEYS[1]  record
//	KEYS[2]  mark of this write
//	KEYS[3]  what the giver gave in a day
//	KEYS[4]  schema
//	KEYS[5…] indexes
//	ARGV[1]  record
//	ARGV[2]  id
//	ARGV[3]  receivers, joined by commas
//	ARGV[4]  when given, milliseconds
//	ARGV[5]  beginning of the day, exclusive, milliseconds
//	ARGV[6]  how many may be given in a day
//	ARGV[7]  how many of them to one person
//	ARGV[8]  layout
//	ARGV[9]  time to live of the mark, milliseconds
//	ARGV[10] length of a day, milliseconds
//	ARGV[11…] for each index: score, empty where it is a text, and member
//
// It returns a code and, for some, a value. Where the credit was there already
// it still writes, so that WAIT speaks of it.
const openScript = indexing + `
local schema = redis.call('GET', KEYS[4])
if not schema then
  redis.call('SET', KEYS[4], ARGV[8])
elseif schema ~= ARGV[8] then
  return {-4, ''}
end
if redis.call('GET', KEYS[2]) == '1' then
  redis.call('PEXPIRE', KEYS[2], ARGV[9])
  return {1, ''}
end
local known = redis.call('GET', KEYS[1])
if known then
  redis.call('SET', KEYS[2], '0', 'PX', ARGV[9])
  return {0, known}
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[5])
local given = redis.call('ZRANGE', KEYS[3], 0, -1)
for _, g in ipairs(given) do
  if string.sub(g, 1, #ARGV[2] + 1) == ARGV[2] .. '/' then
    redis.call('SET', KEYS[2], '0', 'PX', ARGV[9])
    return {-3, ''}
  end
end
if #given >= tonumber(ARGV[6]) then
  return {-1, ''}
end
for r in string.gmatch(ARGV[3], '[^,]+') do
  local n = 0
  for _, g in ipairs(given) do
    local users = ',' .. string.match(g, '/(.*)') .. ','
    if string.find(users, ',' .. r .. ',', 1, true) then n = n + 1 end
  end
  if n >= tonumber(ARGV[7]) then
    return {-2, r}
  end
end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[9])
redis.call('SET', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2] .. '/' .. ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[10])
for i = 5, #KEYS do
  enter(KEYS[i], ARGV[2*i+1], ARGV[2*i+2])
end
return {1, ''}`

// swapScript changes or deletes a credit that is still what it was.
//
//	KEYS[1]  record
//	KEYS[2]  mark of this write
//	KEYS[3]  schema
//	KEYS[4…] indexes: first those left, then those entered
//	ARGV[1]  record as it was
//	ARGV[2]  record as it is to be, empty to delete it
//	ARGV[3]  layout
//	ARGV[4]  time to live of the mark, milliseconds
//	ARGV[5]  number of indexes left
//	ARGV[6…] for each index: score, empty where it is a text, and member
//
// It returns a code and nothing.
const swapScript = indexing + `
if redis.call('GET', KEYS[3]) ~= ARGV[3] then
  return {-4, ''}
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  return {1, ''}
end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return {0, ''}
end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[4])
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
local left = 3 + tonumber(ARGV[5])
for i = 4, #KEYS do
  local change = i <= left and leave or enter
  change(KEYS[i], ARGV[2*i-2], ARGV[2*i-1])
end
return {1, ''}`

// pageScript lists members of an index, the newest first.
//
//	KEYS[1] index
//	ARGV[1] kind's letter, empty for all
//	ARGV[2] oldest score, inclusive
//	ARGV[3] newest score, inclusive, or +inf
//	ARGV[4] member at the newest score to begin after, empty for none
//	ARGV[5] how many to return
//	ARGV[6] 1 to only count them, all of them
//
// It returns members and scores in turn, or the number. It compares strings by
// bytes, as sorted sets do: Lua's < follows the locale of the server. Scores are
// only asked for of what is returned: to write them as text takes longer than
// everything else when a filter passes over thousands.
const pageScript = `
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end
local kind, count = string.byte(ARGV[1]), ARGV[6] == '1'
if count and not kind then
  return redis.call('ZCOUNT', KEYS[1], ARGV[2], ARGV[3])
end
local rank, ties = 0, 0
if ARGV[3] ~= '+inf' then
  rank = redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[3], '+inf')
  if ARGV[4] ~= '' then
    ties = rank + redis.call('ZCOUNT', KEYS[1], ARGV[3], ARGV[3])
  end
end
local stop, limit = redis.call('ZCOUNT', KEYS[1], ARGV[2], '+inf'), tonumber(ARGV[5])
local out, n = {}, 0
while rank < stop do
  local some = redis.call('ZREVRANGE', KEYS[1], rank, math.min(rank + 199, stop - 1))
  for i, member in ipairs(some) do
    if (not kind or string.byte(member) == kind) and (rank + i > ties or before(member, ARGV[4])) then
      n = n + 1
      if not count then
        out[#out+1] = member
        out[#out+1] = redis.call('ZSCORE', KEYS[1], member)
        if n == limit then return out end
      end
    end
  end
  rank = rank + #some
end
return count and n or out`

// write runs a script that writes, after Prepare and durably. Prepare is called
// again when the layout is another by now.
func (l *Ledger) write(ctx context.Context, script string, keys []string, args []any) (answer, error) {
	for range 2 {
		if err := l.ready(ctx); err != nil {
			return answer{}, err
		}
		var cmd *redis.Cmd
		err := l.db.Durable(ctx, keys[0], func(p redis.Pipeliner) { cmd = p.Eval(ctx, script, keys, args...) })
		if err != nil {
			return answer{}, err
		}
		got, err := cmd.Slice()
		if err != nil {
			return answer{}, err
		}
		if len(got) != 2 {
			return answer{}, fmt.Errorf("a script answered %d values", len(got))
		}
		code, _ := got[0].(int64)
		value, _ := got[1].(string)
		if code != strange {
			return answer{int(code), value}, nil
		}
		l.prepared.Store(false)
	}
	return answer{}, errors.New("the layout of the credits is changing, try again")
}
