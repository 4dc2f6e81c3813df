-- Times are integer milliseconds since 1970, UTC. Booleans are 0 and 1.

CREATE TABLE accounts (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    email              TEXT    NOT NULL UNIQUE,
    password           TEXT    NOT NULL,
    region             TEXT    NOT NULL CHECK (region IN ('us', 'hk', 'jp', 'sg', 'cn')),
    session_id         TEXT,
    proxy_url          TEXT,
    points             REAL    NOT NULL DEFAULT 0,
    session_updated_at INTEGER,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    last_used_at       INTEGER,
    error_count        INTEGER NOT NULL DEFAULT 0,
    error_streak       INTEGER NOT NULL DEFAULT 0,
    banned             INTEGER NOT NULL DEFAULT 0,
    ban_until          INTEGER,
    disabled           INTEGER NOT NULL DEFAULT 0,
    session_expired    INTEGER NOT NULL DEFAULT 0,
    status_note        TEXT,
    points_due_at      INTEGER,                     -- since when its points wait to be asked for
    in_flight          INTEGER NOT NULL DEFAULT 0,  -- leases it has now
    last_used_seq      INTEGER NOT NULL DEFAULT 0,  -- pool_state.reserve_seq of its last use: an order no clock can upset
    exhausted          INTEGER NOT NULL DEFAULT 0,  -- set of models.limit_bit whose daily limit it has reached

    -- Accounts of one class can serve the same models, so choosing one is a look at the head of a few queues
    -- (one for each class there is), however many accounts there are. Out of the pool: NULL.
    -- Bits: 0-2 region, 3 has points (or cannot be asked for them), 4 and up the exhausted set.
    pool_class INTEGER GENERATED ALWAYS AS (
        CASE WHEN banned OR disabled OR session_expired OR session_id IS NULL THEN NULL
        ELSE (CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END)
             | ((points > 0 OR region = 'cn') << 3)
             | (exhausted << 4)
        END) VIRTUAL
);

CREATE INDEX accounts_pool ON accounts (pool_class, last_used_seq) WHERE pool_class IS NOT NULL;
CREATE INDEX accounts_email ON accounts (email COLLATE NOCASE);
CREATE INDEX accounts_ban ON accounts (ban_until) WHERE banned;

-- Calls since the last daily reset, those in flight among them.
CREATE TABLE account_usage (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    model      TEXT    NOT NULL,
    calls      INTEGER NOT NULL,
    PRIMARY KEY (account_id, model)
) WITHOUT ROWID;

-- A request in flight. What its worker leaves behind is settled by the others.
CREATE TABLE leases (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    model       TEXT    NOT NULL,
    worker      TEXT    NOT NULL,
    reserved_at INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    count_epoch INTEGER NOT NULL   -- pool_state.count_epoch when it was counted
);

CREATE TABLE pool_state (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    reserve_seq INTEGER NOT NULL,  -- grows by one with every reservation
    count_epoch INTEGER NOT NULL   -- grows by one with every daily reset: a call counted before it is not taken back after it
);
INSERT INTO pool_state VALUES (1, 0, 0);

CREATE TABLE models (
    id            TEXT PRIMARY KEY,
    needs_points  INTEGER NOT NULL,
    limit_setting TEXT,
    limit_bit     INTEGER UNIQUE CHECK (limit_bit BETWEEN 0 AND 50),
    applied_limit INTEGER,         -- the limit that accounts.exhausted was computed with
    CHECK ((limit_setting IS NULL) = (limit_bit IS NULL))
);

-- The names that clients ask for. regions: the sum of us 1, hk 2, jp 4, sg 8, cn 16.
CREATE TABLE model_names (
    name     TEXT PRIMARY KEY,
    model_id TEXT    NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    regions  INTEGER NOT NULL
);

INSERT INTO models (id, needs_points, limit_setting, limit_bit) VALUES
    ('jimeng-4.0', 1, 'LIMIT_JIMENG_4_0', 0),
    ('jimeng-4.1', 1, 'LIMIT_JIMENG_4_1', 1),
    ('nanobanana', 0, 'LIMIT_NANOBANANA', 2),
    ('nanobananapro', 0, 'LIMIT_NANOBANANAPRO', 3),
    ('video-3.0', 1, 'LIMIT_VIDEO_3_0', 4),
    ('jimeng-3.0', 1, NULL, NULL),
    ('jimeng-4.5', 1, NULL, NULL),
    ('jimeng-video-3.5-pro', 1, NULL, NULL),
    ('jimeng-4.6', 1, NULL, NULL),
    ('jimeng-5.0', 1, NULL, NULL),
    ('jimeng-video-2.0', 1, NULL, NULL),
    ('jimeng-video-2.0-pro', 1, NULL, NULL),
    ('jimeng-3.1', 1, NULL, NULL),
    ('jimeng-video-seedance-2.0', 1, NULL, NULL),
    ('jimeng-video-seedance-2.0-fast', 1, NULL, NULL),
    ('jimeng-video-veo3', 1, NULL, NULL),
    ('jimeng-video-veo3.1', 1, NULL, NULL),
    ('jimeng-video-sora2', 1, NULL, NULL);

INSERT INTO model_names (name, model_id, regions) VALUES
    ('jimeng-4.0', 'jimeng-4.0', 31),
    ('jimeng-4.1', 'jimeng-4.1', 31),
    ('nanobanana', 'nanobanana', 15),
    ('nanobananapro', 'nanobananapro', 15),
    ('video-3.0', 'video-3.0', 31),
    ('jimeng-video-3.0', 'video-3.0', 31),
    ('jimeng-video-3.0-pro', 'video-3.0', 30),
    ('jimeng-video-3.0-fast', 'video-3.0', 30),
    ('jimeng-3.0', 'jimeng-3.0', 31),
    ('jimeng-4.5', 'jimeng-4.5', 31),
    ('jimeng-video-3.5-pro', 'jimeng-video-3.5-pro', 31),
    ('jimeng-4.6', 'jimeng-4.6', 30),
    ('jimeng-5.0', 'jimeng-5.0', 30),
    ('jimeng-video-2.0', 'jimeng-video-2.0', 30),
    ('jimeng-video-2.0-pro', 'jimeng-video-2.0-pro', 30),
    ('jimeng-3.1', 'jimeng-3.1', 16),
    ('jimeng-video-seedance-2.0', 'jimeng-video-seedance-2.0', 16),
    ('jimeng-video-seedance-2.0-fast', 'jimeng-video-seedance-2.0-fast', 16),
    ('jimeng-video-veo3', 'jimeng-video-veo3', 14),
    ('jimeng-video-veo3.1', 'jimeng-video-veo3.1', 14),
    ('jimeng-video-sora2', 'jimeng-video-sora2', 14);

-- Work that takes longer than a page can wait for. The API queues it, the scheduler runs it.
CREATE TABLE jobs (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    kind              TEXT    NOT NULL CHECK (kind IN ('register', 'session_refresh')),
    state             TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    account_id        INTEGER REFERENCES accounts (id) ON DELETE CASCADE,  -- whose session is refreshed
    wanted            INTEGER NOT NULL DEFAULT 1,  -- accounts to register
    requested_by      TEXT    NOT NULL,
    error             TEXT,
    result_account_id INTEGER,                     -- the account that was registered
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
);
-- Asking again for a refresh that already waits or runs gives the same job.
CREATE UNIQUE INDEX jobs_one_refresh ON jobs (account_id) WHERE kind = 'session_refresh' AND state IN ('queued', 'running');

-- Logged-in browsers. Only a digest of the cookie's token is kept.
CREATE TABLE sessions (
    token_digest TEXT    PRIMARY KEY,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) WITHOUT ROWID;

-- When each daily job last ran, by the local date of the day it ran for.
CREATE TABLE daily_runs (
    name     TEXT    PRIMARY KEY,
    last_day TEXT    NOT NULL,
    ran_at   INTEGER NOT NULL
) WITHOUT ROWID;
