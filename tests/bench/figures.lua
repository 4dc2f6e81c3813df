-- What a run of wrk came to, as one line of JSON.
return function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'figures {"requests": %d, "bytes": %d, "duration_us": %d, "mean_us": %.1f, "p50_us": %d, "p99_us": %d, '
      .. '"max_us": %d, "errors": {"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}}\n',
    summary.requests, summary.bytes, summary.duration, latency.mean, latency:percentile(50), latency:percentile(99),
    latency.max, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
