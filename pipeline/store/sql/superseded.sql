-- Rows whose key stands also in an extract that sorts later (step 4 of the receipt). The last extract has it whole.
INSERT INTO superseded
WITH placed AS (
    SELECT {files}[p.file_index::BIGINT + 1] AS file, p.file_row_number AS row, {keys} FROM {rows} p
), last AS (
    SELECT {names}, max(file) AS file FROM placed GROUP BY ALL HAVING min(file) < max(file)
)
SELECT p.file, p.row FROM placed p JOIN last USING ({names}) WHERE p.file < last.file
