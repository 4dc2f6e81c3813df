-- The upstream as a whole: who it is, and what makes an outage.

-- Of each failure, who asked for what: one client that sends one body again and again makes no outage. A digest with a
-- key of this file's own, from which nobody learns a body.
ALTER TABLE upstream_failures ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE upstream_breaker ADD COLUMN digest_key BLOB;
UPDATE upstream_breaker SET digest_key = randomblob(32);

-- Which program answers at UPSTREAM_BASE_URL, as far as it is known. One row.
CREATE TABLE upstream_facts (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    base_url TEXT,     -- that was asked
    kind     TEXT,     -- jimeng-api, jimeng-api-go; NULL: not known
    version  TEXT,     -- as it tells it
    seen_at  INTEGER
);
INSERT INTO upstream_facts (id) VALUES (1);

-- An account with a proxy is not used with jimeng-api-go, which would send it to its provider.
ALTER TABLE standings ADD COLUMN proxy_unsafe INTEGER NOT NULL DEFAULT 0;

-- pool_class, as before, with bit 59 for those.
DROP INDEX accounts_pool;
ALTER TABLE accounts DROP COLUMN pool_class;
ALTER TABLE accounts ADD COLUMN pool_class INTEGER GENERATED ALWAYS AS (
    CASE WHEN banned OR disabled OR session_expired OR session_id IS NULL THEN NULL
    ELSE (CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END)
         | ((NOT lacks_points) << 3)
         | (exhausted << 4)
         | ((proxy_url IS NOT NULL) << 59)
         | (busy << 60)
    END) VIRTUAL;
CREATE INDEX accounts_pool ON accounts (pool_class, last_used_seq) WHERE pool_class IS NOT NULL;
