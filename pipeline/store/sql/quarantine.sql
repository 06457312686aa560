INSERT INTO warehouse.quarantine
SELECT ({agencies})[q.file_index::BIGINT + 1], ({tables})[q.file_index::BIGINT + 1], q."extract", q.source_row, q.sheet, q.cells, q.rules
FROM {rows} q
