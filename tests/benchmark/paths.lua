-- Asks for the paths in the file PATHS, one after another; an ETAG is sent as If-None-Match.
local paths, at = {}, 0
for path in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = path end
local etag = os.getenv("ETAG")
local headers = (etag and etag ~= "") and { ["If-None-Match"] = etag } or {}

request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end

done = function(summary, latency)
  io.write(string.format("RESULT %f %f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.timeout))
end
