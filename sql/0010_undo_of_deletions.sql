-- Accounts that have been deleted, for as long as that can be taken back. What is here is out of the pool, of every
-- list and of every figure.

CREATE TABLE removals (
    token            TEXT    PRIMARY KEY,  -- whoever has it may take the deletion back
    restorable_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX removals_until ON removals (restorable_until);

-- All columns of `accounts` but the generated ones, under their names: rows are moved from one to the other. Secrets
-- stay as they are kept there; sealed ones are bound to the id.
CREATE TABLE removed_accounts (
    id                 INTEGER PRIMARY KEY,
    removal            TEXT    NOT NULL REFERENCES removals (token),
    email              TEXT    NOT NULL,
    password           TEXT    NOT NULL,
    region             TEXT    NOT NULL,
    session_id         TEXT,
    proxy_url          TEXT,
    points             REAL    NOT NULL,
    session_updated_at INTEGER,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    last_used_at       INTEGER,
    error_count        INTEGER NOT NULL,
    error_streak       INTEGER NOT NULL,
    banned             INTEGER NOT NULL,
    ban_until          INTEGER,
    disabled           INTEGER NOT NULL,
    session_expired    INTEGER NOT NULL,
    status_note        TEXT,
    points_due_at      INTEGER,
    in_flight          INTEGER NOT NULL,
    last_used_seq      INTEGER NOT NULL,
    exhausted          INTEGER NOT NULL,
    busy               INTEGER NOT NULL,
    points_asked_at    INTEGER,
    refresh_failures   INTEGER NOT NULL,
    refresh_failed_at  INTEGER,
    check_failed_at    INTEGER
);
CREATE INDEX removed_accounts_removal ON removed_accounts (removal, id);

-- As account_usage.
CREATE TABLE removed_usage (
    account_id INTEGER NOT NULL REFERENCES removed_accounts (id) ON DELETE CASCADE,
    model      TEXT    NOT NULL,
    calls      INTEGER NOT NULL,
    PRIMARY KEY (account_id, model)
) WITHOUT ROWID;

-- As leases: requests that were in flight, and have not ended since.
CREATE TABLE removed_leases (
    id              INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES removed_accounts (id) ON DELETE CASCADE,
    model           TEXT    NOT NULL,
    worker          TEXT    NOT NULL,
    reserved_at     INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    count_epoch     INTEGER NOT NULL,
    api_key_id      INTEGER,
    call_counted_at INTEGER,
    request_id      TEXT    NOT NULL,
    attempt         INTEGER NOT NULL,
    began_at        INTEGER NOT NULL,
    method          TEXT    NOT NULL,
    path            TEXT    NOT NULL,
    model_asked     TEXT,
    bytes_in        INTEGER NOT NULL,
    upstream_ms     INTEGER NOT NULL
);
CREATE INDEX removed_leases_account ON removed_leases (account_id);
