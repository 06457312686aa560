-- an agency's rows in extracts of the whole program: how many are used, and how many wait
WITH named AS (
    SELECT DISTINCT "extract", "table", sheet, source_row FROM violations WHERE agency = $agency AND severity = 'error'
), used AS (
    SELECT "extract", sheet, unnest(source_rows) AS row FROM calls WHERE agency = $agency AND list_contains($shared, "extract")
    UNION
    SELECT "extract", sheet, unnest(source_rows) FROM encounters WHERE agency = $agency AND list_contains($shared, "extract")
    UNION
    SELECT "extract", sheet, unnest(source_rows) FROM referrals WHERE agency = $agency AND list_contains($shared, "extract")
    UNION
    SELECT "extract", sheet, unnest(source_rows) FROM shifts WHERE agency = $agency AND list_contains($shared, "extract")
    UNION
    SELECT "extract", sheet, unnest(source_rows) FROM trainings WHERE agency = $agency AND list_contains($shared, "extract")
), counted AS (
    SELECT "extract", 1 AS used, 0 AS waits FROM used
    UNION ALL
    SELECT q."extract", 0, 1
    FROM quarantine q
    WHERE q.agency IS NULL AND EXISTS (
        FROM named m WHERE m."extract" = q."extract" AND m."table" = q."table" AND m.source_row = q.source_row
            AND m.sheet IS NOT DISTINCT FROM q.sheet
    )
)
SELECT "extract", sum(used) AS used, sum(waits) AS waits
FROM counted
GROUP BY ALL
ORDER BY ALL
