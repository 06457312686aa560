-- every broken rule of an agency's rows: newest extract first, errors before warnings
WITH newest AS (SELECT "extract", max(place) AS place FROM receipts GROUP BY ALL)
SELECT v."table", v."extract", v.sheet, v.source_row, v."column", v.value, v.rule, v.severity, v.message
FROM violations v JOIN newest n USING ("extract")
WHERE v.agency = $agency
ORDER BY v.severity, n.place DESC, coalesce(v.sheet, ''), v.source_row, v."table", v."column", v.rule
LIMIT $most
