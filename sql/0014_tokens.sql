-- What the upstream is asked for, and who it is.

-- CN_POINTS_ENABLED, as it was applied.
ALTER TABLE pool_state ADD COLUMN cn_points INTEGER NOT NULL DEFAULT 0;

-- Whether that matters for an account of CN is pool_state.cn_points: no row changes with the setting.
DROP INDEX accounts_pool;
ALTER TABLE accounts DROP COLUMN pool_class;
ALTER TABLE accounts DROP COLUMN lacks_points;
ALTER TABLE accounts ADD COLUMN lacks_points INTEGER GENERATED ALWAYS AS (points <= 0 OR points_doubted) VIRTUAL;

-- pool_class, as before, but for CN's points.
ALTER TABLE accounts ADD COLUMN pool_class INTEGER GENERATED ALWAYS AS (
    CASE WHEN banned OR disabled OR session_expired OR session_id IS NULL THEN NULL
    ELSE (CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END)
         | ((NOT lacks_points) << 3)
         | (exhausted << 4)
         | ((proxy_url IS NOT NULL) << 59)
         | (busy << 60)
    END) VIRTUAL;
CREATE INDEX accounts_pool ON accounts (pool_class, last_used_seq) WHERE pool_class IS NOT NULL;

-- They are looked for every second.
CREATE INDEX accounts_points_due ON accounts (points_due_at) WHERE points_due_at IS NOT NULL;
CREATE INDEX accounts_points_doubted ON accounts (id) WHERE points_doubted;

-- What is known of the upstream, further.
ALTER TABLE upstream_facts ADD COLUMN awaited INTEGER NOT NULL DEFAULT 0;  -- an address that no upstream has answered at
ALTER TABLE upstream_facts ADD COLUMN finding TEXT;       -- what was found when it was last asked
ALTER TABLE upstream_facts ADD COLUMN sentence TEXT;      -- the same for people
ALTER TABLE upstream_facts ADD COLUMN instead TEXT;       -- the address that should be entered
ALTER TABLE upstream_facts ADD COLUMN asked_at INTEGER;
ALTER TABLE upstream_facts ADD COLUMN doubted_at INTEGER; -- something has failed since, so it is asked again
-- Accounts that its /token/check has called live since it was last seen to come up: the last one, and another one.
ALTER TABLE upstream_facts ADD COLUMN live_account INTEGER;
ALTER TABLE upstream_facts ADD COLUMN live_at INTEGER;
ALTER TABLE upstream_facts ADD COLUMN live_account_before INTEGER;
ALTER TABLE upstream_facts ADD COLUMN live_at_before INTEGER;
