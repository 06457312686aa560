-- What the extracts that are new, gone or other touch: keys of calls and encounters whose rows may now be others. More
-- than needed does no harm: what is touched is made anew. Those of extracts that are gone stand in the warehouse; a row that
-- another extract superseded is not missed by anybody.
CREATE OR REPLACE TEMP TABLE delta_calls AS
SELECT agency, incident FROM {added_calls}
UNION SELECT agency, incident FROM warehouse.calls WHERE list_contains({removed}, "extract");
CREATE OR REPLACE TEMP TABLE delta_encounters AS
SELECT agency, encounter FROM {added_encounters}
UNION SELECT agency, encounter FROM {added_referrals}
UNION SELECT agency, encounter FROM warehouse.encounters WHERE list_contains({removed}, "extract")
UNION SELECT agency, encounter FROM warehouse.referrals WHERE list_contains({removed}, "extract");
-- an encounter says of its incident that a log has it, a call of an encounter that CAD has it
CREATE OR REPLACE TEMP TABLE touched_incidents AS
FROM delta_calls
UNION SELECT agency, incident FROM warehouse.encounters SEMI JOIN delta_encounters USING (agency, encounter)
WHERE incident IS NOT NULL
UNION SELECT agency, incident FROM accepted_encounters SEMI JOIN delta_encounters USING (agency, encounter)
WHERE incident IS NOT NULL;
CREATE OR REPLACE TEMP TABLE touched_encounters AS
FROM delta_encounters
UNION SELECT agency, encounter FROM warehouse.encounters SEMI JOIN touched_incidents USING (agency, incident);
-- the touched calls, as they were and (see touched_calls.sql) as they are
CREATE OR REPLACE TEMP TABLE touched_calls AS
SELECT agency, incident, received_at, cleared_at, place_key, co_response, has_encounter
FROM warehouse.calls SEMI JOIN touched_incidents USING (agency, incident);
CREATE OR REPLACE TEMP TABLE touched_days AS
SELECT DISTINCT 'calls' AS "table", agency, received_at::DATE AS day
FROM touched_calls SEMI JOIN delta_calls USING (agency, incident)
UNION SELECT 'encounters', agency, started_at::DATE
FROM warehouse.encounters SEMI JOIN touched_encounters USING (agency, encounter);
