"""Small requests: how many a second, beside plain nginx and with other pools of accounts, and what each costs."""

from cpu import Costs, children
from figure import Figure, listed, ratios, side_by_side


def per_second(setting, row, port, seconds, body=None):
    return lambda: setting.load(port, seconds, body=body, what=row).per_second


def small(setting):
    service, seconds = setting.service(), setting.seconds(3)
    setting.new_script()
    counted_before = service.calls()
    setting.load(service.port, 1, what="small")
    setting.load(setting.plain.port, 1, what="small, plain nginx")
    upstream = [setting.stand_in.process.pid]
    costs = Costs(worker=service.worker_pids(), nginx=service.pids("nginx"), upstream=upstream)
    plain_costs = Costs(nginx=children(setting.plain.process.pid), upstream=upstream)
    loads, plain_loads = side_by_side(
        setting.pairs(4),
        lambda: costs.during(lambda: setting.load(service.port, seconds, what="small")),
        lambda: plain_costs.during(lambda: setting.load(setting.plain.port, seconds, what="small, plain nginx")))
    ours, plain = ([load.per_second for load in each] for each in (loads, plain_loads))
    service.wait_until_idle()
    counted, received = service.calls() - counted_before, received_from(setting, service)
    if counted != received:
        setting.failures.append(f"small: the upstream received {received} requests, the accounts count {counted}")
    return [Figure("small", "requests/s, 64 connections, over proxy_pass", 0.36, 0.45, ratios(ours, plain),
                   f"requests/s: ours {listed(ours)}, proxy_pass {listed(plain)}; all {received:,} of ours counted"
                   if counted == received else f"{received:,} received, {counted:,} counted"),
            Figure("small", "the same, p50", 6, 3, [load.p50 * 1000 for load in loads],
                   f"ms: proxy_pass {listed((load.p50 * 1000 for load in plain_loads), '{:.1f}')}", "ms",
                   less_is_better=True),
            Figure("small", "the same, CPU of a worker per request", 110, 90, costs.of("worker"),
                   f"µs: event loop {listed(costs.of('worker', 'dreamina-fcgi'))}, "
                   f"write queue {listed(costs.of('worker', 'write-queue'))}; beside it nginx "
                   f"{listed(costs.of('nginx'))} (proxy_pass {listed(plain_costs.of('nginx'))}), upstream "
                   f"{listed(costs.of('upstream'))} ({listed(plain_costs.of('upstream'))})", "µs", less_is_better=True)]


def sequential(setting):
    """With an upstream that takes its time, as it does: the service is idle whenever a request comes."""
    service, seconds = setting.service(), setting.seconds(4)
    setting.new_script({"path": "/v1/*", "delay_ms": 20})

    def p50(port, what):
        return lambda: setting.load(port, seconds, connections=1, what=what).p50 * 1000

    ours, plain = side_by_side(setting.pairs(3), p50(service.port, "sequential"),
                               p50(setting.plain.port, "sequential, plain nginx"))
    return [Figure("sequential", "one request after another: added to what proxy_pass takes, p50", 0.8, 0.3,
                   [our - other for our, other in zip(ours, plain)],
                   f"ms, over an upstream that takes 20 ms: ours {listed(ours, '{:.2f}')}, "
                   f"proxy_pass {listed(plain, '{:.2f}')}", "ms", less_is_better=True)]


def received_from(setting, service):
    """By the upstream: a request through plain nginx bears the password instead of a session."""
    accounts = setting.stand_in.counts()["accounts"]
    return sum(count["received"] for token, count in accounts.items() if token != service.password)


def accounts(setting):
    few, many = setting.service(), setting.service("many accounts", ("us",) * 100_000)
    setting.new_script()
    for service in (few, many):
        setting.load(service.port, 1, what="accounts")
    ours, base = side_by_side(setting.pairs(4), per_second(setting, "accounts", many.port, setting.seconds(3)),
                              per_second(setting, "accounts", few.port, setting.seconds(3)))
    setting.end_service("many accounts")
    return [Figure("accounts", "requests/s, 100,000 accounts over 100 accounts", 0.8, 0.95, ratios(ours, base),
                   f"requests/s: 100,000 {listed(ours)}, 100 {listed(base)}")]


def classes(setting):
    """Two models that differ only in the regions that have them; a hundred accounts are of the one that has both."""
    others = ("us", "hk", "jp", "sg")
    service = setting.service("two kinds", ["cn" if n % 100 == 0 else others[n % 4] for n in range(10_000)])
    setting.new_script()
    some, every = (setting.request_body(model, model=model) for model in ("jimeng-3.1", "jimeng-3.0"))
    for body in (some, every):
        setting.load(service.port, 1, body=body, what="classes")
    ours, base = side_by_side(setting.pairs(4),
                              per_second(setting, "classes", service.port, setting.seconds(3), some),
                              per_second(setting, "classes", service.port, setting.seconds(3), every))
    setting.end_service("two kinds")
    return [Figure("classes", "requests/s, 100 of 10,000 accounts able over all able", 0.8, 0.95, ratios(ours, base),
                   f"requests/s: a hundred able {listed(ours)}, all able {listed(base)}")]
