-- What statements need that PostgreSQL understands as well.

-- Models, and the names of each, in the order in which they were added: it was that of the rows in the file. Workers of
-- the version before give no position until they have ended; the next version drops the triggers.
ALTER TABLE models ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_names ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE models SET position = rowid;
UPDATE model_names SET position = rowid;
CREATE TRIGGER models_insert_position AFTER INSERT ON models WHEN NEW.position = 0
BEGIN
    UPDATE models SET position = (SELECT max(position) + 1 FROM models) WHERE id = NEW.id;
END;
CREATE TRIGGER model_names_insert_position AFTER INSERT ON model_names WHEN NEW.position = 0
BEGIN
    UPDATE model_names SET position = (SELECT max(position) + 1 FROM model_names) WHERE name = NEW.name;
END;

-- E-mail addresses are found in whatever case they are written, by an expression instead of SQLite's own collation.
DROP INDEX accounts_email;
CREATE INDEX accounts_email ON accounts (lower(email)) WHERE deleted_at IS NULL;
