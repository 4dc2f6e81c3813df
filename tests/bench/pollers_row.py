"""Clients that ask each second what has become of their generations, while these run or wait."""

from cpu import Costs
from figure import Figure, listed
from generations import Client
from load import Pollers, running
from polling import poll
from stack import PASSWORD
from stand_in import HELD

POLLERS = 10_000
RUN, WAIT = 100, 900  # generations; each has several pollers, as it has where a page is open several times
PAUSE = 1.0


def queue_all(setting, service):
    """(id, entity tag) of generations of which as many run as there are accounts."""
    setting.new_script({"path": "/v1/*", "delay_ms": HELD})
    service.change_settings(ACCOUNT_MAX_CONCURRENCY=1, MAX_QUEUED_PER_KEY=10 * WAIT, MAX_QUEUED=10 * WAIT)
    client = Client(service)
    ids = [client.queue(f"lighthouse {number}") for number in range(RUN + WAIT)]
    poll(lambda: setting.stand_in.counts()["in_flight"] == RUN, 60, f"{RUN} run")
    return [(number, client.get(number).header("ETag")) for number in ids]


def measured(setting, service, tagged, what):
    file = setting.folder / "polls.txt"
    file.write_text("".join(f"{number} {tag}\n" for number, tag in tagged))
    costs = Costs(worker=service.worker_pids(), nginx=service.pids("nginx"))
    seconds = setting.seconds(20)
    with running(service.port, file, PASSWORD, POLLERS, PAUSE, seconds, kind=Pollers) as wrk:
        load = costs.during(lambda: setting.checked(wrk.result(), what))
    return load, costs


def pollers(setting):
    service = setting.service("pollers", ("us",) * RUN)
    tagged = queue_all(setting, service)
    figures = []
    for what, tags in (("nothing has changed (304)", tagged), ("each is told all", [(id, "") for id, _ in tagged])):
        load, costs = measured(setting, service, tags, what)
        threads = {name: costs.of("worker", name) for name in ("dreamina-fcgi", "proxy", "write-queue")}
        figures += [
            Figure("pollers", f"10,000 pollers at 1 s, {what}: polls/s", 5_000, 9_000, [load.per_second],
                   f"{load.requests:,} polls, errors {load.errors or 'none'}"),
            Figure("pollers", "the same, p99", 1_000, 100, [load.p99 * 1000], f"ms; p50 {load.p50 * 1000:.1f}", "ms",
                   less_is_better=True),
            Figure("pollers", "the same, CPU of the workers per poll", 150, 75, costs.of("worker"),
                   "µs: " + ", ".join(f"{name} {listed(values)}" for name, values in threads.items()) +
                   f"; beside it nginx {listed(costs.of('nginx'))}", "µs", less_is_better=True)]
    setting.stand_in.script()
    setting.stand_in.release()
    setting.end_service("pollers")
    return figures
