-- For wrk: POSTs one body again and again, and prints what came of it as one line of JSON.
-- Arguments behind --: the body's file, the token, how many requests to send in all (empty: without end), and further
-- headers.

-- Longer than any run.
local never = 24 * 3600 * 1000

local function waits(requests)
  local sent = 0
  return function()
    sent = sent + 1
    return sent <= requests and 0 or never
  end
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. arguments[2]
  -- wrk asks it before every request, how many milliseconds to wait.
  if arguments[3] ~= "" then delay = waits(tonumber(arguments[3])) end
  for i = 4, #arguments do
    local name, value = arguments[i]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
end

done = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "figures.lua")
