-- Load for wrk: chat completions, each with one of the keys in a file, picked at random.
-- The environment names the files, BENCH_KEYS (one key a line) and BENCH_BODY (the request's body), and the ports of the loopback,
-- BENCH_PORTS (parted by spaces), which the threads take in turn.

local function lines(path)
    local list = {}
    for line in io.lines(path) do list[#list + 1] = line end
    return list
end

local threads = 0

-- Runs for each thread, in a state of its own that `init` and `request` do not see.
function setup(thread)
    local ports = {}
    for port in os.getenv("BENCH_PORTS"):gmatch("%d+") do ports[#ports + 1] = port end
    thread.addr = wrk.lookup("127.0.0.1", ports[threads % #ports + 1])[1]
    thread:set("number", threads)
    threads = threads + 1
end

local requests = {}

function init(arguments)
    local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
    local body = file:read("*a")
    file:close()
    -- Every request is composed once, so that the load generator spends its time on the network.
    for _, key in ipairs(lines(os.getenv("BENCH_KEYS"))) do
        local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }
        requests[#requests + 1] = wrk.format("POST", "/v1/chat/completions", headers, body)
    end
    -- Threads that drew the same keys at the same time would make nodes meet at a wallet more often than chance does.
    math.randomseed(os.time() + 7919 * number)
end

function request()
    return requests[math.random(#requests)]
end

-- One JSON line that the harness reads, over all threads; times are microseconds.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\nBENCH {"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,' ..
        '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
        summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
        errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
