"""What a crowd asks for as generations, how each client goes on after that, what the upstream does with each request,
and who is killed meanwhile: all of it drawn from a seed. Requests are told apart as in plan.py, and the upstream's
answer to each is one of its own, so that no other's and no part of it can pass for it."""

import dataclasses
import random

from plan import DOUBTS, FINAL_REFUSALS, REFUSALS, Event, name_of
from stand_in import HELD

# How a request is asked for.
WAYS = {"prefer": 35, "prefer and wait": 15, "path": 15, "always": 10, "blocking": 20, "plain": 5}
# What its client does once it has an id.
GOES_ON = {"polls": 35, "waits": 15, "reads events": 15, "leaves": 15, "cancels": 10, "deletes": 10}


@dataclasses.dataclass
class Asked:
    number: int
    way: str
    goes_on: str
    is_keyed: bool  # has an Idempotency-Key: is asked for again until it is answered
    twins: int  # clients that ask for it at the same time, with the same key
    hesitates: float  # seconds until it is cancelled
    refusals: list  # before its last answer, each by another account
    last: dict  # the rule of its last answer
    pays_with: int

    @property
    def is_async(self):
        return self.way not in ("blocking", "plain")

    @property
    def has_webhook(self):
        """All keys have one; the password has none."""
        return self.is_async and (self.way == "always" or self.pays_with > 0)

    def answer(self):
        """What the upstream says of it, if it comes to that."""
        return {"created": 1700000000, "data": [{"url": f"https://pictures.example/{self.number}"}],
                "padding": "p" * (self.number * 7919 % 90_000 if self.number % 5 == 0 else self.number % 300)}

    def rules(self):
        refusals = [{"answer": answer, "dialect": "b", "times": 1, "delay_ms": [1, 40]} for answer in self.refusals]
        own = {} if "answer" in self.last else {"body": self.answer()}
        return [{"model": name_of(self.number), **rule} for rule in [*refusals, {**self.last, **own}]]


def last_answer(dice):
    kind = dice.choices(["quick", "slow", "in pieces", "cut", "too slow", "refused", "in doubt"],
                        [50, 14, 14, 12, 1, 5, 4])[0]
    if kind == "cut":
        return {"cut": dice.choice(["at_once", "after_headers", "mid_body"]), "reset": dice.random() < 0.5,
                "delay_ms": [1, dice.choice([30, 400])]}
    if kind == "too slow":  # GENERATION_TIMEOUT or PROXY_TIMEOUT ends it
        return {"delay_ms": HELD}
    if kind == "refused":
        return {"answer": dice.choice(FINAL_REFUSALS), "dialect": "b", "delay_ms": [1, 60]}
    if kind == "in doubt":
        return {"answer": dice.choice(DOUBTS), "dialect": "b", "delay_ms": [1, 60]}
    if kind == "in pieces":
        return {"delay_ms": [1, 40], "chunk_count": dice.randint(3, 10), "chunk_gap_ms": dice.choice([10, 60]),
                "chunked": dice.random() < 0.5}
    return {"delay_ms": [1, 80] if kind == "quick" else [300, 1200]}


def asked(dice, number, payers):
    way = dice.choices([*WAYS], [*WAYS.values()])[0]
    is_keyed = way == "blocking" or (way != "plain" and dice.random() < 0.5)
    refusals = dice.choices([*REFUSALS], [*REFUSALS.values()], k=dice.choices([0, 1, 2], [82, 14, 4])[0])
    goes_on = dice.choices([*GOES_ON], [*GOES_ON.values()])[0]
    # What is cancelled or deleted frees its key: a twin that comes later would be sent on.
    has_twin = is_keyed and goes_on not in ("cancels", "deletes") and dice.random() < 0.3
    return Asked(number, way, goes_on, is_keyed, 2 if has_twin else 1, dice.uniform(0, 0.5), refusals, last_answer(dice),
                 dice.randrange(payers))


# Of a hundred ends: whose, and when. The last three wait for their moment.
DEATHS = {"kill a worker": 42, "kill all workers": 8, "kill the scheduler": 10, "stop a worker": 10,
          "kill at a body": 10, "kill at an answer": 12, "kill during a delivery": 8}


class GenerationPlan:
    """`payers`: how many there are to pay with, the password as the first."""

    def __init__(self, seed, requests, deaths, payers):
        dice = random.Random(seed)
        self.seed = seed
        self.requests = [asked(dice, number, payers) for number in range(requests)]
        moments = sorted(int(dice.uniform(0.03, 0.97) * requests) for _ in range(deaths))
        self.events = [Event(moment, dice.choices([*DEATHS], [*DEATHS.values()])[0]) for moment in moments]

    def rules(self):
        return [rule for request in self.requests for rule in request.rules()]

    def __str__(self):
        return f"seed {self.seed}: {len(self.requests)} requests, {len(self.events)} deaths"
