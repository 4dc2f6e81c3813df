-- Stored results: copies of the pictures and videos that answers name.

-- One row per picture or video of an answer. What it is a copy of may expire; the copy is a file (RESULTS_FOLDER) that
-- is named by its content, so that two rows may share one. A row that says 'stored' has its file.
CREATE TABLE results (
    id            TEXT    PRIMARY KEY,              -- without res_; sorts by time
    request_id    TEXT    NOT NULL,
    generation_id TEXT,                             -- NULL: of a plain request
    api_key_id    BIGINT  NOT NULL,                 -- 0: the administrator's password
    account_id    BIGINT,                           -- that it was made with
    model         TEXT    NOT NULL,
    position      BIGINT  NOT NULL,                 -- within the answer, from 0
    source_url    TEXT,                             -- as the accounts' secrets: it is signed; NULL: came with the answer
    source_host   TEXT    NOT NULL DEFAULT '',      -- for people
    source_until  BIGINT,                           -- the provider's copy may be gone then
    state         TEXT    NOT NULL CHECK (state IN ('pending', 'stored', 'failed', 'expired')),
    media         TEXT    CHECK (media IN ('image', 'video')),
    mime          TEXT,
    bytes         BIGINT,
    width         BIGINT,
    height        BIGINT,
    sha256        TEXT,                             -- hexadecimal
    is_pinned     BOOLEAN NOT NULL DEFAULT FALSE,   -- kept until it is unpinned or deleted
    created_at    BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL,                 -- of one that is not pinned
    attempts      BIGINT  NOT NULL DEFAULT 0,
    next_at       BIGINT  NOT NULL,                 -- of a pending one: when it is fetched
    last_error    TEXT
);
CREATE INDEX results_due ON results (next_at) WHERE state = 'pending';
CREATE INDEX results_expiring ON results (expires_at) WHERE state <> 'expired' AND NOT is_pinned;
CREATE INDEX results_of_file ON results (sha256) WHERE state = 'stored';
CREATE INDEX results_of_key ON results (api_key_id, id);
CREATE INDEX results_of_request ON results (request_id);
-- Most rows have expired: what looks at the others must not walk past those. No index begins with the state, which
-- SQLite would take for a better one than these.
CREATE INDEX results_evictable ON results (id) WHERE state = 'stored' AND NOT is_pinned;
CREATE INDEX results_evictable_of_key ON results (api_key_id, id) WHERE state = 'stored' AND NOT is_pinned;
CREATE INDEX results_stored ON results (api_key_id, bytes, state) WHERE state = 'stored';
CREATE INDEX results_failed ON results (id, state) WHERE state = 'failed';

-- What links to results are signed with. The newest signs; the others open what they have signed.
CREATE TABLE result_link_keys (
    id         TEXT   PRIMARY KEY,                  -- sorts by time
    secret     TEXT   NOT NULL,                     -- as the accounts' secrets
    created_at BIGINT NOT NULL
);

ALTER TABLE api_keys ADD COLUMN store_results TEXT NOT NULL DEFAULT 'default'
    CHECK (store_results IN ('default', 'off', 'copy', 'rewrite'));         -- default: as STORE_RESULTS says
ALTER TABLE api_keys ADD COLUMN storage_gb BIGINT;                          -- of its stored results; NULL: no limit
