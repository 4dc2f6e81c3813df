-- Keys of /v1 beside the administrator's password.

-- Of the key itself only a digest is kept. A row is never removed: what is noted under its id keeps its name.
CREATE TABLE api_keys (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    name             TEXT    NOT NULL,
    prefix           TEXT    NOT NULL,              -- its first characters, to know it by
    digest           TEXT    UNIQUE,                -- NULL once it is deleted
    models           TEXT    NOT NULL DEFAULT '',   -- ids that it may use, one a line; '' for all
    calls_per_day    INTEGER CHECK (calls_per_day > 0),
    calls_per_minute INTEGER CHECK (calls_per_minute > 0),
    concurrency      INTEGER CHECK (concurrency > 0),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    expires_at       INTEGER,
    revoked_at       INTEGER,
    deleted_at       INTEGER,                       -- of revoked ones: no longer listed
    last_used_at     INTEGER,
    calls            INTEGER NOT NULL DEFAULT 0,    -- all it ever made, those in flight and in line among them
    day              INTEGER NOT NULL DEFAULT 0,    -- when the day began that day_calls counts
    day_calls        INTEGER NOT NULL DEFAULT 0,
    minute           INTEGER NOT NULL DEFAULT 0,
    minute_calls     INTEGER NOT NULL DEFAULT 0,
    in_flight        INTEGER NOT NULL DEFAULT 0,    -- its leases, and its requests that wait for one; kept by the triggers
    CHECK (digest IS NOT NULL OR deleted_at IS NOT NULL),
    CHECK (deleted_at IS NULL OR revoked_at IS NOT NULL)
);
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE revoked_at IS NULL;

-- Grows with every change of a key that is not a call of it: workers read the keys anew when it has.
CREATE TABLE api_key_changes (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT INTO api_key_changes VALUES (1, 0);

-- The key that a request came with. call_counted_at: when it was counted as a call of that key; NULL on another attempt
-- of a request that was counted before.
ALTER TABLE leases ADD COLUMN api_key_id INTEGER;
ALTER TABLE leases ADD COLUMN call_counted_at INTEGER;
ALTER TABLE waiting ADD COLUMN api_key_id INTEGER;
ALTER TABLE waiting ADD COLUMN call_counted_at INTEGER;

-- Triggers, since a lease also goes with its account.
CREATE TRIGGER lease_of_key_begins AFTER INSERT ON leases WHEN new.api_key_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight + 1 WHERE id = new.api_key_id;
END;
CREATE TRIGGER lease_of_key_ends AFTER DELETE ON leases WHEN old.api_key_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight - 1 WHERE id = old.api_key_id;
END;
CREATE TRIGGER wait_of_key_begins AFTER INSERT ON waiting WHEN new.api_key_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight + 1 WHERE id = new.api_key_id;
END;
CREATE TRIGGER wait_of_key_ends_with_a_lease AFTER UPDATE OF lease_id ON waiting
    WHEN new.api_key_id IS NOT NULL AND old.lease_id IS NULL AND new.lease_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight - 1 WHERE id = new.api_key_id;
END;
CREATE TRIGGER wait_of_key_ends AFTER DELETE ON waiting WHEN old.api_key_id IS NOT NULL AND old.lease_id IS NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight - 1 WHERE id = old.api_key_id;
END;
