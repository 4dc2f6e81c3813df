-- Which accounts a row of the audit trail stands for, where it is about many, as an import is: ranges of ids. They go
-- with their row.
CREATE TABLE audit_accounts (
    id       INTEGER PRIMARY KEY,
    audit_id INTEGER NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    first_id INTEGER NOT NULL,
    last_id  INTEGER NOT NULL,
    emails   TEXT,  -- of an import: as they were then, one a line; for a search by name
    UNIQUE (audit_id, first_id)
);
CREATE INDEX audit_accounts_ids ON audit_accounts (last_id, first_id, audit_id);

-- Standard terms for the last columns with words of their own. Workers and a scheduler of the version before use the
-- former ones until they have ended, so each follows the other; the next version drops said, finding, sentence, and the
-- triggers.
ALTER TABLE schedule RENAME COLUMN said TO summary;
ALTER TABLE schedule ADD COLUMN said TEXT;
UPDATE schedule SET said = summary;
CREATE TRIGGER schedule_insert_said AFTER INSERT ON schedule WHEN NEW.said IS NOT NEW.summary
BEGIN
    UPDATE schedule SET summary = coalesce(NEW.summary, NEW.said), said = coalesce(NEW.summary, NEW.said)
        WHERE name = NEW.name;
END;
CREATE TRIGGER schedule_update_summary AFTER UPDATE OF summary ON schedule WHEN NEW.said IS NOT NEW.summary
BEGIN
    UPDATE schedule SET said = NEW.summary WHERE name = NEW.name;
END;
CREATE TRIGGER schedule_update_said AFTER UPDATE OF said ON schedule WHEN NEW.said IS NOT NEW.summary
BEGIN
    UPDATE schedule SET summary = NEW.said WHERE name = NEW.name;
END;

ALTER TABLE upstream_facts RENAME COLUMN finding TO diagnosis;
ALTER TABLE upstream_facts RENAME COLUMN sentence TO message;
ALTER TABLE upstream_facts ADD COLUMN finding TEXT;
ALTER TABLE upstream_facts ADD COLUMN sentence TEXT;
UPDATE upstream_facts SET finding = diagnosis, sentence = message;
CREATE TRIGGER upstream_facts_update_message AFTER UPDATE OF diagnosis, message ON upstream_facts
    WHEN NEW.finding IS NOT NEW.diagnosis OR NEW.sentence IS NOT NEW.message
BEGIN
    UPDATE upstream_facts SET finding = NEW.diagnosis, sentence = NEW.message;
END;
CREATE TRIGGER upstream_facts_update_sentence AFTER UPDATE OF finding, sentence ON upstream_facts
    WHEN NEW.finding IS NOT NEW.diagnosis OR NEW.sentence IS NOT NEW.message
BEGIN
    UPDATE upstream_facts SET diagnosis = NEW.finding, message = NEW.sentence;
END;
