-- how often the rows of some extracts break each rule
SELECT "extract", "table", rule, "column", count(*) AS rows
FROM violations
WHERE agency = $agency AND list_contains($extracts, "extract")
GROUP BY ALL
ORDER BY ALL
