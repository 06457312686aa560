-- Calls are counted by time alone; the first contact itself is in neither window, nor is a call of the same second.
WITH first_contact AS (
    SELECT agency, place_key, min(struct_pack(at := received_at, incident := incident)) AS first
    FROM warehouse.calls WHERE place_key IS NOT NULL AND (co_response OR has_encounter) GROUP BY agency, place_key
), contact AS (
    SELECT agency, place_key, first.at AS first_contact_at, first.incident AS incident FROM first_contact
), reach AS (
    SELECT agency, min(day) AS first_day, max(day) AS last_day
    FROM warehouse.days
    WHERE "table" = 'calls' AND dated > 0 AND day <= current_date  -- a mistyped 2032 completes no window
    GROUP BY agency
), counted AS (
    SELECT p.agency, p.place_key,
        count(*) FILTER (c.received_at < p.first_contact_at
            AND c.received_at >= p.first_contact_at - INTERVAL {days} DAY) AS calls_before,
        count(*) FILTER (c.received_at > p.first_contact_at
            AND c.received_at <= p.first_contact_at + INTERVAL {days} DAY) AS calls_after
    FROM warehouse.calls c JOIN contact p USING (agency, place_key) GROUP BY ALL
)
SELECT p.agency, p.place_key, p.first_contact_at, p.incident, n.calls_before, n.calls_after,
    coalesce(p.first_contact_at::DATE - {days} >= r.first_day AND p.first_contact_at::DATE + {days} <= r.last_day, false)
        AS windows_complete,
    f."extract", f.source_row, f.source_rows, f.sheet, f.extract_sha256
FROM contact p
JOIN counted n USING (agency, place_key)
JOIN warehouse.calls f ON f.agency = p.agency AND f.incident = p.incident
LEFT JOIN reach r ON r.agency = p.agency
ORDER BY p.agency, p.first_contact_at, p.incident
