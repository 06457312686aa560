-- an agency's rows in quarantine, newest extract first; of extracts of the whole program those whose row names it
WITH newest AS (SELECT "extract", max(place) AS place FROM receipts GROUP BY ALL),
named AS (
    SELECT DISTINCT "extract", "table", sheet, source_row FROM violations WHERE agency = $agency AND severity = 'error'
)
SELECT q."table", q."extract", q.sheet, q.source_row, q.cells, q.rules
FROM quarantine q JOIN newest n USING ("extract")
WHERE q.agency = $agency OR (q.agency IS NULL AND EXISTS (
    FROM named m WHERE m."extract" = q."extract" AND m."table" = q."table" AND m.source_row = q.source_row
        AND m.sheet IS NOT DISTINCT FROM q.sheet
))
ORDER BY n.place DESC, coalesce(q.sheet, ''), q.source_row, q."table"
