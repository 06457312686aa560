-- Minutes from each index row to the person's next event and to the end of the data, as far as anybody asks. The exact
-- reckoning through clock changes is slow, so plain differences leave out what is far away (a clock jumps two hours at most).
CREATE OR REPLACE TEMP TABLE measure_followed AS
SELECT b.m_day, b.agency{groups},
    CASE WHEN n.m_at <= b.m_at + INTERVAL ({longest} + 120) MINUTE THEN elapsed_minutes(b.m_at, n.m_at) END AS m_event,
    CASE WHEN b.m_at + INTERVAL ({longest} + 120) MINUTE < TIMESTAMP '{data_end}' THEN {longest}
        ELSE coalesce(elapsed_minutes(b.m_at, TIMESTAMP '{data_end}'), 0) END AS m_rest
FROM (SELECT * FROM measure_base WHERE {used}) b
ASOF LEFT JOIN (SELECT {event_person} AS m_who, m_at FROM measure_events WHERE {event}) n
    ON b.{person} = n.m_who AND b.m_at < n.m_at
