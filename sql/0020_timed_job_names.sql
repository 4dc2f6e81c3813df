-- Standard terms for two timed jobs. What a scheduler of the version before writes under the former names until it has
-- ended, the next one removes.
UPDATE schedule SET name = 'detect_upstream' WHERE name = 'find_out_upstream';
UPDATE schedule SET name = 'purge_deleted_accounts' WHERE name = 'forget_removed_accounts';
UPDATE audit SET subject_id = 'detect_upstream', subject_name = 'detect_upstream'
    WHERE subject_kind = 'schedule' AND subject_id = 'find_out_upstream';
UPDATE audit SET subject_id = 'purge_deleted_accounts', subject_name = 'purge_deleted_accounts'
    WHERE subject_kind = 'schedule' AND subject_id = 'forget_removed_accounts';
