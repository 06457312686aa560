-- the first rows of each of these groups, in the newest extract that has any
WITH newest AS (SELECT "extract", max(place) AS place FROM receipts GROUP BY ALL)
SELECT v."table", v."column", v.rule, v."extract", v.sheet, v.source_row
FROM violations v JOIN newest n USING ("extract")
WHERE v.agency = $agency
QUALIFY row_number() OVER (
    PARTITION BY v."table", v."column", v.rule ORDER BY n.place DESC, coalesce(v.sheet, ''), v.source_row
) <= $most
ORDER BY v."table", v."column", v.rule, n.place DESC, coalesce(v.sheet, ''), v.source_row
