-- Rows of one table that no later extract supersedes, in the order of the extracts and of their rows.
CREATE VIEW accepted_{table} AS
SELECT {columns}, {files}[p.file_index::BIGINT + 1] AS file FROM {rows} p
