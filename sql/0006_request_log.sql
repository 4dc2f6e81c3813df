-- The request log, and the sums that stay when its rows are pruned.

-- One row for each client's request that has ended. The id begins with the time it came, so the rows lie in the order
-- of their beginnings, and there is no other index to keep. Prompts, bodies and query strings are not stored.
CREATE TABLE requests (
    id               TEXT    PRIMARY KEY,   -- X-Dreamina-Request-Id
    began_at         INTEGER NOT NULL,
    ended_at         INTEGER NOT NULL,
    method           TEXT    NOT NULL,
    path             TEXT    NOT NULL,
    model_asked      TEXT,                  -- as the client wrote it; NULL: it could not be read
    model            TEXT    NOT NULL,      -- what it is counted under
    api_key_id       INTEGER,               -- NULL: the administrator's password
    outcome          TEXT    NOT NULL,
    status           INTEGER,               -- that the client got; NULL: none that is known of
    client_gone      INTEGER NOT NULL,
    bytes_in         INTEGER NOT NULL,
    bytes_out        INTEGER NOT NULL,
    duration_ms      INTEGER NOT NULL,
    upstream_ms      INTEGER NOT NULL,      -- of duration_ms, over all attempts
    attempts         INTEGER NOT NULL,
    -- The last attempt, where the request ended with it; accounts may be gone since.
    account_id       INTEGER,
    region           TEXT,
    verdict          TEXT,
    upstream_status  INTEGER,
    reason           TEXT,
    attempt_began_at INTEGER,
    attempt_ms       INTEGER,
    standing_id      TEXT                   -- why no account could serve it
) WITHOUT ROWID;

-- The attempts after which another account was tried.
CREATE TABLE request_attempts (
    request_id      TEXT    NOT NULL,
    number          INTEGER NOT NULL,       -- from 1
    account_id      INTEGER NOT NULL,
    region          TEXT,
    verdict         TEXT    NOT NULL,
    upstream_status INTEGER,
    reason          TEXT    NOT NULL,
    began_at        INTEGER NOT NULL,
    duration_ms     INTEGER NOT NULL,
    PRIMARY KEY (request_id, number)
) WITHOUT ROWID;

-- How the accounts stood towards a model when requests for it were refused; requests refused within a moment share one.
CREATE TABLE standings (
    id              TEXT    PRIMARY KEY,    -- begins with the time, as a request's
    total           INTEGER NOT NULL,
    disabled        INTEGER NOT NULL,
    banned          INTEGER NOT NULL,
    without_session INTEGER NOT NULL,
    other_region    INTEGER NOT NULL,
    without_points  INTEGER NOT NULL,
    at_limit        INTEGER NOT NULL,
    busy            INTEGER NOT NULL,
    accounts        TEXT    NOT NULL        -- "banned:1,2 limit:5": the first of them
) WITHOUT ROWID;

-- What a request's lease must tell to whoever settles it when its worker is dead.
ALTER TABLE leases ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE leases ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN model_asked TEXT;
ALTER TABLE leases ADD COLUMN bytes_in INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN upstream_ms INTEGER NOT NULL DEFAULT 0;  -- of earlier attempts

-- The same while it waits: another worker may make its lease.
ALTER TABLE waiting ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE waiting ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waiting ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE waiting ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE waiting ADD COLUMN model_asked TEXT;
ALTER TABLE waiting ADD COLUMN bytes_in INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waiting ADD COLUMN upstream_ms INTEGER NOT NULL DEFAULT 0;

-- The same between two attempts, when there is no lease. A row of a dead worker is a request that ended there.
CREATE TABLE unfinished_requests (
    request_id  TEXT    PRIMARY KEY,
    worker      TEXT    NOT NULL,
    model       TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    began_at    INTEGER NOT NULL,
    method      TEXT    NOT NULL,
    path        TEXT    NOT NULL,
    model_asked TEXT,
    api_key_id  INTEGER,
    bytes_in    INTEGER NOT NULL,
    upstream_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Sums by UTC hour (of the request's or the attempt's beginning), and by local day for hours of long ago, which are
-- moved there. `since` is the beginning of the hour or day. A model that is not in the catalogue is "other", so that
-- clients cannot make any number of rows. api_key_id 0: none; region '': it did not end with an account's attempt.
CREATE TABLE request_hours (
    since       INTEGER NOT NULL,
    model       TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    api_key_id  INTEGER NOT NULL,
    region      TEXT    NOT NULL,
    requests    INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    bytes_in    INTEGER NOT NULL,
    bytes_out   INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    upstream_ms INTEGER NOT NULL,
    PRIMARY KEY (since, model, outcome, api_key_id, region)
) WITHOUT ROWID;
CREATE TABLE request_days (
    since       INTEGER NOT NULL,
    model       TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    api_key_id  INTEGER NOT NULL,
    region      TEXT    NOT NULL,
    requests    INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    bytes_in    INTEGER NOT NULL,
    bytes_out   INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    upstream_ms INTEGER NOT NULL,
    PRIMARY KEY (since, model, outcome, api_key_id, region)
) WITHOUT ROWID;
CREATE TABLE attempt_hours (
    since       INTEGER NOT NULL,
    account_id  INTEGER NOT NULL,
    verdict     TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    upstream_ms INTEGER NOT NULL,
    PRIMARY KEY (since, account_id, verdict)
) WITHOUT ROWID;
CREATE TABLE attempt_days (
    since       INTEGER NOT NULL,
    account_id  INTEGER NOT NULL,
    verdict     TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    upstream_ms INTEGER NOT NULL,
    PRIMARY KEY (since, account_id, verdict)
) WITHOUT ROWID;

-- Counters over all time, all workers and all restarts: requests by model and outcome (sums: bytes in and out),
-- attempts by verdict, and how many requests took up to so many ms, but more than the bucket below (sum: their ms); the
-- whole, and our own part of it. In one table, since each turn of a worker's changes some of each: its pages are few.
CREATE TABLE totals (
    what        TEXT    NOT NULL CHECK (what IN ('requests', 'attempts', 'whole', 'own')),
    label       TEXT    NOT NULL,
    other_label TEXT    NOT NULL,
    count       INTEGER NOT NULL,
    sum         INTEGER NOT NULL,
    other_sum   INTEGER NOT NULL,
    PRIMARY KEY (what, label, other_label)
) WITHOUT ROWID;

-- Jobs end in several ways; however they do, they are counted once.
CREATE TABLE job_totals (
    kind    TEXT    NOT NULL,
    outcome TEXT    NOT NULL,  -- done, failed, cancelled
    jobs    INTEGER NOT NULL,
    PRIMARY KEY (kind, outcome)
) WITHOUT ROWID;
INSERT INTO job_totals SELECT kind, state, count(*) FROM jobs WHERE ended_at IS NOT NULL GROUP BY kind, state;
CREATE TRIGGER jobs_ended AFTER UPDATE OF ended_at ON jobs WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
BEGIN
    INSERT INTO job_totals VALUES (NEW.kind, NEW.state, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER jobs_born_ended AFTER INSERT ON jobs WHEN NEW.ended_at IS NOT NULL
BEGIN
    INSERT INTO job_totals VALUES (NEW.kind, NEW.state, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
