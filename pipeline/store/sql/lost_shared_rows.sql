-- Rows of each extract of which nothing is left, where a row (a wide one) may stand behind several rows.
WITH parts AS (
    SELECT {files}[p.file_index::BIGINT + 1] AS file, p.sheet, unnest(p.source_rows) AS source_row, s.row IS NOT NULL AS lost
    FROM {rows} p LEFT JOIN superseded s ON s.file = {files}[p.file_index::BIGINT + 1] AND s.row = p.file_row_number
), rows AS (
    SELECT file, sheet, source_row, bool_and(lost) AS lost FROM parts GROUP BY ALL
)
SELECT file, count(*) FROM rows WHERE lost GROUP BY file ORDER BY file
