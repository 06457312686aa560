-- Rows of each day: `clean` have no warning at all, `dated` none on the time that puts them into a period. The warning
-- about received_at after the period asked for is left out: it depends on what was asked, not on the row.
INSERT INTO warehouse.days
WITH doubt AS (
    SELECT DISTINCT "extract", sheet, source_row, "column" = '{time}' AS timely
    FROM warehouse.violations WHERE severity = 'warning' AND "table" = '{table}' AND rule <> '{later}'
), suspect AS (
    SELECT agency, {key} AS key, "extract", sheet, unnest(source_rows) AS source_row
    FROM {rows} SEMI JOIN doubt USING ("extract")
), warned AS (
    SELECT s.agency, s.key, bool_or(coalesce(d.timely, false)) AS timely
    FROM suspect s JOIN doubt d
        ON d."extract" = s."extract" AND d.source_row = s.source_row AND d.sheet IS NOT DISTINCT FROM s.sheet
    GROUP BY ALL
)
SELECT '{table}', r.agency, r.{time}::DATE AS day, count(*), count(*) FILTER (w.timely IS NULL),
    count(*) FILTER (NOT coalesce(w.timely, false))
FROM {rows} r LEFT JOIN warned w ON w.agency = r.agency AND w.key = r.{key}
GROUP BY r.agency, day ORDER BY r.agency, day
