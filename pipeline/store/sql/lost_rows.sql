-- Superseded rows of each extract, where every row of the extract stands behind one row only.
SELECT {files}[p.file_index::BIGINT + 1] AS file, sum(len(p.source_rows))::BIGINT
FROM {rows} p SEMI JOIN superseded s ON s.file = {files}[p.file_index::BIGINT + 1] AND s.row = p.file_row_number
GROUP BY ALL ORDER BY ALL
