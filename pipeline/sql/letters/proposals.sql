-- log entries without a call, each with the likeliest one, newest first
SELECT "extract", sheet, source_row, incident, started_at, team, call_incident, call_received_at, minutes_apart, same_team,
    candidates
FROM link_candidates
WHERE agency = $agency AND rank = 1
ORDER BY started_at DESC, encounter
LIMIT $most
