-- The audit trail, and a row to write for those who ask whether the database can be written.

-- Who changed what, when and from where. A row is written in the transaction of its change. Secrets are marks here.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    caller       TEXT    NOT NULL,            -- how the caller was let in
    session_id   TEXT,                        -- of a logged-in browser, as lists of sessions show it
    address      TEXT,
    action       TEXT    NOT NULL,
    subject_kind TEXT    NOT NULL,
    subject_id   TEXT,
    subject_name TEXT,
    old_fields   TEXT,                        -- JSON, only what changed
    new_fields   TEXT,
    repeats      INTEGER NOT NULL DEFAULT 1,  -- failed logins: how many this row stands for …
    last_at      INTEGER                      -- … and when the last of them was
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_subject ON audit (subject_kind, subject_id, at);
CREATE INDEX audit_failed_logins ON audit (at) WHERE action = 'failed_login';

-- One row, written to find out whether writing works.
CREATE TABLE write_probe (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    written_at INTEGER NOT NULL
);
INSERT INTO write_probe VALUES (1, 0);
