-- Rows of one table that no later extract supersedes; `file` is the position of their extract.
SELECT {columns}, {files}[p.file_index::BIGINT + 1] AS file FROM {rows} p
