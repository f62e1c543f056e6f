-- wrk's script for every measurement, of all servers alike:
--   wrk -s load.lua URL -- KEY                        GETs
--   wrk -s load.lua URL -- KEY LINE LAST STEP         POSTs of LINE, by the players bench-1, bench-(1 + STEP) … bench-LAST in turn
-- There are more players than connections, so no two requests under way are of one player.

local requests, last = {}, 0

function init(args)
  wrk.headers["X-API-Key"] = args[1]
  local line = args[2]
  if not line then
    requests[1] = wrk.format()
    return
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for player = 1, tonumber(args[3]), tonumber(args[4]) do
    wrk.body = string.format('{"user_session_id":"bench-%d","message":"%s"}', player, line)
    requests[#requests + 1] = wrk.format()
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "p999": %d, "bad": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
