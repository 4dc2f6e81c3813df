"""Two thousand generations wait while everything is ended and started again, orderly and by kill -9: all complete, each is
sent once, and the oldest goes first."""

import collections
import concurrent.futures
import json

import pytest

from generations import Client
from polling import poll
from stand_in import HELD

COUNT = 2000
KEYS = 2
ACCOUNTS = 10
WORKERS = 2


def service_with(new_stack, accounts):
    stack = new_stack({"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": 1_000_000, "ACCOUNT_MAX_CONCURRENCY": 1,
                       "MAX_QUEUED": 2 * COUNT, "MAX_QUEUED_PER_KEY": COUNT}, workers=WORKERS)
    stack.start()
    lines = "\n".join(f"queue{number}@example.com:Queue-Secret-{number}:{number:032x}" for number in range(accounts))
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})["created_count"] == accounts
    return stack


def prompts_sent(stand_in):
    return [json.loads(request["bytes"])["prompt"] for request in stand_in.requests()]


def queue_all(clients):
    """Each key's one after the other, both keys beside each other. {prompt: id}"""
    def queue(number):
        return {f"{number}/{i}": clients[number].queue(f"{number}/{i}") for i in range(COUNT // KEYS)}

    with concurrent.futures.ThreadPoolExecutor(KEYS) as threads:
        found = {}
        for each in threads.map(queue, range(KEYS)):
            found.update(each)
    return found


def queued(stack):
    return stack.query("SELECT count(*) FROM generations WHERE state = 'queued'")[0][0]


def test_what_waits_is_sent_once_and_in_its_order_whatever_is_ended_meanwhile(new_stack, stand_in):
    service = service_with(new_stack, ACCOUNTS)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    clients = [Client(service, service.api("POST", "/api/keys", {"name": f"queue {number}"})["key"])
               for number in range(KEYS)]
    ids = queue_all(clients)
    poll(lambda: len(stand_in.requests()) == ACCOUNTS, what="each account has one")
    assert queued(service) == COUNT - ACCOUNTS

    service.kill_all()
    service.start()  # what was sent is not sent again; each account gets another one
    poll(lambda: len(stand_in.requests()) == 2 * ACCOUNTS, what="each account has another one")
    poll(lambda: service.query("SELECT count(*) FROM generations WHERE error_code = 'outcome_unknown'") == [(ACCOUNTS,)],
         what="it is known what is not known")
    lost = set(prompts_sent(stand_in)[:ACCOUNTS])

    stand_in.script()  # what comes from now on is answered at once
    stopped = concurrent.futures.ThreadPoolExecutor(1).submit(service.stop)
    poll(lambda: not service.query("SELECT 1 FROM waiting"), what="nothing waits in what ends")
    stand_in.release()  # what was sent is answered before its worker ends
    assert stopped.result() == 0
    assert queued(service) >= COUNT - 3 * ACCOUNTS
    before = len(prompts_sent(stand_in))
    service.start()
    poll(lambda: service.query("SELECT count(*) FROM generations WHERE ended_at IS NULL") == [(0,)], within=300,
         what="all have ended", every=0.5)

    states = collections.Counter(service.query("SELECT state, error_code FROM generations"))
    assert states == {("completed", None): COUNT - ACCOUNTS, ("failed", "outcome_unknown"): ACCOUNTS}
    sent = prompts_sent(stand_in)
    assert sorted(sent) == sorted(ids)
    assert lost == {prompt for prompt, id in ids.items() if clients[int(prompt[0])].status(id) == "failed"}
    for number in range(KEYS):
        order = [int(prompt.split("/")[1]) for prompt in sent[before:] if prompt.startswith(f"{number}/")]
        # Accounts send beside each other, so that neighbours may change places on the way.
        late = [place - i for i, place in enumerate(sorted(range(len(order)), key=order.__getitem__))]
        assert max(map(abs, late)) <= ACCOUNTS, (max(late), order)


def test_the_oldest_is_the_next_one_whoever_takes_them_over(new_stack, stand_in):
    """With one account their order is to be seen: all workers are killed again and again. Each worker takes over
    twenty at a time, beside the other, so that neighbours may change places by as many as both have taken."""
    service = service_with(new_stack, 1)
    client = Client(service, service.api("POST", "/api/keys", {"name": "queue"})["key"])
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    for number in range(150):
        client.queue(f"0/{number}")
    for round in range(3):
        poll(lambda: len(stand_in.requests()) == round + 1, what="one has been sent")
        service.kill_all()
        service.start()
    stand_in.script()
    poll(lambda: len(stand_in.requests()) >= 4, what="the next one has been sent")
    stand_in.release()
    poll(lambda: service.query("SELECT count(*) FROM generations WHERE ended_at IS NULL") == [(0,)],
         what="all have ended", every=0.1)
    order = [int(prompt.split("/")[1]) for prompt in prompts_sent(stand_in)]
    assert sorted(order) == list(range(150))
    assert max(abs(place - number) for place, number in enumerate(order)) <= WORKERS * 20, order
    assert service.query("SELECT count(*) FROM generations WHERE state = 'failed'") == [(3,)]


def test_one_that_its_key_may_not_ask_for_any_more_is_ended(new_stack, stand_in):
    service = service_with(new_stack, 1)
    key = service.api("POST", "/api/keys", {"name": "queue"})
    client = Client(service, key["key"])
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    sent, waiting = client.queue("0/0"), client.queue("0/1")
    poll(lambda: len(stand_in.requests()) == 1, what="one has been sent")
    service.api("PUT", f"/api/keys/{key['id']}", {"models": ["jimeng-4.1"]})
    service.kill_all()
    service.start()
    for number, code in ((sent, "outcome_unknown"), (waiting, "key_refused")):
        ended = poll(lambda: (shown := client.get(number).json())["status"] == "failed" and shown, what="it has ended")
        assert ended["error"]["code"] == code
    assert len(stand_in.requests()) == 1
