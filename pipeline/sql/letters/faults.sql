-- what an agency's rows break: one row a rule and column, with the message of the first row of the newest extract
WITH newest AS (SELECT "extract", max(place) AS place FROM receipts GROUP BY ALL)
SELECT v."table", v."column", v.rule, v.severity, count(*) AS rows, count(DISTINCT v."extract") AS extracts,
    min_by(v.message, (-n.place, coalesce(v.sheet, ''), v.source_row)) AS message,
    count(DISTINCT v.value) FILTER (v.value <> $kept) AS different
FROM violations v JOIN newest n USING ("extract")
WHERE v.agency = $agency
GROUP BY ALL
ORDER BY rows DESC, v."table", v.rule, v."column"
