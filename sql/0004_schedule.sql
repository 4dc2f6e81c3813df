-- What the scheduler runs by itself, one row for each of its timed jobs. The scheduler writes the rows (the table of
-- timed jobs is in its program); others read them and ask for runs.
CREATE TABLE schedule (
    name             TEXT    PRIMARY KEY,
    position         INTEGER NOT NULL DEFAULT 0,
    when_text        TEXT    NOT NULL DEFAULT '',
    waits_for        TEXT,               -- why it does not run by itself as the settings are; NULL if it does
    last_day         TEXT,               -- daily ones: the local date of the day it last ran for
    running_since    INTEGER,
    last_started_at  INTEGER,
    last_ended_at    INTEGER,
    duration_ms      INTEGER,
    outcome          TEXT    CHECK (outcome IN ('ok', 'failed')),
    said             TEXT,               -- the run's own sentence
    next_run_at      INTEGER,
    run_requested_at INTEGER             -- somebody wants a run now
) WITHOUT ROWID;

INSERT INTO schedule (name, last_day) SELECT name, last_day FROM daily_runs;
DROP TABLE daily_runs;
