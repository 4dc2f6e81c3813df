-- Standard terms for what had words of its own. Under the former names there is what workers of the version before use,
-- until they have ended; the next version drops it.

-- The key that secrets are encrypted with.
ALTER TABLE sealing RENAME TO encryption;
CREATE VIEW sealing AS SELECT * FROM encryption;

-- Why no account could serve a request: how many were ineligible for each reason.
ALTER TABLE standings RENAME TO eligibilities;
CREATE VIEW standings AS SELECT * FROM eligibilities;
CREATE TRIGGER standings_insert INSTEAD OF INSERT ON standings
BEGIN
    INSERT OR IGNORE INTO eligibilities (id, total, disabled, banned, without_session, other_region, without_points,
                                         at_limit, busy, proxy_unsafe, accounts)
        VALUES (NEW.id, NEW.total, NEW.disabled, NEW.banned, NEW.without_session, NEW.other_region,
                NEW.without_points, NEW.at_limit, NEW.busy, NEW.proxy_unsafe, NEW.accounts);
END;
ALTER TABLE requests RENAME COLUMN standing_id TO eligibility_id;
ALTER TABLE requests ADD COLUMN standing_id TEXT;

-- Triggers are named by their table, what sets them off, and what they keep up.
DROP TRIGGER lease_of_key_begins;
CREATE TRIGGER leases_insert_api_key AFTER INSERT ON leases WHEN new.api_key_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight + 1 WHERE id = new.api_key_id;
END;
DROP TRIGGER lease_of_key_ends;
CREATE TRIGGER leases_delete_api_key AFTER DELETE ON leases WHEN old.api_key_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight - 1 WHERE id = old.api_key_id;
END;
DROP TRIGGER wait_of_key_begins;
CREATE TRIGGER waiting_insert_api_key AFTER INSERT ON waiting WHEN new.api_key_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight + 1 WHERE id = new.api_key_id;
END;
DROP TRIGGER wait_of_key_ends_with_a_lease;
CREATE TRIGGER waiting_update_api_key AFTER UPDATE OF lease_id ON waiting
    WHEN new.api_key_id IS NOT NULL AND old.lease_id IS NULL AND new.lease_id IS NOT NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight - 1 WHERE id = new.api_key_id;
END;
DROP TRIGGER wait_of_key_ends;
CREATE TRIGGER waiting_delete_api_key AFTER DELETE ON waiting WHEN old.api_key_id IS NOT NULL AND old.lease_id IS NULL
BEGIN
    UPDATE api_keys SET in_flight = in_flight - 1 WHERE id = old.api_key_id;
END;
DROP TRIGGER jobs_ended;
CREATE TRIGGER jobs_update_job_totals AFTER UPDATE OF ended_at ON jobs
    WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
BEGIN
    INSERT INTO job_totals VALUES (NEW.kind, NEW.state, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
DROP TRIGGER jobs_born_ended;
CREATE TRIGGER jobs_insert_job_totals AFTER INSERT ON jobs WHEN NEW.ended_at IS NOT NULL
BEGIN
    INSERT INTO job_totals VALUES (NEW.kind, NEW.state, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
