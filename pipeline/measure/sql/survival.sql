-- Kaplan–Meier: minutes to the event, cut at the limit and at the end of the data.
WITH leaving AS (
    SELECT *,
        coalesce(m_event <= {limit}, false) AS m_happened,
        CASE WHEN m_event <= {limit} THEN m_event ELSE least(m_rest, {limit}) END AS m_minutes
    FROM measure_followed
), counted AS (
    SELECT {keys}, GROUPING({keys}) AS m_set, m_minutes, count(*) AS leaving, count(*) FILTER (m_happened) AS events
    FROM leaving JOIN measure_days USING (m_day)
    GROUP BY GROUPING SETS ({sets})
), risk AS (
    SELECT *, sum(leaving) OVER (PARTITION BY m_set, {keys} ORDER BY m_minutes DESC) AS at_risk FROM counted
)
SELECT {keys}, m_set, sum(leaving) AS d, sum(events) AS n,
    coalesce(list_product(list(1 - events / at_risk ORDER BY m_minutes) FILTER (events > 0)), 1) AS s,
    coalesce(list_sum(list(events / (at_risk * (at_risk - events)) ORDER BY m_minutes)
        FILTER (events > 0 AND at_risk > events)), 0) AS greenwood
FROM risk
GROUP BY m_set, {keys}
