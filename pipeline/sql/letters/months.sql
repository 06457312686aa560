-- what a month of an agency's data comes to
SELECT
    (SELECT count(*) FROM calls WHERE agency = $agency AND received_at >= $since AND received_at < $until) AS calls,
    count(*) FILTER (subject = 'team_call') AS team_calls,
    count(*) FILTER (subject = 'team_call' AND matched) AS team_calls_logged,
    (SELECT count(*) FROM encounters WHERE agency = $agency AND started_at >= $since AND started_at < $until)
        AS encounters,
    count(*) FILTER (subject = 'log_entry') AS log_entries,
    count(*) FILTER (subject = 'log_entry' AND NOT matched) AS log_entries_without_call
FROM reconciliation
WHERE agency = $agency AND happened_at >= $since AND happened_at < $until
