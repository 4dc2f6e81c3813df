-- What each account was used for on days that are over, by the local date on which the day's counts began. Deleted
-- accounts keep their rows as long as they can be brought back. Read for one account day by day.
CREATE TABLE usage_days (
    day        TEXT    NOT NULL,
    account_id INTEGER NOT NULL,
    model      TEXT    NOT NULL,
    calls      INTEGER NOT NULL,
    PRIMARY KEY (day, account_id, model)
) WITHOUT ROWID;

-- Accounts that a job is yet to be given items for, a JSON list; jobs.scope_cursor is the place in it.
ALTER TABLE jobs ADD COLUMN account_list TEXT;
