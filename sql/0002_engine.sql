-- Limits of a model's own, accounts that are busy, requests that wait for one, and the upstream's breaker.

-- A limit is a setting's, or a number of the model's own. Both tables are made anew: the old check allowed settings only.
CREATE TABLE new_models (
    id            TEXT PRIMARY KEY,
    needs_points  INTEGER NOT NULL,
    limit_setting TEXT,
    daily_limit   INTEGER CHECK (daily_limit >= 0),
    limit_bit     INTEGER UNIQUE CHECK (limit_bit BETWEEN 0 AND 50),
    applied_limit INTEGER,         -- the limit that accounts.exhausted was computed with
    CHECK (limit_setting IS NULL OR daily_limit IS NULL),
    CHECK ((limit_setting IS NULL AND daily_limit IS NULL) = (limit_bit IS NULL))
);
INSERT INTO new_models (id, needs_points, limit_setting, limit_bit, applied_limit)
    SELECT id, needs_points, limit_setting, limit_bit, applied_limit FROM models ORDER BY rowid;

-- A name may hold * for any text. regions: the sum of us 1, hk 2, jp 4, sg 8, cn 16.
CREATE TABLE new_model_names (
    name     TEXT PRIMARY KEY,
    model_id TEXT    NOT NULL REFERENCES new_models (id) ON DELETE CASCADE,
    regions  INTEGER NOT NULL CHECK (regions BETWEEN 1 AND 31)
);
INSERT INTO new_model_names (name, model_id, regions) SELECT name, model_id, regions FROM model_names ORDER BY rowid;

DROP TABLE model_names;
DROP TABLE models;
ALTER TABLE new_models RENAME TO models;
ALTER TABLE new_model_names RENAME TO model_names;

-- The place in accounts.exhausted that was given away last: a freed one rests, since workers learn of it a moment later.
ALTER TABLE pool_state ADD COLUMN last_limit_bit INTEGER NOT NULL DEFAULT 4;

-- busy: it has as many requests in flight as ACCOUNT_MAX_CONCURRENCY allows.
-- pool_class, as before, with bit 60 for busy ones: they queue apart from those that are free.
DROP INDEX accounts_pool;
ALTER TABLE accounts ADD COLUMN busy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts DROP COLUMN pool_class;
ALTER TABLE accounts ADD COLUMN pool_class INTEGER GENERATED ALWAYS AS (
    CASE WHEN banned OR disabled OR session_expired OR session_id IS NULL THEN NULL
    ELSE (CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END)
         | ((points > 0 OR region = 'cn') << 3)
         | (exhausted << 4)
         | (busy << 60)
    END) VIRTUAL;
CREATE INDEX accounts_pool ON accounts (pool_class, last_used_seq) WHERE pool_class IS NOT NULL;

-- ACCOUNT_MAX_CONCURRENCY that accounts.busy was computed with.
ALTER TABLE pool_state ADD COLUMN applied_concurrency INTEGER NOT NULL DEFAULT 0;

-- Requests that wait because all accounts that could serve them are busy. Whoever frees an account gives it to the
-- first of them that it can serve, whichever worker that one belongs to.
CREATE TABLE waiting (
    ticket       INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they came
    worker       TEXT    NOT NULL,
    wants        TEXT    NOT NULL,  -- the same for those that the same accounts can serve
    model        TEXT    NOT NULL,
    regions      INTEGER NOT NULL,
    needs_points INTEGER NOT NULL,
    daily_limit  INTEGER,
    limit_bit    INTEGER,
    tried        TEXT    NOT NULL,  -- JSON list of accounts that have had their chance
    lease_for    INTEGER NOT NULL,  -- ms
    lease_id     INTEGER            -- what it was given, until its worker takes it
);
CREATE INDEX waiting_first ON waiting (wants, ticket) WHERE lease_id IS NULL;
CREATE INDEX waiting_given ON waiting (worker) WHERE lease_id IS NOT NULL;

-- The upstream's outage is not the accounts' fault. One row; open while opened_at is set.
CREATE TABLE upstream_breaker (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    opened_at     INTEGER,
    probe_at      INTEGER,          -- the next request that is let through, to see whether the upstream is back
    failed_probes INTEGER NOT NULL DEFAULT 0,
    probe_lease   INTEGER,          -- the one on its way
    probe_sent_at INTEGER
);
INSERT INTO upstream_breaker (id) VALUES (1);

-- Failures since the upstream was last seen to work, and the bans that they led to.
CREATE TABLE upstream_failures (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request    TEXT    NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    unreached  INTEGER NOT NULL,   -- it was not asked at all: says nothing of the account
    was_error  INTEGER NOT NULL,   -- counted in accounts.error_count
    failed_at  INTEGER NOT NULL,
    ban_until  INTEGER,
    doubted    INTEGER NOT NULL DEFAULT 0  -- a request sent before it has succeeded since
);
