-- What is said of jobs, timed jobs, accounts and the upstream is kept as a code and what its text fills in:
-- {"code": "job.some_failed", "params": {"failed": 1, …}}. What an earlier version wrote keeps its words. A worker of
-- the version before shows the JSON as it stands until it is replaced.

UPDATE jobs SET note = json_object('code', 'words.legacy', 'params', json_object('text', note))
    WHERE note IS NOT NULL;
UPDATE jobs SET error = json_object('code', 'words.legacy', 'params', json_object('text', error))
    WHERE error IS NOT NULL;
UPDATE job_items SET result = json_object('code', 'words.legacy', 'params', json_object('text', result))
    WHERE result IS NOT NULL;
UPDATE job_items SET error = json_object('code', 'words.legacy', 'params', json_object('text', error))
    WHERE error IS NOT NULL;

-- The next scheduler writes when_text and waits_for anew as it starts, and upstream_facts.sentence as soon as it asks.
UPDATE schedule SET said = CASE WHEN said <> '' THEN
    json_object('code', 'words.legacy', 'params', json_object('text', said)) END WHERE said IS NOT NULL;

-- Accounts stay banned for hours, so their causes become what the programs say by now.
UPDATE accounts SET status_note = CASE
    WHEN status_note = 'the upstream answered 429'
        THEN json_object('code', 'account.rate_limited', 'params', json_object())
    WHEN status_note = 'the upstream answered 500'
        THEN json_object('code', 'account.server_error', 'params', json_object())
    WHEN status_note = 'the upstream''s gateway gave up waiting (524)'
        THEN json_object('code', 'account.gateway_gave_up', 'params', json_object())
    WHEN status_note = 'three generations in a row failed'
        THEN json_object('code', 'account.generation_failed', 'params', json_object())
    WHEN status_note = 'its own proxy does not work'
        THEN json_object('code', 'account.account_proxy', 'params', json_object())
    WHEN status_note = 'the upstream says that the session is no longer valid'
        THEN json_object('code', 'account.session_expired', 'params', json_object())
    WHEN status_note = 'banned by an administrator'
        THEN json_object('code', 'account.administrator', 'params', json_object())
    WHEN status_note = 'its stored session or proxy is damaged'
        THEN json_object('code', 'account.damaged', 'params', json_object())
    WHEN status_note = 'two checks, an hour or more apart, found the session no longer live'
        THEN json_object('code', 'account.found_dead', 'params', json_object())
    WHEN status_note LIKE 'its refresh failed: %' THEN
        json_object('code', 'account.refresh_failed', 'params', json_object('reason',
            json_object('code', 'words.legacy', 'params', json_object('text', substr(status_note, 21)))))
    WHEN status_note LIKE '% refreshes failed in a row, so it waits until somebody asks; the last one: %' THEN
        json_object('code', 'account.refreshes_given_up', 'params',
            json_object('failures', CAST(status_note AS INTEGER), 'reason',
                json_object('code', 'words.legacy', 'params', json_object('text',
                    substr(status_note, instr(status_note, '; the last one: ') + 16)))))
    ELSE json_object('code', 'words.legacy', 'params', json_object('text', status_note)) END
    WHERE status_note <> '';
UPDATE accounts SET status_note = NULL WHERE status_note = '';

-- How many accounts a job of many was for is a number, as it is elsewhere in the audit trail.
UPDATE audit SET new_fields =
    json_set(new_fields, '$.accounts', CAST(json_extract(new_fields, '$.accounts') AS INTEGER))
    WHERE subject_kind = 'job' AND json_valid(new_fields) AND json_extract(new_fields, '$.accounts') LIKE '% accounts';
