, times AS (
    SELECT minutes_seen, count(*) AS leaving, count(*) FILTER (happened) AS events FROM counted GROUP BY minutes_seen
), risk AS (
    SELECT *, sum(leaving) OVER (ORDER BY minutes_seen DESC) AS at_risk FROM times
)
SELECT coalesce(sum(events), 0) AS numerator, coalesce(sum(leaving), 0) AS denominator,
    1 - coalesce(list_product(list(1 - events / at_risk ORDER BY minutes_seen) FILTER (events > 0)), 1) AS value,
    (SELECT count(*) FROM candidates WHERE {unknown}) AS unknown
FROM risk
