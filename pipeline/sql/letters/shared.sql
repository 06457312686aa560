-- an agency's rows that wait in extracts of the whole program, by extract
WITH named AS (
    SELECT DISTINCT "extract", "table", sheet, source_row FROM violations WHERE agency = $agency AND severity = 'error'
)
SELECT q."extract", count(*) AS rows
FROM quarantine q
WHERE q.agency IS NULL AND EXISTS (
    FROM named m WHERE m."extract" = q."extract" AND m."table" = q."table" AND m.source_row = q.source_row
        AND m.sheet IS NOT DISTINCT FROM q.sheet
)
GROUP BY ALL
ORDER BY ALL
