"""Large answers and large uploads: bytes a second, and what they cost the workers in memory."""

from figure import Figure, listed, ratios, side_by_side
from processes import forget_peak, memory

MB = 1_000_000
AT_A_TIME = 8


def peak_over_idle(service, work):
    """(what the work returned, bytes of all workers together at their peaks over what they had before)"""
    pids = service.worker_pids()
    before = {pid: memory(pid, "VmRSS") for pid in pids}
    for pid in pids:
        forget_peak(pid)
    result = work()
    assert service.worker_pids() == pids, "a worker ended meanwhile"
    return result, sum(memory(pid, "VmHWM") - before[pid] for pid in pids)


def download(setting):
    # Of its own: what earlier rows left in the allocator would hide what this one takes.
    service, seconds = setting.service("downloads"), setting.seconds(3)
    setting.new_script()
    setting.load(service.port, 1, what="download, warming up")
    setting.new_script({"path": "/v1/*", "status": 200, "body_bytes": 20 * MB, "seed": 1,
                        "headers": {"Content-Type": "application/octet-stream"}})
    setting.load(setting.plain.port, 1, AT_A_TIME, what="download, plain nginx")
    memories = []

    def ours():
        load, more = peak_over_idle(
            service, lambda: setting.load(service.port, seconds, AT_A_TIME, what="download"))
        memories.append(more / MB)
        return load.bytes_per_second / MB

    def plain():
        load = setting.load(setting.plain.port, seconds, AT_A_TIME, what="download, plain nginx")
        return load.bytes_per_second / MB

    rates, plain_rates = side_by_side(setting.pairs(4), ours, plain)
    setting.end_service("downloads")
    # The first run is the one that takes memory; the later ones find it there.
    return [Figure("download", "20 MB answers, 8 at a time: bytes/s over proxy_pass", 0.9, 0.95,
                   ratios(rates, plain_rates), f"MB/s: ours {listed(rates)}, proxy_pass {listed(plain_rates)}"),
            Figure("download", "the same: worker memory over idle", 8, 6, [max(memories)],
                   f"MB, the peaks of both workers together: {listed(memories, '{:.1f}')}", "MB", less_is_better=True)]


def upload(setting):
    service, seconds = setting.service("uploads"), setting.seconds(4)
    setting.new_script()
    setting.load(service.port, 1, what="upload, warming up")
    body = setting.request_body("upload", image="A" * (50 * MB))

    def ours():
        return peak_over_idle(
            service, lambda: setting.load(service.port, seconds, AT_A_TIME, body, what="upload"))

    measured = [ours() for _ in range(setting.pairs(2))]
    service.wait_until_idle()
    setting.end_service("uploads")
    each = [more / MB / AT_A_TIME for _, more in measured]
    return [Figure("upload", "50 MB uploads, 8 at a time: worker memory for each", 0.2, 0.1, [max(each)],
                   f"MB, the peaks of both workers over idle, for each upload: {listed(each, '{:.2f}')}; "
                   f"uploads finished: {listed(load.requests for load, _ in measured)}", "MB", less_is_better=True)]
