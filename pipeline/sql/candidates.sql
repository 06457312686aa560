-- the likeliest call of each log entry of the period that has none
SELECT agency, extract, source_row, incident, call_incident, minutes_apart
FROM link_candidates
WHERE rank = 1 AND started_at >= ? AND started_at < ?
ORDER BY agency, started_at, encounter
