-- what CAD and log do not agree on, newest first; units tell a team which of its calls it is. Calls are many: the lines are
-- chosen first, and the join is by plain equality (with a condition on one side beside it DuckDB compares all with all)
WITH line AS (
    SELECT *, CASE WHEN subject <> 'log_entry' THEN incident END AS of_call
    FROM reconciliation
    WHERE agency = $agency AND NOT matched
    ORDER BY happened_at DESC, subject, incident, encounter
    LIMIT $most
), call AS (
    SELECT incident, units FROM calls WHERE agency = $agency
)
SELECT r."extract", r.sheet, r.source_row, r.subject, r.happened_at, r.incident,
    CASE WHEN r.subject = 'log_entry' THEN r.team ELSE array_to_string(c.units, ', ') END AS units,
    r.disposition, r.arrested
FROM line r LEFT JOIN call c ON c.incident = r.of_call
ORDER BY r.happened_at DESC, r.subject, r.incident, r.encounter
