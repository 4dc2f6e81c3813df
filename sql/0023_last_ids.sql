-- The ids of leases and tickets that were given out last. One statement reads them with the rest of the pool's state, and
-- they are given out before the rows are written.
ALTER TABLE pool_state ADD COLUMN last_lease_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pool_state ADD COLUMN last_ticket INTEGER NOT NULL DEFAULT 0;
UPDATE pool_state SET
    last_lease_id = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'leases'), 0),
    last_ticket = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'waiting'), 0);
