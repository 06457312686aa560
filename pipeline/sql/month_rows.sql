-- the rows of every table by agency and month: how many, which keys, and what stands in them. Two editions are compared by it
WITH rows AS (
    -- calls are many: texts are joined, which costs half of what JSON does, and nothing derived is among them
    SELECT 'calls' AS "table", agency, received_at::DATE AS day, incident AS key, concat_ws(chr(31), {call_cells}) AS content
    FROM calls
    UNION ALL
    SELECT 'encounters', agency, started_at::DATE, encounter, to_json(t)::VARCHAR
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
)
SELECT "table", agency, strftime(day, '%Y-%m') AS month, count(*) AS rows,
    printf('%x', sum(md5_number_lower(key)::HUGEINT) % 18446744073709551615::HUGEINT) AS keys,
    printf('%x', sum(md5_number_lower(content)::HUGEINT) % 18446744073709551615::HUGEINT) AS contents
FROM rows
WHERE day IS NOT NULL
GROUP BY ALL
ORDER BY ALL
