-- Deleted accounts stay in their table for as long as the deletion can be undone.

-- Those who deleted many accounts at once undo that at once.
CREATE TABLE account_deletions (
    token      TEXT    PRIMARY KEY,  -- whoever has it may undo the deletion
    undo_until INTEGER NOT NULL      -- then its accounts are purged
) WITHOUT ROWID;
CREATE INDEX account_deletions_until ON account_deletions (undo_until);

-- Made anew, since an e-mail is the only one among the accounts that are not deleted. The columns are what they were.
CREATE TABLE new_accounts (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    email              TEXT    NOT NULL,
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
    busy               INTEGER NOT NULL DEFAULT 0,  -- as many in flight as ACCOUNT_MAX_CONCURRENCY allows
    points_asked_at    INTEGER,
    refresh_failures   INTEGER NOT NULL DEFAULT 0,  -- in a row, and the account's own
    refresh_failed_at  INTEGER,                     -- the last one, whoever's fault
    check_failed_at    INTEGER,                     -- the first of a row
    points_doubted     INTEGER NOT NULL DEFAULT 0,  -- the upstream says they are used up; not asked for since
    proxy_failures     INTEGER NOT NULL DEFAULT 0,  -- of its own proxy, in a row
    deleted_at         INTEGER,                     -- NULL: it is not
    deletion           TEXT REFERENCES account_deletions (token),

    lacks_points INTEGER GENERATED ALWAYS AS (points <= 0 OR points_doubted) VIRTUAL,

    -- As before, and NULL for deleted ones: they are in no queue, so that choosing an account is what it was.
    pool_class INTEGER GENERATED ALWAYS AS (
        CASE WHEN deleted_at IS NOT NULL OR banned OR disabled OR session_expired OR session_id IS NULL THEN NULL
        ELSE (CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END)
             | ((NOT lacks_points) << 3)
             | (exhausted << 4)
             | ((proxy_url IS NOT NULL) << 59)
             | (busy << 60)
        END) VIRTUAL
);

INSERT INTO account_deletions (token, undo_until) SELECT token, restorable_until FROM removals;

INSERT INTO new_accounts (id, email, password, region, session_id, proxy_url, points, session_updated_at, created_at,
                          updated_at, last_used_at, error_count, error_streak, banned, ban_until, disabled,
                          session_expired, status_note, points_due_at, in_flight, last_used_seq, exhausted, busy,
                          points_asked_at, refresh_failures, refresh_failed_at, check_failed_at, points_doubted,
                          proxy_failures)
    SELECT id, email, password, region, session_id, proxy_url, points, session_updated_at, created_at,
           updated_at, last_used_at, error_count, error_streak, banned, ban_until, disabled,
           session_expired, status_note, points_due_at, in_flight, last_used_seq, exhausted, busy,
           points_asked_at, refresh_failures, refresh_failed_at, check_failed_at, points_doubted,
           proxy_failures
    FROM accounts;

-- Those deleted a moment ago, as they would have come back: with what has become of their requests and of the limits.
INSERT INTO new_accounts (id, email, password, region, session_id, proxy_url, points, session_updated_at, created_at,
                          updated_at, last_used_at, error_count, error_streak, banned, ban_until, disabled,
                          session_expired, status_note, points_due_at, in_flight, last_used_seq, exhausted, busy,
                          points_asked_at, refresh_failures, refresh_failed_at, check_failed_at, points_doubted,
                          proxy_failures, deleted_at, deletion)
    SELECT id, email, password, region, session_id, proxy_url, points, session_updated_at, created_at,
           updated_at, last_used_at, error_count, error_streak, banned, ban_until, disabled,
           session_expired, status_note, points_due_at,
           (SELECT count(*) FROM removed_leases l WHERE l.account_id = r.id), last_used_seq,
           (SELECT coalesce(sum(1 << m.limit_bit), 0) FROM models m LEFT JOIN removed_usage u
            ON u.account_id = r.id AND u.model = m.id
            WHERE m.limit_bit IS NOT NULL AND coalesce(u.calls, 0) >= m.applied_limit),
           (SELECT applied_concurrency > 0 AND
                   (SELECT count(*) FROM removed_leases l WHERE l.account_id = r.id) >= applied_concurrency
            FROM pool_state),
           points_asked_at, refresh_failures, refresh_failed_at, check_failed_at, points_doubted,
           proxy_failures, (SELECT max(restorable_until - 60000, 0) FROM removals WHERE token = r.removal), removal
    FROM removed_accounts r;

-- No id is given twice.
DELETE FROM sqlite_sequence WHERE name = 'new_accounts';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_accounts', seq FROM sqlite_sequence WHERE name = 'accounts';

-- Foreign keys are off during migrations: nothing that belongs to an account goes with its old table.
DROP TABLE accounts;
ALTER TABLE new_accounts RENAME TO accounts;

INSERT INTO account_usage (account_id, model, calls) SELECT account_id, model, calls FROM removed_usage;
INSERT INTO leases (id, account_id, model, worker, reserved_at, expires_at, count_epoch, api_key_id, call_counted_at,
                    request_id, attempt, began_at, method, path, model_asked, bytes_in, upstream_ms)
    SELECT id, account_id, model, worker, reserved_at, expires_at, count_epoch, api_key_id, call_counted_at,
           request_id, attempt, began_at, method, path, model_asked, bytes_in, upstream_ms
    FROM removed_leases;

CREATE INDEX accounts_pool ON accounts (pool_class, last_used_seq) WHERE pool_class IS NOT NULL;
CREATE UNIQUE INDEX accounts_email_unique ON accounts (email) WHERE deleted_at IS NULL;
CREATE INDEX accounts_email ON accounts (email COLLATE NOCASE) WHERE deleted_at IS NULL;
CREATE INDEX accounts_ban ON accounts (ban_until) WHERE banned;
CREATE INDEX accounts_points_due ON accounts (points_due_at) WHERE points_due_at IS NOT NULL;
CREATE INDEX accounts_points_doubted ON accounts (id) WHERE points_doubted;
CREATE INDEX accounts_deletion ON accounts (deletion, id) WHERE deletion IS NOT NULL;

-- What everybody means by the accounts. Whoever reads accounts reads this, but for those who choose by pool_class,
-- and those who mean the deleted ones as well.
CREATE VIEW living_accounts AS SELECT * FROM accounts WHERE deleted_at IS NULL;

DROP TABLE removed_leases;
DROP TABLE removed_usage;
DROP TABLE removed_accounts;
DROP TABLE removals;
-- Empty, for workers of the version before, until they have ended: they look here when a lease is gone.
CREATE VIEW removals AS SELECT token, undo_until AS restorable_until FROM account_deletions WHERE 0;
CREATE VIEW removed_accounts AS SELECT *, deletion AS removal FROM accounts WHERE 0;
CREATE VIEW removed_usage AS SELECT * FROM account_usage WHERE 0;
CREATE VIEW removed_leases AS SELECT * FROM leases WHERE 0;
CREATE TRIGGER removed_usage_delete INSTEAD OF DELETE ON removed_usage BEGIN SELECT 1; END;
CREATE TRIGGER removed_usage_update INSTEAD OF UPDATE ON removed_usage BEGIN SELECT 1; END;
CREATE TRIGGER removed_leases_delete INSTEAD OF DELETE ON removed_leases BEGIN SELECT 1; END;
