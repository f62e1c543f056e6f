-- wrk's script for every measurement, of all servers alike:
--   wrk -s load.lua URL -- FIELD KEY                                 GETs
--   wrk -s load.lua URL -- FIELD KEY TYPE FIRST LAST STEP BODY...    POSTs of each BODY in turn, by the players FIRST, FIRST + STEP … LAST
-- FIELD is the header field of the key, TYPE the Content-Type. In a BODY and a KEY, %d is where the player's number goes. There are more
-- players than connections, so no two requests under way are of one player.

local requests, last = {}, 0

function init(args)
  wrk.headers[args[1]] = args[2]
  if not args[3] then
    requests[1] = wrk.format()
    return
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = args[3]
  for place = 7, #args do
    for player = tonumber(args[4]), tonumber(args[5]), tonumber(args[6]) do
      wrk.headers[args[1]] = string.format(args[2], player)
      wrk.body = string.format(args[place], player)
      requests[#requests + 1] = wrk.format()
    end
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
