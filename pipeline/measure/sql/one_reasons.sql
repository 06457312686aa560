-- What became of every row of the relation for one figure.
WITH judged AS (
    SELECT {columns}
    FROM {relation}{agency}
), ranked AS (
    SELECT *, "{time}" >= TIMESTAMP '{since}' AND "{time}" < TIMESTAMP '{until}' AS m_inside, {place} AS m_place FROM judged
)
SELECT CASE
    WHEN "{time}" IS NULL THEN 'no_time'
    WHEN NOT m_inside THEN 'outside_period'
    {cases}
    ELSE 'counted' END AS reason, count(*)
FROM ranked GROUP BY reason
