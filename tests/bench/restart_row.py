"""All workers are renewed, one after the other, while requests come without a pause."""

import os
import signal

from figure import Figure
from polling import poll


def restart(setting):
    service = setting.service()
    setting.new_script({"path": "/v1/*", "delay_ms": [0, 40]})
    with setting.running(service.port, 600, 64) as wrk:
        for pid in service.worker_pids():
            serve_more(setting)
            os.kill(pid, signal.SIGTERM)
            poll(lambda: pid not in (now := service.worker_pids()) and len(now) == service.workers, 60,
                 "a new worker in its place")
        serve_more(setting)
        load = setting.checked(wrk.stop(), "restart")
    service.wait_until_idle()
    return [Figure("restart", "rolling restart of all workers under load: failed requests", 0, 0, [load.failed],
                   f"of {load.requests:,} requests in {load.seconds:.1f} s over 64 connections", less_is_better=True)]


def serve_more(setting):
    known = setting.stand_in.counts()["succeeded"]
    poll(lambda: setting.stand_in.counts()["succeeded"] > known + 2000, 30, "requests are served", every=0.05)
