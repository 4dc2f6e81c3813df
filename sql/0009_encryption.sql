-- The key that secrets are sealed with; no row: they are plain text. Sealed ones are BLOBs, plain ones TEXT, so that
-- each value says of itself which it is.
CREATE TABLE sealing (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    key_id   TEXT    NOT NULL,           -- what is written from now on is sealed with this key
    complete INTEGER NOT NULL DEFAULT 0  -- everything is, and nothing else is left anywhere in the file
);
