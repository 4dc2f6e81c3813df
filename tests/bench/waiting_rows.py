"""Thousands of requests that wait for the upstream."""

from figure import Figure, listed, ratios, side_by_side
from polling import poll

PARKED = 4000
BURST = 2000


def in_flight_at_upstream(setting):
    return setting.stand_in.counts()["in_flight"]


def parked(setting):
    service, seconds = setting.service(), setting.seconds(3)
    # Longer than it takes to park them and to measure: they come back only afterwards.
    setting.new_script({"model": "jimeng-4.1", "delay_ms": (seconds + 4) * 1000})
    slow = setting.request_body("parked", model="jimeng-4.1")

    def fast():
        return setting.load(service.port, seconds, what="parked, the fast ones").per_second

    def fast_beside_parked():
        with setting.running(service.port, 600, PARKED, slow) as parking:
            poll(lambda: in_flight_at_upstream(setting) >= PARKED, 60, "the slow requests are parked", every=0.05)
            measured = fast()
            still = in_flight_at_upstream(setting)
            setting.checked(parking.stop(), "parked, the slow ones")
        if still < PARKED:
            setting.failures.append(f"parked: only {still} requests were still parked at the end")
        service.wait_until_idle()
        return measured

    fast()
    base, beside = side_by_side(setting.pairs(3), fast, fast_beside_parked)
    return [Figure("parked", "requests/s beside 4,000 parked ones, over without them", 0.8, 0.95, ratios(beside, base),
                   f"requests/s: beside them {listed(beside)}, without {listed(base)}")]


def burst(setting):
    service, rounds = setting.service(), 2 if setting.quick else 3
    setting.new_script({"path": "/v1/*", "delay_ms": 2000})

    def waves(port, what):
        load = setting.load(port, 2 * rounds + 1, BURST, what=what)
        poll(lambda: in_flight_at_upstream(setting) == 0, 30, "the last wave is over", every=0.05)
        return load

    ours, plain = side_by_side(setting.pairs(2), lambda: waves(service.port, "burst"),
                               lambda: waves(setting.plain.port, "burst, plain nginx"))
    # All connections are always busy, so their number over the mean latency is the rate: exact, where a count of
    # answers would jump by a whole wave.
    rates, plain_rates = ([BURST / load.mean for load in loads] for loads in (ours, plain))
    return [Figure("burst", "2,000 at once, upstream takes 2 s: throughput over proxy_pass", 0.98, 0.99,
                   ratios(rates, plain_rates), f"requests/s: ours {listed(rates)}, proxy_pass {listed(plain_rates)}"),
            Figure("burst", "the same, p99", 2.2, 2.1, [load.p99 for load in ours],
                   f"s: ours {listed((load.p99 for load in ours), '{:.3f}')}, "
                   f"proxy_pass {listed((load.p99 for load in plain), '{:.3f}')}", "s", less_is_better=True)]
