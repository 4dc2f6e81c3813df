"""As many requests in flight at once as two workers hold, and what each costs them in memory."""

import resource

from figure import Figure, listed
from polling import NeverHappened, poll

MB = 1_000_000
FLOOR, REACH = 10_000, 20_000
STEPS = {FLOOR: 12, REACH: 20}  # in flight at once → seconds that the upstream takes: longer than sending them all


def in_flight(setting, service, count, seconds):
    """(whether all were answered, memory for each thousand, what happened)"""
    setting.load(service.port, 1, what="in flight, warming up")
    service.wait_until_idle()
    idle, before = service.proportional_memory(), service.statuses()
    setting.new_script({"path": "/v1/*", "delay_ms": seconds * 1000})

    def answered():
        return service.statuses() - before

    def arrived():
        now = setting.stand_in.counts()
        return now["in_flight"] >= count or (now["in_flight"] and now["in_flight"] + answered().total() >= count)

    memory = None
    with setting.running(service.port, 600, count, requests=count) as wrk:
        try:
            poll(arrived, seconds + 10, "all have arrived", every=0.1)
            most = setting.stand_in.counts()["in_flight"]
            memory = (service.proportional_memory() - idle) / MB / most * 1000
            poll(lambda: answered().total() >= count, seconds + 30, "all are answered", every=0.1)
            what = "" if most >= count else f"{most:,} reached the upstream at once"
        except NeverHappened as error:
            what = str(error)
        load = wrk.stop()
    service.wait_until_idle()
    statuses = dict(answered())
    if load.failed or load.requests < count or statuses != {"200": count}:
        what = "; ".join(filter(None, [what, f"{load.requests:,} answers, by status {statuses}", str(load.errors)]))
    return not what, memory, what or "no error"


def rows(setting):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    reached, memories, said = 0, [], []
    for count, seconds in list(STEPS.items())[:1 if setting.quick else None]:
        # A service of its own: memory that was used once is not given back.
        service = setting.service(f"holding {count}")
        held, memory, what = in_flight(setting, service, count, seconds)
        setting.end_service(f"holding {count}")
        said.append(f"{count:,}: {what}")
        if held:
            memories.append(memory)
        if not held:
            if count == FLOOR:
                setting.failures.append(f"inflight: {count:,} at once: {what}")
            break
        reached = count
    figures = [Figure("inflight", "requests in flight at once without an error, two workers", FLOOR, REACH, [reached],
                      f"{'; '.join(said)}; open files allowed: {most:,}")]
    if memories:
        figures.append(Figure("memory", "worker memory for each 1,000 in flight", 15, 10, memories,
                              f"MB more than idle, both workers (PSS): {listed(memories, '{:.1f}')} "
                              f"at {', '.join(f'{count:,}' for count in list(STEPS)[:len(memories)])} in flight",
                              "MB", less_is_better=True))
    return figures
