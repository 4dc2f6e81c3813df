-- What the upstreams' answers lead to.

-- The upstream says that its points are used up, and they have not been asked for since: it serves only models that
-- need none.
ALTER TABLE accounts ADD COLUMN points_doubted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE removed_accounts ADD COLUMN points_doubted INTEGER NOT NULL DEFAULT 0;
-- How often in a row its own proxy has failed.
ALTER TABLE accounts ADD COLUMN proxy_failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE removed_accounts ADD COLUMN proxy_failures INTEGER NOT NULL DEFAULT 0;

-- CN accounts cannot be asked for their points.
ALTER TABLE accounts ADD COLUMN lacks_points INTEGER GENERATED ALWAYS AS (
    region <> 'cn' AND (points <= 0 OR points_doubted)) VIRTUAL;

-- pool_class, as before, but for points in doubt.
DROP INDEX accounts_pool;
ALTER TABLE accounts DROP COLUMN pool_class;
ALTER TABLE accounts ADD COLUMN pool_class INTEGER GENERATED ALWAYS AS (
    CASE WHEN banned OR disabled OR session_expired OR session_id IS NULL THEN NULL
    ELSE (CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END)
         | ((NOT lacks_points) << 3)
         | (exhausted << 4)
         | (busy << 60)
    END) VIRTUAL;
CREATE INDEX accounts_pool ON accounts (pool_class, last_used_seq) WHERE pool_class IS NOT NULL;

-- Names of models that the upstream has refused in a region, as clients wrote them.
CREATE TABLE refused_models (
    name   TEXT    NOT NULL,
    region TEXT    NOT NULL,
    until  INTEGER NOT NULL,
    PRIMARY KEY (name, region)
) WITHOUT ROWID;

-- What administrators changed of the shipped verdict rules (own = 0: only what differs), and their own ones.
CREATE TABLE verdict_rules (
    id          TEXT    PRIMARY KEY,
    own         INTEGER NOT NULL,
    condition   TEXT,              -- JSON
    verdict     TEXT,
    ban_hours   REAL,
    mode        TEXT    CHECK (mode IN ('on', 'count', 'off')),
    note        TEXT,
    before_rule TEXT,              -- NULL: a shipped rule in its own place; '': at the end
    rank        INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CHECK (NOT own OR (condition IS NOT NULL AND verdict IS NOT NULL AND before_rule IS NOT NULL))
) WITHOUT ROWID;

-- Grows with every change of a rule: whoever judges reads them anew when it has.
CREATE TABLE verdict_rule_changes (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT INTO verdict_rule_changes VALUES (1, 0);

-- What rules in the mode "count" would have decided.
CREATE TABLE verdict_rule_counts (
    rule    TEXT    NOT NULL,
    verdict TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (rule, verdict)
) WITHOUT ROWID;

-- Answers that failed, without anything that a client or an account could be known by; equal ones share a row.
CREATE TABLE answer_samples (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    status       INTEGER NOT NULL,
    code         INTEGER NOT NULL,   -- 0: none
    message      TEXT    NOT NULL,
    error        TEXT    NOT NULL,
    empty_data   INTEGER NOT NULL,
    content_type TEXT    NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    count        INTEGER NOT NULL
);
CREATE UNIQUE INDEX answer_samples_same ON answer_samples (code, status, message, error, content_type, empty_data);
CREATE INDEX answer_samples_last ON answer_samples (last_at);

-- By which rule of which version of the rules an attempt was judged ('': by none), and what its answer was like.
ALTER TABLE requests ADD COLUMN rule TEXT;
ALTER TABLE requests ADD COLUMN rules_version TEXT;
ALTER TABLE requests ADD COLUMN sample_id INTEGER;
ALTER TABLE request_attempts ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE request_attempts ADD COLUMN rules_version TEXT NOT NULL DEFAULT '';
ALTER TABLE request_attempts ADD COLUMN sample_id INTEGER;
