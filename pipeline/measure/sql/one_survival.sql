, events AS (
    SELECT "person_key" AS who, "{time}" AS event_at FROM {relation}
    WHERE ({event}) AND "person_key" IS NOT NULL
), followed AS (  -- minutes to the person's next event, and to the end of the data
    SELECT c.*,
        elapsed_minutes(c."{time}", e.event_at) AS event_minutes,
        coalesce(elapsed_minutes(c."{time}", TIMESTAMP '{data_end}'), 0) AS rest_minutes
    FROM candidates c ASOF LEFT JOIN events e ON c."person_key" = e.who AND c."{time}" < e.event_at
    WHERE {used}
), counted AS (
    SELECT *,
        coalesce(event_minutes <= {limit}, false) AS happened,
        CASE WHEN event_minutes <= {limit} THEN event_minutes ELSE least(rest_minutes, {limit}) END AS minutes_seen
    FROM followed
)
