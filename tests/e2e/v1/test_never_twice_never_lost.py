"""Never twice, never lost silently: whatever dies, stalls or fills up while many clients use the service, no request
that may have been paid for is sent again, and all who count agree afterwards.

A plan is drawn from a seed (support/plan.py): what clients ask for, how the upstream treats each request, and what else
goes wrong. A crowd of clients works it off (support/crowd.py) while mischief is done (support/mischief.py). When all is
well again and the service has ended, the reckoning (support/reckoning.py) compares what each has counted.

DREAMINA_STORM_SEED=N plays another seed, DREAMINA_STORM_ROUNDS=N plays so many one after the other, and
DREAMINA_STORM_REQUESTS=N makes each so long."""

import os

import pytest

from crowd import Crowd
from locations import SERVE_SCRIPT
from mischief import Mischief, disk
from plan import MODEL, Plan
from polling import poll
from reckoning import Reckoning
from stack import PASSWORD, in_flight_is_over

FIRST_SEED = int(os.environ.get("DREAMINA_STORM_SEED", 4711))
ROUNDS = int(os.environ.get("DREAMINA_STORM_ROUNDS", 1))
REQUESTS = int(os.environ.get("DREAMINA_STORM_REQUESTS", 1500))
CLIENTS = 40
WORKERS = 3
ACCOUNTS = 30  # fewer than clients, and each serves one at a time: some have to wait


@pytest.fixture
def small_disk(tmp_path):
    """Where the service is, and whether that can be filled up: it takes the right to mount."""
    with disk(tmp_path / "disk", "48m") as is_small:
        yield tmp_path / "disk", is_small


@pytest.fixture
def service(small_disk, new_stack):
    """Requests wait for accounts, bans are short, and what takes too long has an end."""
    folder, _ = small_disk
    stack = new_stack({"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": 1_000_000, "ACCOUNT_BAN_DURATION_HOURS": 0.0001,
                       "ACCOUNT_MAX_CONCURRENCY": 1, "QUEUE_TIMEOUT": 5, "MAX_ATTEMPTS": 3, "PROXY_TIMEOUT": 8},
                      name=folder / "stack", workers=WORKERS, evenly=True, serve_script=SERVE_SCRIPT).start()
    poll(lambda: stack.pids("dreamina-schedu"), what="the scheduler runs")
    lines = "\n".join(f"storm{number}@example.com:Storm-Secret-{number}:{number:032x}" for number in range(ACCOUNTS))
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})["created_count"] == ACCOUNTS
    return stack


def all_is_well_again(stack):
    """By itself: nobody has been asked to do anything."""
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="the workers are there again")
    poll(lambda: stack.pids("dreamina-schedu"), what="the scheduler is there again")
    poll(lambda: stack.generate(MODEL).status == 200, what="a request succeeds", every=0.2)
    in_flight_is_over(stack)
    for table in ("waiting", "unfinished_requests"):
        poll(lambda: stack.query(f"SELECT count(*) FROM {table}") == [(0,)], what=f"{table} is empty")


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + ROUNDS))
def test_all_who_count_agree(seed, small_disk, service, stand_in):
    _, can_be_filled = small_disk
    plan = Plan(seed, REQUESTS, without=() if can_be_filled else ("fill the disk",))
    print(plan)
    keys = [service.api("POST", "/api/keys", {"name": f"client {number}"})["key"] for number in range(2)]
    stand_in.script(*plan.rules())
    stand_in.clear()

    crowd = Crowd(service.port, plan, [PASSWORD, *keys], CLIENTS)
    mischief = Mischief(service, plan, crowd)
    crowd.start()
    while crowd.is_busy():
        mischief.go_on()
        poll(lambda: not crowd.is_busy() or mischief.is_due(), within=600, what="the clients have their answers")
    mischief.go_on()
    mischief.end()

    stand_in.script()
    all_is_well_again(service)
    assert service.stop() == 0, service.tails()
    reckoning = Reckoning(service.data / "dreamina.db", plan, crowd.seen, stand_in.requests(),
                          kills=mischief.done.count("kill a worker"), in_flight=CLIENTS)
    print(reckoning.summary())
    assert not reckoning.faults, f"{plan}\n" + "\n".join(reckoning.faults)
