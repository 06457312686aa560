-- the rows of every table by agency and month: how many, which keys, and what stands in them. Two editions are compared by it
WITH rows AS (
    SELECT 'encounters' AS "table", agency, started_at::DATE AS day, encounter AS key, to_json(t)::VARCHAR AS content
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM encounters) AS t
    UNION ALL
    SELECT 'referrals', agency, started_at::DATE, encounter || '|' || service, to_json(t)::VARCHAR
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM referrals) AS t
    UNION ALL
    SELECT 'shifts', agency, date, coalesce(team, '') || '|' || category, to_json(t)::VARCHAR
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM shifts) AS t
    UNION ALL
    SELECT 'trainings', agency, held_on, course, to_json(t)::VARCHAR
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM trainings) AS t
), sums AS (
    SELECT "table", agency, date_trunc('month', day)::DATE AS month, count(*) AS rows,
        sum(md5_number_lower(key)::HUGEINT) AS keys, sum(md5_number_lower(content)::HUGEINT) AS contents
    FROM rows
    WHERE day IS NOT NULL
    GROUP BY ALL
    UNION ALL
    -- those of calls, which are many, were summed up when the warehouse was loaded
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
