-- Rows of each agency and month, with the sums of the digests of their keys and of what stands in them; without calls, which
-- are many (call_months.sql).
INSERT INTO warehouse.row_months
WITH rows AS (
    SELECT 'encounters' AS "table", agency, started_at::DATE AS day, encounter AS key, to_json(t)::VARCHAR AS content
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM {encounters}) AS t
    UNION ALL
    SELECT 'referrals', agency, started_at::DATE, encounter || '|' || service, to_json(t)::VARCHAR
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM {referrals}) AS t
    UNION ALL
    SELECT 'shifts', agency, date, coalesce(team, '') || '|' || category, to_json(t)::VARCHAR
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM warehouse.shifts) AS t
    UNION ALL
    SELECT 'trainings', agency, held_on, course, to_json(t)::VARCHAR
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM warehouse.trainings) AS t
)
SELECT "table", agency, date_trunc('month', day)::DATE AS month, count(*) AS rows,
    sum(md5_number_lower(key)::HUGEINT) AS keys, sum(md5_number_lower(content)::HUGEINT) AS contents
FROM rows
WHERE day IS NOT NULL
GROUP BY ALL
ORDER BY ALL
