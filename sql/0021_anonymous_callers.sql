-- The standard term for callers without credentials in the audit trail.
UPDATE audit SET caller = 'anonymous' WHERE caller = 'nobody';
