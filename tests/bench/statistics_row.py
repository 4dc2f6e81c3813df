"""How long a page's worth of statistics and of the request log takes over a month with a million requests."""

import contextlib
import sqlite3
import statistics
import subprocess
import time

from figure import Figure, listed
from locations import programs

REQUESTS = 1_000_000
DAYS = 30
HOUR = 3_600_000

# Twelve models, four outcomes, five keys, two regions: what a busy installation tells apart in an hour.
FILL = f"""
CREATE TEMP TABLE n AS WITH RECURSIVE counted(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM counted
    WHERE i < {REQUESTS} - 1),
    named AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM models)
    SELECT i, :first + i * ({DAYS} * 24 * {HOUR} / {REQUESTS}) AS began, named.id AS model,
           CASE i * 13 % 20 WHEN 0 THEN 'no_account' WHEN 1 THEN 'upstream_failed' WHEN 2 THEN 'content_refused'
                            ELSE 'success' END AS outcome,
           i * 17 % 5 AS api_key, iif(i * 19 % 2, 'us', 'hk') AS region, 1 + i * 23 % 100 AS account
    FROM counted JOIN named ON place = i * 7 % 12;
INSERT INTO requests (id, began_at, ended_at, method, path, model_asked, model, api_key_id, outcome, status,
    client_gone, bytes_in, bytes_out, duration_ms, upstream_ms, attempts, account_id, region, verdict, upstream_status,
    reason, attempt_began_at, attempt_ms)
    SELECT printf('%012x%012x', began, i), began, began + 9000, 'POST', '/v1/images/generations', model, model,
           nullif(api_key, 0), outcome, 200, 0, 150, 300, 9000, 8990, 1, account, region, 'success', 200, '', began,
           8990 FROM n ORDER BY i;
INSERT INTO request_hours SELECT began / {HOUR} * {HOUR}, model, outcome, api_key, region, count(*), count(*), 150, 300,
    9000, 8990 FROM n GROUP BY 1, 2, 3, 4, 5;
INSERT INTO attempt_hours SELECT began / {HOUR} * {HOUR}, account, 'success', count(*), 8990 FROM n GROUP BY 1, 2;
DROP TABLE n;
"""

QUESTIONS = {
    "a month by day": "/api/stats?by=day",
    "by model and outcome": "/api/stats?by=day&group=model,outcome",
    "by key and region": "/api/stats?by=day&group=key,region",
    "a week by hour and model": "/api/stats?by=hour&group=model&from={week}",
    "by account": "/api/stats?by=day&group=account",
    "the log's first page": "/api/requests?size=100",
    "a page of one key": "/api/requests?size=100&api_key_id=3",
}


def statistics_and_log(setting):
    service = setting.service("a month")
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(service.data / "dreamina.db", timeout=30)) as database:
        script = FILL.replace(":first", str(now - DAYS * 24 * HOUR))
        database.executescript(f"BEGIN IMMEDIATE; {script} COMMIT;")
    # Old hours become part of their days, as every night.
    subprocess.run([programs() / "dreamina-scheduler", "--data", str(service.data), "--once", "prune"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    week = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(now / 1000 - 7 * 24 * 3600))
    medians = {name: [] for name in QUESTIONS}
    for _ in range(setting.pairs(3)):
        for name, target in QUESTIONS.items():
            took = []
            for _ in range(9):
                begun = time.monotonic()
                service.api("GET", target.format(week=week))
                took.append((time.monotonic() - begun) * 1000)
            medians[name].append(statistics.median(took))
    setting.end_service("a month")
    said = "; ".join(f"{name} {listed(values, '{:.1f}')}" for name, values in medians.items())
    slowest = [max(values) for values in zip(*medians.values())]
    return [Figure("statistics", "a page's worth of a month with a million requests, the slowest", 50, 25, slowest,
                   f"ms, median of 9 each: {said}", "ms", less_is_better=True)]
