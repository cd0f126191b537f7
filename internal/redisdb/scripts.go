package redisdb

// Every Lua script of the street. A script touches only keys of one slot, and
// each is harmless when it is sent twice.

// InboxAccept stores tasks, once for each mark.
//
//	KEYS[1]  mark: set while the thing is known
//	KEYS[2]  inbox stream
//	ARGV[1]  time to live of the mark, seconds
//	ARGV[2]  nonce of the caller, the mark's value
//	ARGV[3…] for each task three: id, name, payload
//
// It returns 1 if the tasks were stored, by this call or by the same call sent
// before its answer was lost, and 0 if the mark was there already. The mark's
// time is renewed then, which makes the repetition a write that WAIT speaks of.
const InboxAccept = `
if not redis.call('SET', KEYS[1], ARGV[2], 'NX', 'EX', ARGV[1]) then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
  return redis.call('GET', KEYS[1]) == ARGV[2] and 1 or 0
end
for i = 3, #ARGV, 3 do
  redis.call('XADD', KEYS[2], '*', 'id', ARGV[i], 'name', ARGV[i+1], 'payload', ARGV[i+2])
end
return 1`

// InboxDone removes an entry that is worked off or given up.
//
//	KEYS[1] inbox stream
//	ARGV[1] consumer group
//	ARGV[2] id of the entry
//
// It returns how many entries were removed.
const InboxDone = `
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])`

// InboxRenew renews the lease on entries a consumer works on.
//
//	KEYS[1]  inbox stream
//	ARGV[1]  consumer group
//	ARGV[2]  consumer
//	ARGV[3…] ids of the entries
//
// It returns the ids it no longer holds: others took them over.
const InboxRenew = `
local lost = {}
for i = 3, #ARGV do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #held == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
  else
    lost[#lost+1] = ARGV[i]
  end
end
return lost`

// InboxHandBack gives entries up unfinished, so that any consumer takes them
// over at once.
//
//	KEYS[1]  inbox stream
//	ARGV[1]  consumer group
//	ARGV[2]  consumer that gives up
//	ARGV[3]  how long they count as untouched from now on, milliseconds
//	ARGV[4…] ids of the entries
//
// It returns how many it gave up.
const InboxHandBack = `
local n = 0
for i = 4, #ARGV do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #held == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], 'handed-back', 0, ARGV[i], 'IDLE', ARGV[3], 'JUSTID')
    n = n + 1
  end
end
return n`

// InboxSweep removes what is too old, and consumers that are gone.
//
//	KEYS[1] inbox stream
//	ARGV[1] consumer group
//	ARGV[2] how long an entry may stay, milliseconds
//	ARGV[3] how long a consumer without work may be silent, milliseconds
//
// It returns the entries removed as a list: entry, id, name, payload of each.
// Time is Redis's.
const InboxSweep = `
local now = redis.call('TIME')
local limit = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000) - tonumber(ARGV[2])
local removed = {}
if limit > 0 then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', string.format('%.0f', limit), 'COUNT', 1000)) do
    local f = {}
    for i = 1, #entry[2], 2 do f[entry[2][i]] = entry[2][i+1] end
    redis.call('XACK', KEYS[1], ARGV[1], entry[1])
    redis.call('XDEL', KEYS[1], entry[1])
    removed[#removed+1] = entry[1]
    removed[#removed+1] = f['id'] or ''
    removed[#removed+1] = f['name'] or ''
    removed[#removed+1] = f['payload'] or ''
  end
end
for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local f = {}
  for i = 1, #c, 2 do f[c[i]] = c[i+1] end
  if f['pending'] == 0 and tonumber(f['idle']) > tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], f['name'])
  end
end
return removed`
