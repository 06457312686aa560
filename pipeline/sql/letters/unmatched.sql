-- what CAD and log do not agree on, newest first; units tell a team which of its calls it is
SELECT r."extract", r.sheet, r.source_row, r.subject, r.happened_at, r.incident,
    CASE WHEN r.subject = 'log_entry' THEN r.team ELSE array_to_string(c.units, ', ') END AS units,
    r.disposition, r.arrested
FROM reconciliation r LEFT JOIN calls c ON c.agency = r.agency AND c.incident = r.incident AND r.subject <> 'log_entry'
WHERE r.agency = $agency AND NOT r.matched
ORDER BY r.happened_at DESC, r.subject, r.incident, r.encounter
LIMIT $most
