-- the rows of every table by agency and month: how many, which keys, and what stands in them. Two editions are compared by it
WITH sums AS (
    SELECT "table", agency, month, rows, keys, contents
    FROM row_months
    UNION ALL
    SELECT 'calls', agency, month, sum(rows)::BIGINT, sum(keys), sum(contents)
    FROM call_months
    WHERE rows > 0
    GROUP BY ALL
)
SELECT "table", agency, strftime(month, '%Y-%m') AS month, rows,
    printf('%x', keys % 18446744073709551615::HUGEINT) AS keys,
    printf('%x', contents % 18446744073709551615::HUGEINT) AS contents
FROM sums
ORDER BY ALL
