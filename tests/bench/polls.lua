-- For wrk: asks what has become of generations, each connection once in a while, and prints what came of it as
-- request.lua does. Arguments behind --: a file of "id entity-tag" lines, the token, the pause in
-- milliseconds, and how many connections there are.

local requests, last = {}, 0

function init(arguments)
  local headers = { ["Authorization"] = "Bearer " .. arguments[2] }
  for line in io.lines(arguments[1]) do
    local id, tag = line:match("^(%S+) ?(.*)$")
    headers["If-None-Match"] = tag ~= "" and tag or nil
    requests[#requests + 1] = wrk.format("GET", "/v1/generations/" .. id, headers)
  end
  -- At first spread over the pause, as clients are that have not begun together.
  local pause, pollers, asked = tonumber(arguments[3]), tonumber(arguments[4]), 0
  function delay()
    asked = asked + 1
    return asked <= pollers and math.random(0, pause) or pause
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

done = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "figures.lua")
