"""Whether all who had to do with the same generations agree: clients, upstream, database, files, webhooks. See
reckoning.py, which does the sums."""

import collections
import json

from plan import number_of
from receiver import assert_verifies
from reckoning import MAY_BE_PAID, Reckoning, counted

TERMINAL = ("completed", "failed", "cancelled")
UNKNOWN = "outcome_unknown"


def keep(client, stack):
    """Of each generation what is told of it at the end: {id: (row, object, result)}."""
    columns = ("id", "api_key_id", "state", "version", "body_file IS NOT NULL", "status", "answer_bytes", "error_code",
               "cancel_at IS NOT NULL")
    rows = stack.query(f"SELECT {', '.join(columns)} FROM generations")
    return {row[0]: (Kept(*row), client.get(row[0]), client.result(row[0])) for row in rows}


Kept = collections.namedtuple("Kept", "id key state version is_async status bytes code has_cancel")


class GenerationReckoning(Reckoning):
    """`kept`: see keep(). `repeated`: {number: answer} of those asked for again at the end by their Idempotency-Key,
    with the id that it stood for. `secrets`: of webhooks, by key. `files`: what lies in the folder of generations."""

    def __init__(self, file, plan, lived, received, kept, repeated, events, secrets, files, kills, in_flight):
        self.lived, self.kept, self.repeated = lived, kept, repeated
        self.events, self.secrets, self.files = events, secrets, files
        self.kills = kills
        super().__init__(file, plan, dict(enumerate(lived)), received, kills, in_flight)

    def reckon(self):
        for row in self.rows:  # of several of one request the one that was sent
            if row.attempts:
                self.row_of[row.number] = row
        self.numbers = {row.id: row.number for row in self.rows if row.number is not None}
        for number, lived in enumerate(self.lived):
            self.numbers.update({id: number for id in lived.ids})
        self.told = self.told_by_webhooks()
        self.nothing_is_left_over()
        self.each_sent_request_has_one_row()
        self.no_call_that_may_be_paid_was_repeated()
        self.every_call_is_in_the_log()
        self.accounts_agree()
        self.keys_agree()
        self.statistics_agree()
        self.clients_had_no_trouble()
        self.every_id_has_a_named_end()
        self.answers_are_whole_and_their_own()
        self.upstream_and_states_agree()
        self.clients_and_states_agree()
        self.repeats_are_replays()
        self.every_webhook_arrived_and_verifies()

    def each_sent_request_has_one_row(self):
        for number, count in collections.Counter(row.number for row in self.rows if row.attempts).items():
            if count > 1 and number is not None:
                self.fault(number, f"{count} rows in the log that were sent")
        for row in self.rows:
            if [attempt.number for attempt in row.attempts] != list(range(1, row.attempt_count + 1)):
                self.fault(row.number, "attempts that do not add up")
        for id, count in collections.Counter(row.id for row in self.rows).items():
            if count > 1:
                self.fault(self.numbers.get(id), f"{count} rows in the log of {id}")

    def clients_had_no_trouble(self):
        for number, lived in enumerate(self.lived):
            if lived.troubles:
                self.fault(number, "a client could not go on")

    def every_id_has_a_named_end(self):
        for id, (row, shown, _) in self.kept.items():
            if row.state not in TERMINAL or shown.status != 200 or shown.json()["status"] != row.state:
                self.fault(self.numbers.get(id), f"{row} has no end, or is shown as {shown}")
        deleted = {id for lived in self.lived for id in lived.deleted}
        sent = {row.id for row in self.rows if row.attempts}
        for number, lived in enumerate(self.lived):
            asked = self.plan.requests[number]
            for id in lived.ids - self.kept.keys() - deleted:
                # One that was never sent, and whose client was told to come back, is forgotten.
                if asked.way != "plain" and (asked.is_async or id in sent):
                    self.fault(number, f"{id} is not there any more")

    def answers_are_whole_and_their_own(self):
        for id, (row, shown, result) in self.kept.items():
            number = self.numbers.get(id)
            if row.state == "completed":
                wanted = self.plan.requests[number].answer() if number is not None else None
                if result.status != 200 or result.json() != wanted or shown.json().get("result") != wanted:
                    self.fault(number, f"the answer of {row} is missing, not whole, or another's: {result}")
            elif row.state == "cancelled":
                self.expect_error(number, row, result, 410, "cancelled")
            elif row.code == UNKNOWN and row.status is None:
                self.expect_error(number, row, result, 504, UNKNOWN)
                if not shown.json()["error"]["may_have_been_paid"] or shown.json()["error"]["retryable"]:
                    self.fault(number, f"{row} may have been paid for, and is shown otherwise: {shown.body}")
            elif result.status != row.status or len(result.body) != (row.bytes or 0):
                self.fault(number, f"the answer of {row} is missing or not whole: {result}")
        for number, lived in enumerate(self.lived):
            for answer in lived.answers:
                if answer.status == 200 and answer.json() != self.plan.requests[number].answer():
                    self.fault(number, "a client has got another answer")

    def expect_error(self, number, row, result, status, code):
        if result.status != status or result.json()["error"]["code"] != code:
            self.fault(number, f"the answer of {row} is {result}")

    def upstream_and_states_agree(self):
        for id, (row, _, _) in self.kept.items():
            number = self.numbers.get(id)
            calls = self.calls.get(number, [])
            was_answered = bool(calls) and calls[-1]["state"] == "answered" and calls[-1]["status"] == 200
            is_of_this = number is not None and self.row_of.get(number) and self.row_of[number].id == id
            if row.state == "completed" and not was_answered:
                self.fault(number, f"{row}, and the upstream has not answered")
            if row.state == "cancelled" and is_of_this and self.row_of[number].attempts:
                self.fault(number, f"{row}, and it was sent")
            if row.state == "failed" and row.code != UNKNOWN and is_of_this and was_answered:
                self.fault(number, f"{row}, and the upstream has answered")
        unknown = [self.numbers.get(id) for id, (row, _, _) in self.kept.items() if row.code == UNKNOWN]
        self.may_be_of_killed_workers("of generations whose outcome nobody knows", unknown)

    def clients_and_states_agree(self):
        """What has ended stays as it is, and each stream of events grows up to its end."""
        for number, lived in enumerate(self.lived):
            for end in lived.ends:
                kept = self.kept.get(end["id"].removeprefix("gen_"))
                if kept and {**kept[1].json(), "expires_at": 0} != {**end, "expires_at": 0}:
                    self.fault(number, f"told otherwise before: {end}, now {kept[1].body}")
            for stream in lived.streams:
                versions = [version for _, version in stream]
                ends = [name for name, _ in stream[:-1] if name.removeprefix("generation.") in TERMINAL]
                if versions != sorted(set(versions)) or ends:
                    self.fault(number, f"events in no order: {stream}")
            for status, said in lived.cancels:
                states = {end["status"] for end in lived.ends}
                # 202 is said of one that runs; it may have ended by the time that is told.
                if (said == "in_progress") != (status == 202) or (said == "cancelled" and states != {"cancelled"}):
                    self.fault(number, "cancelled otherwise than told")

    def repeats_are_replays(self):
        for number, (id, answer) in self.repeated.items():
            if id not in self.kept:
                continue
            result = self.kept[id][2]
            if (answer.status, answer.body) != (result.status, result.body):
                self.fault(number, f"its Idempotency-Key brings {answer}, and its result is {result}")

    # --- webhooks --------------------------------------------------------------------------------

    def told_by_webhooks(self):
        """{id: [type, …]} of what has ended."""
        told = collections.defaultdict(list)
        for event in self.events:
            body = json.loads(event.body)
            if body["type"].removeprefix("generation.") in TERMINAL:
                told[body["data"]["id"].removeprefix("gen_")].append(body)
        return told

    def every_webhook_arrived_and_verifies(self):
        for event in self.events:
            try:
                assert_verifies(event, self.secrets[event.path])
            except (AssertionError, KeyError) as error:
                self.faults.append(f"does not verify: {event}: {error!r}")
        by_message = collections.defaultdict(set)
        for event in self.events:
            by_message[event.headers["webhook-id"]].add(event.body)
        for message, bodies in by_message.items():
            if len(bodies) > 1:
                self.faults.append(f"{message} says something else when it comes again: {bodies}")
        ends = {id: row.state for id, (row, _, _) in self.kept.items()
                if row.is_async and row.key and (row.state == "cancelled" or not row.has_cancel)}
        for number, lived in enumerate(self.lived):  # of what was deleted since
            ends.update({end["id"].removeprefix("gen_"): end["status"] for end in lived.ends
                         if lived.deleted and self.plan.requests[number].has_webhook})
        for id, state in ends.items():
            types = {body["type"] for body in self.told.get(id, [])}
            if types != {f"generation.{state}"}:
                self.fault(self.numbers.get(id), f"{id} is {state}, and the webhooks have told {types or 'nothing'}")
            elif state == "completed":
                wanted = self.plan.requests[self.numbers[id]].answer()
                if any(body["data"].get("result", wanted) != wanted for body in self.told[id]):
                    self.fault(self.numbers[id], f"the webhook of {id} has another result")

    # --- for people ------------------------------------------------------------------------------

    def gaps(self):
        """How many met their worker's or the scheduler's death where."""
        known = {id for lived in self.lived for id in lived.ids}
        unknown = [id for id, (row, _, _) in self.kept.items() if row.code == UNKNOWN]
        called = {id for id in unknown if self.calls.get(self.numbers.get(id))}
        ids = collections.defaultdict(set)
        for name in self.files:
            id, _, kind = name.partition(".")
            ids[kind].add(id)
        messages = collections.Counter(event.headers["webhook-id"] for event in self.events)
        return {"with a body and no row": len(ids["body"] - self.kept.keys()) + len(ids["body.part"]),
                "with a row, before the 202": len([id for id, (row, _, _) in self.kept.items()
                                                   if row.is_async and id not in known]),
                "after the lease, before it was sent": len(set(unknown) - called),
                "during the answer": len([id for id in unknown if id in ids["answer.part"]]),
                "between file and commit": len([id for id in unknown if id in ids["answer"]]),
                "sent, without an answer": len([id for id in called
                                                if id not in ids["answer"] and id not in ids["answer.part"]]),
                "webhooks that came again": sum(count > 1 for count in messages.values())}

    def summary(self):
        paid = sum(attempt.verdict in MAY_BE_PAID for attempt in self.attempts)
        return (f"{self.kills} workers killed; {len(self.kept)} generations "
                f"{counted((row for row, _, _ in self.kept.values()), lambda row: (row.state, row.code))}, "
                f"{sum(len(lived.deleted) for lived in self.lived)} deleted; "
                f"{sum(map(len, self.calls.values()))} calls of the upstream, {paid} that may be paid for; "
                f"{len(self.events)} webhooks; {sum(lived.lost for lived in self.lived)} connections lost; {self.gaps()}")


__all__ = ["GenerationReckoning", "keep", "number_of"]
