-- Logged-in browsers, with what a person needs to tell one from another. The digest is of the cookie's token and the
-- password that was in force: another password is none of their business. Those that logged in before do so once more.
DROP TABLE sessions;
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest TEXT    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address      TEXT    NOT NULL,  -- at the login
    user_agent   TEXT    NOT NULL   -- its beginning
);

-- Tries of the administrator's password, by where they came from: an IPv4 address, or an IPv6 one's /64.
CREATE TABLE login_attempts (
    address        TEXT    PRIMARY KEY,
    failures       INTEGER NOT NULL,  -- in a row
    last_failed_at INTEGER NOT NULL,
    last_login_at  INTEGER            -- when a right one came from there; told to the day
) WITHOUT ROWID;

-- All together: until when the attempts would last if they had come evenly. One row.
CREATE TABLE login_flood (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    spread_until INTEGER NOT NULL
);
INSERT INTO login_flood (id, spread_until) VALUES (1, 0);
