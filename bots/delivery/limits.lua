-- Sliding windows. KEYS: one list a window. ARGV: mode, now (ms), then for each key: group, n, most, span (ms);
-- the keys of a group stand together, groups are numbered from 1.
--
-- An entry of a list is "moment:before:after": at that moment the running count rose from before to after. So what
-- is used is the last "after" less the first "before", and nothing has to be added up.
-- Modes: all (every group or none), each (one group after the other), used (how much is used; counts nothing).
-- Answers in ms to wait: one number a group; in mode "used" one count a window.
local mode, now = ARGV[1], tonumber(ARGV[2])

local function entry(key, index)
  local text = redis.call('LINDEX', key, index)
  if not text then return nil end
  local moment, before, after = string.match(text, '^(%d+):(%d+):(%d+)$')
  return tonumber(moment), tonumber(before), tonumber(after)
end

-- How much of the window is used. What is older than its span goes.
local function used(row)
  local moment, before = entry(row.key, 0)
  while moment and moment <= now - row.span do
    redis.call('LPOP', row.key)
    moment, before = entry(row.key, 0)
  end
  if not moment then return 0, 0 end
  local _, _, after = entry(row.key, -1)
  return after - before, before
end

-- The moment at which `count` of what is in the window entered it: that of the first entry that reaches it.
local function entered(row, before, count)
  local low, high = 0, redis.call('LLEN', row.key) - 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    local _, _, after = entry(row.key, middle)
    if after - before >= count then high = middle else low = middle + 1 end
  end
  return (entry(row.key, low))
end

local function wait(row)
  local there, before = used(row)
  if there + row.n <= row.most then return 0 end
  return math.ceil(entered(row, before, there + row.n - row.most) + row.span - now)
end

local function count(row)
  if row.n == 0 then return end
  -- Another machine's clock may be ahead of ours: moments in a list never go back.
  local newest, _, after = entry(row.key, -1)
  local moment = math.max(now, newest or 0)
  after = after or 0
  redis.call('RPUSH', row.key, string.format('%.0f:%.0f:%.0f', moment, after, after + row.n))
  redis.call('PEXPIRE', row.key, moment + row.span - now)
end

local function longest(rows)
  local most = 0
  for _, row in ipairs(rows) do most = math.max(most, wait(row)) end
  return most
end

local function take(rows)
  local waits = longest(rows)
  if waits == 0 then
    for _, row in ipairs(rows) do count(row) end
  end
  return waits
end

local rows, groups = {}, {}
for index, key in ipairs(KEYS) do
  local at = 2 + (index - 1) * 4
  local group = tonumber(ARGV[at + 1])
  local row = { key = key, n = tonumber(ARGV[at + 2]), most = tonumber(ARGV[at + 3]), span = tonumber(ARGV[at + 4]) }
  rows[index] = row
  groups[group] = groups[group] or {}
  table.insert(groups[group], row)
end

local answer = {}
if mode == 'used' then
  for index, row in ipairs(rows) do answer[index] = (used(row)) end
elseif mode == 'each' then
  for group, its in ipairs(groups) do answer[group] = take(its) end
else
  answer[1] = take(rows)
end
return answer
