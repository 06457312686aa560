-- violations of the warehouse, summed up: one row a rule, with the message of its first row as an example
SELECT
    agency, "table", "column", rule, severity,
    count(*) AS rows,
    min_by(message, (extract, source_row)) AS message
FROM violations
GROUP BY ALL
ORDER BY rows DESC, agency, "table", "column", rule
