-- What the upstreams call the models, and which they have by now.

-- The name that is sent on instead of this one; NULL: this one. A star in it stands for what the one in `name` does.
ALTER TABLE model_names ADD COLUMN send_as TEXT;

-- Neither upstream knows the earlier program's name.
UPDATE model_names SET send_as = 'jimeng-video-3.0' WHERE name = 'video-3.0' AND model_id = 'video-3.0';

-- What an administrator has given a meaning already keeps it.
INSERT INTO models (id, needs_points)
    SELECT column1, 1 FROM (VALUES
        ('jimeng-5.0-lite'),
        ('jimeng-4.7'),
        ('jimeng-2.1'),
        ('jimeng-2.0-pro'),
        ('jimeng-2.0'),
        ('jimeng-1.4'),
        ('jimeng-xl-pro'),
        ('jimeng-video-4.0'),
        ('jimeng-video-4.0-pro'),
        ('jimeng-video-seedance-2.0-vip'),
        ('jimeng-video-seedance-2.0-fast-vip'),
        ('jimeng-video-seedance-2.0-mini'),
        ('jimeng-video-seedance-2.5'),
        ('jimeng')
    ) WHERE column1 NOT IN (SELECT name FROM model_names) AND column1 NOT IN (SELECT id FROM models);
INSERT OR IGNORE INTO model_names (name, model_id, regions, send_as)
    SELECT * FROM (VALUES
        ('jimeng-5.0-lite', 'jimeng-5.0-lite', 31, NULL),
        ('jimeng-4.7', 'jimeng-4.7', 30, NULL),
        ('jimeng-2.1', 'jimeng-2.1', 16, NULL),
        ('jimeng-2.0-pro', 'jimeng-2.0-pro', 16, NULL),
        ('jimeng-2.0', 'jimeng-2.0', 16, NULL),
        ('jimeng-1.4', 'jimeng-1.4', 16, NULL),
        ('jimeng-xl-pro', 'jimeng-xl-pro', 16, NULL),
        ('jimeng-video-4.0', 'jimeng-video-4.0', 16, NULL),
        ('jimeng-video-4.0-pro', 'jimeng-video-4.0-pro', 16, NULL),
        ('jimeng-video-seedance-2.0-vip', 'jimeng-video-seedance-2.0-vip', 16, NULL),
        ('jimeng-video-seedance-2.0-fast-vip', 'jimeng-video-seedance-2.0-fast-vip', 16, NULL),
        ('jimeng-video-seedance-2.0-mini', 'jimeng-video-seedance-2.0-mini', 16, NULL),
        ('jimeng-video-seedance-2.5', 'jimeng-video-seedance-2.5', 16, NULL),
        ('jimeng', 'jimeng', 16, NULL),
        ('seedance-2.0', 'jimeng-video-seedance-2.0', 16, 'jimeng-video-seedance-2.0'),
        ('seedance-2.0-fast', 'jimeng-video-seedance-2.0-fast', 16, 'jimeng-video-seedance-2.0-fast'),
        ('seedance-2.0-vip', 'jimeng-video-seedance-2.0-vip', 16, 'jimeng-video-seedance-2.0-vip'),
        ('seedance-2.0-fast-vip', 'jimeng-video-seedance-2.0-fast-vip', 16, 'jimeng-video-seedance-2.0-fast-vip'),
        ('seedance-2.0-mini', 'jimeng-video-seedance-2.0-mini', 16, 'jimeng-video-seedance-2.0-mini'),
        ('seedance-2.5', 'jimeng-video-seedance-2.5', 16, 'jimeng-video-seedance-2.5'),
        -- Those to come, until they have a row of their own.
        ('jimeng-video-seedance-*', 'jimeng-video-seedance-2.0', 16, NULL),
        ('seedance-*', 'jimeng-video-seedance-2.0', 16, 'jimeng-video-seedance-*')
    ) WHERE column2 IN (SELECT id FROM models);

-- Seconds of silence before a blank is sent to clients of this key; NULL: as KEEP_ALIVE_BLANKS says.
ALTER TABLE api_keys ADD COLUMN keep_alive_blanks INTEGER CHECK (keep_alive_blanks BETWEEN 0 AND 3600);
