"""What a crowd of clients asks for, what the upstream does with each request, and what else goes wrong meanwhile: all
of it drawn from a seed, so that a failure can be played again.

A request is told by the name of the model that it asks for, "jimeng-4.0:17": the upstream and the log keep it as the
client wrote it, and it is counted under jimeng-4.0."""

import dataclasses
import random

from stand_in import HELD

MODEL = "jimeng-4.0"
PICTURE, CHAT = "/v1/images/generations", "/v1/chat/completions"

# What the upstream says without having made anything: another account may be asked. By their weights it seldom looks as
# if the upstream were down.
REFUSALS = {"rate_limited": 30, "generation_failed": 30, "anti_bot": 25, "server_error": 8, "unavailable": 7}
# What it says that is nobody's fault but the client's: that is the client's answer.
FINAL_REFUSALS = ("content_refused", "bad_parameters")
# What it says when the generation may have run.
DOUBTS = ("gave_up_waiting",)


def name_of(number):
    return f"{MODEL}:{number}"


def number_of(name):
    """Of a request of the plan's; None for others."""
    model, _, number = (name or "").partition(":")
    return int(number) if model == MODEL and number else None


@dataclasses.dataclass
class Wanted:
    """A request, and what it meets at the upstream."""

    number: int
    streams: bool  # its answer is a stream of events
    refusals: list  # before its last answer, each by another account
    last: dict  # the rule of its last answer
    leaves_after: float | None  # seconds after which its client goes, whatever it has by then
    pays_with: int  # which of the keys

    def rules(self):
        refusals = [{"answer": answer, "dialect": "b", "times": 1, "delay_ms": [1, 40]} for answer in self.refusals]
        return [{"model": name_of(self.number), **rule} for rule in [*refusals, self.last]]


@dataclasses.dataclass
class Event:
    """Mischief that begins when so many requests have been sent."""

    after: int
    what: str
    lasts: float = 0.0  # seconds, of those that last

    def __str__(self):
        return f"{self.what} after {self.after}" + (f" for {self.lasts:.1f} s" if self.lasts else "")


def picture(dice):
    """The rule of a picture's last answer."""
    kind = dice.choices(["quick", "slow", "cut", "too slow", "refused", "in doubt"], [60, 18, 14, 1, 4, 3])[0]
    if kind == "cut":
        return {"cut": dice.choice(["at_once", "after_headers", "mid_body"]), "reset": dice.random() < 0.5,
                "delay_ms": [1, dice.choice([30, 400])]}
    if kind == "too slow":  # PROXY_TIMEOUT ends it
        return {"delay_ms": HELD}
    if kind == "refused":
        return {"answer": dice.choice(FINAL_REFUSALS), "dialect": "b", "delay_ms": [1, 60]}
    if kind == "in doubt":
        return {"answer": dice.choice(DOUBTS), "dialect": "b", "delay_ms": [1, 60]}
    return {"delay_ms": [1, 80] if kind == "quick" else [300, 1500]}


def stream(dice):
    rule = {"events": dice.randint(3, 12), "event_gap_ms": dice.choice([5, 60, 150]), "delay_ms": [1, 60]}
    if dice.random() < 0.2:
        rule |= {"cut": "mid_body", "reset": dice.random() < 0.5}
    return rule


def wanted(dice, number):
    streams = dice.random() < 0.25
    refusals = dice.choices([*REFUSALS], [*REFUSALS.values()], k=dice.choices([0, 1, 2], [80, 15, 5])[0])
    leaves = dice.random() < 0.03
    return Wanted(number, streams, refusals, stream(dice) if streams else picture(dice),
                  dice.uniform(0.01, 0.4) if leaves else None, dice.randrange(3))


# How often at most, and at least half as often; for how many seconds at most; and after what part of the requests. The
# upstream moves late, since the service then keeps away from it for some seconds.
MISCHIEF = {"kill a worker": (6, 0, 0.05), "stop a worker": (2, 0, 0.05), "kill the scheduler": (2, 0, 0.05),
            "stop the scheduler": (1, 0, 0.05), "lock the database": (2, 3, 0.05), "fill the disk": (1, 2.5, 0.05),
            "move the upstream": (1, 1.5, 0.8)}


def events(dice, requests):
    """Two may well fall together."""
    drawn = [Event(int(dice.uniform(begins, 0.9) * requests), what, dice.uniform(longest / 3, longest))
             for what, (most, longest, begins) in MISCHIEF.items() for _ in range(dice.randint((most + 1) // 2, most))]
    return sorted(drawn, key=lambda event: event.after)


class Plan:
    def __init__(self, seed, requests, without=()):
        """`without`: mischief that cannot be done here."""
        dice = random.Random(seed)
        self.seed = seed
        self.requests = [wanted(dice, number) for number in range(requests)]
        self.events = [event for event in events(dice, requests) if event.what not in without]

    def rules(self):
        """For the stand-in."""
        return [rule for request in self.requests for rule in request.rules()]

    def __str__(self):
        return f"seed {self.seed}: {len(self.requests)} requests; " + "; ".join(map(str, self.events))
