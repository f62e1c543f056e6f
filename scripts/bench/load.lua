-- wrk's script for every measurement, of foilmock and of nginx alike:
--   wrk -s load.lua URL -- KEY                        GETs
--   wrk -s load.lua URL -- KEY PLAYERS LINE           POSTs of LINE, by the players bench-1 … bench-PLAYERS in turn
-- There are more players than connections, so no two requests under way are of one player.

local requests, last = {}, 0

function init(args)
  wrk.headers["X-API-Key"] = args[1]
  local players, line = tonumber(args[2]), args[3]
  if not players then
    requests[1] = wrk.format()
    return
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for player = 1, players do
    wrk.body = string.format('{"user_session_id":"bench-%d","message":"%s"}', player, line)
    requests[player] = wrk.format()
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "p99": %d, "bad": %d}\n', summary.requests, summary.duration,
    latency:percentile(99), errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
