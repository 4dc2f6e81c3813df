-- Jobs with progress, and what became of each account in them.

-- Work that takes longer than a page can wait for. The API, the engine and the clock queue it, the scheduler runs it.
CREATE TABLE new_jobs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          TEXT    NOT NULL
                  CHECK (kind IN ('register', 'session_refresh', 'points_update', 'session_check', 'daily_credits')),
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    account_id    INTEGER REFERENCES accounts (id) ON DELETE CASCADE,  -- of a job for one account
    scope         TEXT CHECK (scope IN ('all', 'expired', 'due', 'retriable', 'suspected')),
    scope_cursor  INTEGER,                     -- the last account that the scope gave an item; NULL: there are no more
    wanted        INTEGER NOT NULL DEFAULT 1,  -- accounts to register
    task_asked_at INTEGER,                     -- set before the register service is asked, so that it never is twice
    task_id       TEXT,                        -- what it answered
    task_polls    INTEGER NOT NULL DEFAULT 0,
    total         INTEGER NOT NULL DEFAULT 0,
    done          INTEGER NOT NULL DEFAULT 0,  -- of total, with the failed and the skipped ones
    failed        INTEGER NOT NULL DEFAULT 0,
    note          TEXT,                        -- what it is doing, or what there is to say at its end
    error         TEXT,
    requested_by  TEXT    NOT NULL,
    retry_of      INTEGER,
    created_at    INTEGER NOT NULL,
    started_at    INTEGER,
    updated_at    INTEGER NOT NULL,
    ended_at      INTEGER
);

CREATE TABLE job_items (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id     INTEGER NOT NULL REFERENCES new_jobs (id) ON DELETE CASCADE,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,  -- NULL: a registration that gave none
    state      TEXT    NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed', 'skipped')),
    refreshes  INTEGER NOT NULL DEFAULT 0,  -- of a session refresh
    result     TEXT,
    error      TEXT,
    updated_at INTEGER NOT NULL,
    UNIQUE (job_id, account_id)
);
CREATE INDEX job_items_open ON job_items (job_id, id) WHERE state IN ('pending', 'running');
CREATE INDEX job_items_account ON job_items (account_id);
-- Asking again for a refresh that already waits or runs gives the same job.
CREATE UNIQUE INDEX job_items_one_refresh ON job_items (account_id) WHERE refreshes AND state IN ('pending', 'running');

INSERT INTO new_jobs (id, kind, state, account_id, wanted, total, done, failed, error, requested_by, created_at,
                      updated_at, ended_at)
    SELECT id, kind, state, account_id, wanted, wanted, iif(state IN ('done', 'failed'), wanted, 0),
           iif(state = 'failed', wanted, 0), error, requested_by, created_at, updated_at,
           iif(state IN ('queued', 'running'), NULL, updated_at)
    FROM jobs ORDER BY id;
INSERT INTO job_items (job_id, account_id, state, refreshes, error, updated_at)
    SELECT id, account_id,
           CASE state WHEN 'done' THEN 'done' WHEN 'failed' THEN 'failed' WHEN 'cancelled' THEN 'skipped'
                      ELSE 'pending' END,
           1, error, updated_at
    FROM jobs WHERE account_id IS NOT NULL ORDER BY id;
INSERT INTO job_items (job_id, account_id, state, updated_at)
    SELECT id, result_account_id, 'done', updated_at
    FROM jobs WHERE kind = 'register' AND result_account_id IN (SELECT id FROM accounts) ORDER BY id;

DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_open ON jobs (kind, id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_account ON jobs (account_id) WHERE account_id IS NOT NULL;

ALTER TABLE accounts ADD COLUMN points_asked_at INTEGER;
ALTER TABLE accounts ADD COLUMN refresh_failures INTEGER NOT NULL DEFAULT 0;  -- in a row, and the account's own
ALTER TABLE accounts ADD COLUMN refresh_failed_at INTEGER;                    -- the last one, whoever's fault
ALTER TABLE accounts ADD COLUMN check_failed_at INTEGER;                      -- the first of a row
