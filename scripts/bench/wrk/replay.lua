-- Sends prepared requests, each once, and stops sending at the deadline, so that every request is answered
-- and what the client counts can be compared with the rows in the database.
-- wrk … -s replay.lua <url> -- <file of requests parted by \0> <seconds> <loop: 0|1>
local ffi = require("ffi")
ffi.cdef([[
typedef struct { long sec; long nsec; } anban_time;
int clock_gettime(int clock, anban_time *time);
]])
local moment = ffi.new("anban_time")
local function now()
   ffi.C.clock_gettime(1, moment)
   return tonumber(moment.sec) + tonumber(moment.nsec) / 1e9
end

local all = {}

function setup(thread)
   table.insert(all, thread)
end

function init(args)
   requests, sent, begun, ended = {}, -1, 0, 0 -- the first call is wrk's own check and is not sent
   seconds, loop = tonumber(args[2]), args[3] == "1"
   local file = assert(io.open(args[1], "rb"))
   for request in file:read("*a"):gmatch("[^%z]+") do
      requests[#requests + 1] = request
   end
   file:close()
   count, deadline, exhausted = #requests, math.huge, false
   collectgarbage("collect")
end

function request()
   local time = now()
   if sent == 0 then
      begun, deadline = time, time + seconds
   end
   if time >= deadline then
      ended = deadline
      return ""
   end
   if sent + 2 > count and not loop then
      if not exhausted then
         exhausted, ended = true, time
      end
      return ""
   end
   sent = sent + 1
   return requests[sent < 1 and 1 or (sent - 1) % count + 1]
end

function done(summary, latency, requests)
   local sent, spent, exhausted = 0, 0, false
   for _, thread in ipairs(all) do
      sent = sent + thread:get("sent")
      spent = math.max(spent, thread:get("ended") - thread:get("begun"))
      exhausted = exhausted or thread:get("exhausted")
   end
   local errors = summary.errors
   print(string.format(
      'RESULT {"sent": %d, "answered": %d, "refused": %d, "broken": %d, "timeouts": %d, "seconds": %.6f, ' ..
      '"exhausted": %s, "p50_ms": %.3f, "p90_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}',
      sent, summary.requests, errors.status, errors.connect + errors.read + errors.write, errors.timeout, spent,
      tostring(exhausted), latency:percentile(50) / 1000, latency:percentile(90) / 1000,
      latency:percentile(99) / 1000, latency.max / 1000))
end
