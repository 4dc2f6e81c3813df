-- Requests that outlive their connection, what makes a repeated request the same one, and webhooks.

-- One row per request whose answer is kept. Plain requests have none. The answer, and the body while it may still have
-- to be sent, are files beside the database.
CREATE TABLE generations (
    id              TEXT    PRIMARY KEY,            -- that of its request, without gen_
    api_key_id      BIGINT  NOT NULL,               -- 0: the administrator's password
    method          TEXT    NOT NULL,
    path            TEXT    NOT NULL,               -- as it is sent on, with the query
    content_type    TEXT,
    request_headers TEXT    NOT NULL DEFAULT '[]',  -- to send on: JSON list of [name, value], nothing secret among them
    model           TEXT    NOT NULL,               -- what it is counted under; '' until it is known
    shape           TEXT    NOT NULL DEFAULT 'native' CHECK (shape IN ('native', 'openai_video')),
    body_file       TEXT,                           -- NULL: whoever asked waits for it, so nobody else may send it
    body_bytes      BIGINT  NOT NULL,
    body_hash       TEXT    NOT NULL,               -- BLAKE2b-256, hexadecimal
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'in_progress', 'completed', 'failed', 'cancelled')),
    version         BIGINT  NOT NULL DEFAULT 1,     -- grows with each change of what a client can see
    worker          TEXT,                           -- that has it; NULL: any may take it
    lease_id        BIGINT,
    sent_at         BIGINT,                         -- from here on it may have been paid for
    attempts        BIGINT  NOT NULL DEFAULT 0,
    priority        BIGINT  NOT NULL DEFAULT 0,     -- the higher first
    created_at      BIGINT  NOT NULL,
    start_by        BIGINT,                         -- fails unsent then
    finish_by       BIGINT,
    ended_at        BIGINT,
    expires_at      BIGINT,                         -- of an ended one: it goes, and its files
    client_lost_at  BIGINT,                         -- its client left or was told to try again; NULL: none, or one came back
    status          BIGINT,                         -- HTTP
    answer_headers  TEXT,                           -- JSON list of [name, value]
    answer_file     TEXT,
    answer_bytes    BIGINT,
    error_code      TEXT,
    outcome         TEXT,                           -- as in requests
    cancel_at       BIGINT,                         -- nobody waits for it any more, though it runs
    webhook         TEXT,                           -- the address that this request named
    retry_of        TEXT,                           -- the generation that it was asked for again
    meta            TEXT                            -- JSON: size, seconds
);
CREATE INDEX generations_of_worker ON generations (worker) WHERE state IN ('queued', 'in_progress');
CREATE INDEX generations_of_key ON generations (api_key_id, id);
CREATE INDEX generations_expiring ON generations (expires_at) WHERE ended_at IS NOT NULL;
CREATE INDEX generations_lost ON generations (api_key_id, body_hash) WHERE client_lost_at IS NOT NULL;

-- Which generation an Idempotency-Key stands for.
CREATE TABLE idempotency_keys (
    api_key_id    BIGINT NOT NULL,                  -- 0: the administrator's password
    path          TEXT   NOT NULL,
    digest        TEXT   NOT NULL,                  -- BLAKE2b-256 of the key, hexadecimal: it may hold anything
    body_hash     TEXT   NOT NULL,
    generation_id TEXT   NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, path, digest)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_generation ON idempotency_keys (generation_id);
CREATE INDEX idempotency_keys_expiring ON idempotency_keys (expires_at);

-- Events that are yet to be delivered, and those that were.
CREATE TABLE webhook_deliveries (
    id            TEXT   PRIMARY KEY,               -- webhook-id: msg_…, the same at each attempt
    generation_id TEXT,                             -- NULL: a test
    api_key_id    BIGINT NOT NULL,
    event         TEXT   NOT NULL,
    url           TEXT   NOT NULL,
    payload       TEXT   NOT NULL,
    attempts      BIGINT NOT NULL DEFAULT 0,
    next_at       BIGINT NOT NULL,
    delivered_at  BIGINT,
    gave_up_at    BIGINT,
    last_status   BIGINT,                           -- HTTP; NULL: none came
    last_error    TEXT,
    created_at    BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE delivered_at IS NULL AND gave_up_at IS NULL;
CREATE INDEX webhook_deliveries_generation ON webhook_deliveries (generation_id);
CREATE INDEX webhook_deliveries_of_key ON webhook_deliveries (api_key_id, id);

-- always: answered with 202 even where the client did not ask for it.
ALTER TABLE api_keys ADD COLUMN async_mode TEXT NOT NULL DEFAULT 'optional'
    CHECK (async_mode IN ('optional', 'always'));
ALTER TABLE api_keys ADD COLUMN webhook_url TEXT;
ALTER TABLE api_keys ADD COLUMN webhook_off_at BIGINT;                      -- when it said that it is gone; NULL: in use
ALTER TABLE api_keys ADD COLUMN webhook_in_progress BOOLEAN NOT NULL DEFAULT FALSE;  -- one more event
ALTER TABLE api_keys ADD COLUMN webhook_hosts TEXT NOT NULL DEFAULT '[]';   -- JSON list: where a request may send its own
ALTER TABLE api_keys ADD COLUMN webhook_secret TEXT;                        -- as the accounts' secrets
ALTER TABLE api_keys ADD COLUMN webhook_secret_old TEXT;                    -- signs as well until then
ALTER TABLE api_keys ADD COLUMN webhook_secret_old_until BIGINT;
