-- the values seen most often in each of these groups
SELECT "table", "column", rule, value, count(*) AS rows
FROM violations
WHERE agency = $agency AND value <> $kept
GROUP BY "table", "column", rule, value
QUALIFY row_number() OVER (PARTITION BY "table", "column", rule ORDER BY count(*) DESC, value) <= $most
ORDER BY "table", "column", rule, rows DESC, value
