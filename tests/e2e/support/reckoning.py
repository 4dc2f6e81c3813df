"""Whether all who counted the same requests agree: the clients, the upstream, the request log, the statistics, and the
counts of accounts and keys. Reckoned from the database of a service that has ended orderly: nothing is on its way."""

import collections
import contextlib
import dataclasses
import sqlite3

from plan import REFUSALS, number_of

# Verdicts by which the generation may have been made: the call counts, and is the request's last.
MAY_BE_PAID = {"success", "gateway_gave_up", "interrupted", "may_have_run"}
# Outcomes that promise nothing of an answer: nobody knows, and the answer was cut.
UNKNOWN, CUT = "outcome_unknown", "interrupted"
# Reasons of attempts: the worker died, and there was no connection.
ABANDONED, UNREACHED = "abandoned", "unreachable"


@dataclasses.dataclass
class Attempt:
    request: str
    number: int
    account: int
    verdict: str
    reason: str


@dataclasses.dataclass
class Row:
    """Of the request log."""

    id: str
    number: int | None  # the plan's
    model: str
    outcome: str
    status: int | None
    api_key: int | None
    attempt_count: int
    bytes_in: int
    bytes_out: int
    attempts: list = dataclasses.field(default_factory=list)


def read_log(database):
    rows = {}
    last = {}
    for id, asked, *facts, count, bytes_in, bytes_out, account, verdict, reason in database.execute(
            "SELECT id, model_asked, model, outcome, status, api_key_id, attempts, bytes_in, bytes_out, account_id, "
            "verdict, reason FROM requests ORDER BY id"):
        rows[id] = Row(id, number_of(asked), *facts, count, bytes_in, bytes_out)
        if account is not None:
            last[id] = Attempt(id, count, account, verdict, reason)
    strays = []
    for attempt in database.execute("SELECT request_id, number, account_id, verdict, reason FROM request_attempts "
                                    "ORDER BY request_id, number"):
        attempt = Attempt(*attempt)
        (rows[attempt.request].attempts if attempt.request in rows else strays).append(attempt)
    for id, attempt in last.items():
        rows[id].attempts.append(attempt)
    return list(rows.values()), strays


def counted(items, key, value=lambda _: 1):
    found = collections.Counter()
    for item in items:
        found[key(item)] += value(item)
    return {what: count for what, count in found.items() if count}


class Reckoning:
    """`seen`: the clients' experiences by number; `received`: what came in at the upstream, in order; `kills`: of
    workers, each with so many requests at the most."""

    def __init__(self, file, plan, seen, received, kills, in_flight):
        self.plan, self.seen = plan, seen
        self.of_killed_workers = kills * in_flight
        with contextlib.closing(sqlite3.connect(file)) as self.database:
            self.rows, self.strays = read_log(self.database)
            self.attempts = [attempt for row in self.rows for attempt in row.attempts]
            self.row_of = {row.number: row for row in self.rows if row.number is not None}
            self.calls = collections.defaultdict(list)  # of the upstream, by number
            for call in received:
                if (number := number_of(call["model_as_sent"])) is not None:
                    self.calls[number].append(call)
            self.faults = []
            self.reckon()

    def reckon(self):
        self.nothing_is_left_over()
        self.each_request_has_one_row()
        self.no_call_that_may_be_paid_was_repeated()
        self.every_call_is_in_the_log()
        self.clients_and_log_agree()
        self.accounts_agree()
        self.keys_agree()
        self.statistics_agree()

    def fault(self, number, what):
        seen, row = self.seen.get(number), self.row_of.get(number)
        calls = [(call["state"], call["answer"], call["status"]) for call in self.calls.get(number, [])]
        wanted = self.plan.requests[number] if number is not None else None
        self.faults.append(f"{what}: request {number}\n    wanted {wanted}\n    client {seen}\n    upstream {calls}\n"
                           f"    log {row}")

    def same(self, what, one, other):
        if one == other:
            return
        differing = {key: (one.get(key), other.get(key)) for key in {*one, *other} if one.get(key) != other.get(key)}
        self.faults.append(f"{what}: {differing}")

    def rows_in(self, table, where="1"):
        return self.database.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]

    # --- what must hold --------------------------------------------------------------------------

    def nothing_is_left_over(self):
        for table, where in [("leases", "1"), ("waiting", "1"), ("unfinished_requests", "1"),
                             ("accounts", "in_flight <> 0 OR busy"), ("api_keys", "in_flight <> 0")]:
            if left := self.rows_in(table, where):
                self.faults.append(f"{left} left over: {table} where {where}")
        if self.strays:
            self.faults.append(f"attempts without their request: {self.strays}")

    def each_request_has_one_row(self):
        for number, count in collections.Counter(row.number for row in self.rows if row.number is not None).items():
            if count > 1:
                self.fault(number, f"{count} rows in the log of what a client sent once")
        for row in self.rows:
            if [attempt.number for attempt in row.attempts] != list(range(1, row.attempt_count + 1)):
                self.fault(row.number, "attempts that do not add up")

    def no_call_that_may_be_paid_was_repeated(self):
        for number, calls in self.calls.items():
            for call in calls[:-1]:
                if call["state"] != "answered" or call["answer"] not in REFUSALS:
                    self.fault(number, "sent again although it may have been paid for")
                    break
        for row in self.rows:
            if any(attempt.verdict in MAY_BE_PAID for attempt in row.attempts[:-1]):
                self.fault(row.number, "in the log, another attempt after one that may have been paid for")

    def every_call_is_in_the_log(self):
        """And each attempt is a call, but for those that reached nobody. Where the worker died, nobody knows."""
        sessions = dict(self.database.execute("SELECT id, session_id FROM accounts"))
        for number in self.calls.keys() - self.row_of.keys():
            self.fault(number, "reached the upstream, and the log knows nothing of it")
        for number, row in self.row_of.items():
            got = counted(self.calls.get(number, []), lambda call: call["account"].removeprefix("us-"))
            sure = counted([attempt for attempt in row.attempts if attempt.reason not in (ABANDONED, UNREACHED)],
                           lambda attempt: sessions[attempt.account])
            most = counted([attempt for attempt in row.attempts if attempt.reason != UNREACHED],
                           lambda attempt: sessions[attempt.account])
            if any(not sure.get(by, 0) <= got.get(by, 0) <= most.get(by, 0) for by in {*got, *most}):
                self.fault(number, "the upstream and the log know of different attempts")

    def clients_and_log_agree(self):
        if len(self.seen) < len(self.plan.requests):
            self.faults.append(f"only {len(self.seen)} clients came to an end of their request")
        refused = []
        for number, seen in self.seen.items():
            row = self.row_of.get(number)
            if seen.whole and seen.status == 200 and not self.is_complete(number, seen):
                self.fault(number, "half an answer that looks whole")
            if seen.left or (row and row.outcome == UNKNOWN):
                continue
            if seen.is_lost:
                if row and row.outcome != CUT:
                    self.fault(number, "lost, and the log does not say so")
            elif row is None:
                if number in self.calls or seen.status == 200:
                    self.fault(number, "answered, and not in the log")
                elif seen.code != "database_unavailable":  # the log is in the same database
                    refused.append(number)
            elif (seen.request_id, seen.status) != (row.id, row.status):
                self.fault(number, "the client has another id or status than the log")
            elif (seen.status == 200) != (row.outcome == "success"):
                self.fault(number, "the log says otherwise than the answer")
        unknown = [row.number for row in self.rows if row.outcome == UNKNOWN]
        self.may_be_of_killed_workers("whose outcome nobody knows", unknown)
        self.may_be_of_killed_workers("refused, and not in the log", refused)

    def may_be_of_killed_workers(self, what, numbers):
        """An answer goes out before it is booked. What was never sent leaves no trace then."""
        if len(numbers) > self.of_killed_workers:
            self.faults.append(f"more requests {what} than killed workers had: {numbers}")

    def is_complete(self, number, seen):
        if self.plan.requests[number].streams:
            return seen.body.endswith(b"data: [DONE]\n\n")
        return b'"url"' in seen.body

    def accounts_agree(self):
        uses = counted([attempt for attempt in self.attempts if attempt.verdict in MAY_BE_PAID],
                       lambda attempt: attempt.account)
        calls = dict(self.database.execute(
            "SELECT account_id, sum(calls) FROM account_usage GROUP BY 1 HAVING sum(calls) > 0"))
        self.same("uses in the log and calls of the accounts", uses, calls)

    def keys_agree(self):
        forwarded = counted([row for row in self.rows if row.api_key and row.attempts], lambda row: row.api_key)
        for column in ("calls", "day_calls"):
            self.same(f"requests in the log and {column} of the keys", forwarded, dict(
                self.database.execute(f"SELECT id, {column} FROM api_keys WHERE {column} > 0")))

    def statistics_agree(self):
        def pairs(sql):
            return {tuple(key): count for *key, count in self.database.execute(sql)}

        by_key = counted(self.rows, lambda row: (row.model, row.outcome, row.api_key or 0))
        self.same("log and request_hours", by_key,
                  pairs("SELECT model, outcome, api_key_id, sum(requests) FROM request_hours GROUP BY 1, 2, 3"))
        for column, value in [("attempts", lambda row: row.attempt_count), ("bytes_in", lambda row: row.bytes_in),
                              ("bytes_out", lambda row: row.bytes_out)]:
            self.same(f"{column} in the log and request_hours", counted(self.rows, lambda row: (row.model,), value),
                      pairs(f"SELECT model, sum({column}) FROM request_hours GROUP BY 1"))
        self.same("log and totals", counted(self.rows, lambda row: (row.model, row.outcome)),
                  pairs("SELECT label, other_label, count FROM totals WHERE what = 'requests'"))
        self.same("attempts and attempt_hours", counted(self.attempts, lambda a: (a.account, a.verdict)),
                  pairs("SELECT account_id, verdict, sum(attempts) FROM attempt_hours GROUP BY 1, 2"))
        self.same("attempts and totals", counted(self.attempts, lambda a: (a.verdict,)),
                  pairs("SELECT label, count FROM totals WHERE what = 'attempts'"))
        for part in ("whole", "own"):
            self.same(f"requests and their durations ({part})", {(part,): len(self.rows)},
                      pairs(f"SELECT what, sum(count) FROM totals WHERE what = '{part}' GROUP BY 1"))

    # --- for people ------------------------------------------------------------------------------

    def summary(self):
        lost = sum(seen.is_lost for seen in self.seen.values())
        return (f"{len(self.rows)} rows {counted(self.rows, lambda row: row.outcome)}; {len(self.attempts)} attempts; "
                f"{sum(map(len, self.calls.values()))} calls of the upstream; {lost} lost, "
                f"{sum(seen.left for seen in self.seen.values())} left; clients saw "
                f"{counted(self.seen.values(), lambda seen: seen.status)}")
