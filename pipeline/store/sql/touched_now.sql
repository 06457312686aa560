-- The touched calls and encounters as they are now, beside what they were; then the days, places and log entries around them.
INSERT INTO touched_calls
SELECT agency, incident, received_at, cleared_at, place_key, co_response, has_encounter
FROM warehouse.calls SEMI JOIN touched_incidents USING (agency, incident);
INSERT INTO touched_days
SELECT DISTINCT 'calls', agency, received_at::DATE FROM touched_calls SEMI JOIN delta_calls USING (agency, incident)
UNION SELECT 'encounters', agency, started_at::DATE
FROM warehouse.encounters SEMI JOIN touched_encounters USING (agency, encounter);
-- a place is another one when the call is a first contact there, or stands in the windows of the one that there is
CREATE OR REPLACE TEMP TABLE touched_places AS
SELECT DISTINCT c.agency, c.place_key
FROM touched_calls c LEFT JOIN warehouse.places p USING (agency, place_key)
WHERE c.place_key IS NOT NULL AND CASE
    WHEN p.place_key IS NULL THEN c.co_response OR c.has_encounter
    ELSE c.received_at <= p.first_contact_at + INTERVAL {days} DAY END;
-- a log entry without a call has the calls of these days before it (as in link_candidates.sql)
CREATE OR REPLACE TEMP TABLE touched_open AS
SELECT DISTINCT agency, unnest(generate_series(
    (received_at - INTERVAL {minutes} MINUTE)::DATE,
    (least(greatest(received_at, coalesce(cleared_at, received_at)), received_at + INTERVAL 7 DAY)
        + INTERVAL {minutes} MINUTE)::DATE,
    INTERVAL 1 DAY))::DATE AS day
FROM touched_calls WHERE co_response;
CREATE OR REPLACE TEMP TABLE touched_loose AS
FROM touched_encounters
UNION SELECT e.agency, e.encounter FROM warehouse.encounters e JOIN touched_open o
    ON o.agency = e.agency AND o.day = e.started_at::DATE;
