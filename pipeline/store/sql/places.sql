-- Calls are counted by time alone; the first contact itself is in neither window, nor is a call of the same second.
-- Whether the windows are complete is said last (windows.sql): it depends on the newest calls of the agency.
WITH first_contact AS (
    SELECT agency, place_key, min(struct_pack(at := received_at, incident := incident)) AS first
    FROM {calls} WHERE place_key IS NOT NULL AND (co_response OR has_encounter) GROUP BY agency, place_key
), contact AS (
    SELECT agency, place_key, first.at AS first_contact_at, first.incident AS incident FROM first_contact
), counted AS (
    SELECT p.agency, p.place_key,
        count(*) FILTER (c.received_at < p.first_contact_at
            AND c.received_at >= p.first_contact_at - INTERVAL {days} DAY) AS calls_before,
        count(*) FILTER (c.received_at > p.first_contact_at
            AND c.received_at <= p.first_contact_at + INTERVAL {days} DAY) AS calls_after
    FROM warehouse.calls c JOIN contact p USING (agency, place_key) GROUP BY ALL
)
SELECT p.agency, p.place_key, p.first_contact_at, p.incident, n.calls_before, n.calls_after,
    false AS windows_complete,
    f."extract", f.source_row, f.source_rows, f.sheet, f.extract_sha256
FROM contact p
JOIN counted n USING (agency, place_key)
JOIN warehouse.calls f ON f.agency = p.agency AND f.incident = p.incident
ORDER BY p.agency, p.first_contact_at, p.incident
