-- Rows of an extract of which nothing is left: a wide row, or a cell that was split, stands behind several rows.
SELECT file, count(*) FROM (
    SELECT file, sheet, source_row, bool_and(lost) AS lost FROM (
        SELECT {files}[p.file_index::BIGINT + 1] AS file, p.sheet, unnest(p.source_rows) AS source_row, s.row IS NOT NULL AS lost
        FROM {rows} p LEFT JOIN superseded s
            ON s.file = {files}[p.file_index::BIGINT + 1] AND s.row = p.file_row_number
    ) GROUP BY ALL
) WHERE lost GROUP BY file
