-- Violations of one extract as JSON objects: those found while it was read (already in order) and those that need
-- several extracts, row by row; of one row those of the extract come first.
SELECT CAST(to_json({violation}) AS VARCHAR)
FROM (
    SELECT *, 0 AS part, row_number() OVER () AS place FROM {stored}
    UNION ALL BY NAME
    SELECT *, 1 AS part, row_number() OVER (ORDER BY rule, value) AS place FROM ({added})
)
ORDER BY sheet IS NULL, sheet, source_row, part, place
