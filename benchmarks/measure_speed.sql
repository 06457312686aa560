SELECT setseed(0.5);
CREATE TABLE made_calls AS
SELECT 'agency-' || (i % {agencies}) AS agency, 'I' || i AS incident,
    DATE '{began}' + CAST((i * 3652.0 * 86400 / {calls}) AS BIGINT) * INTERVAL 1 SECOND AS received_at,
    random() < 0.1 AS behavioral_health, CASE WHEN random() < 0.95 THEN i % 12 = 0 END AS co_response,
    CASE WHEN random() < 0.9 THEN random() * 30 END AS response_minutes,
    CASE WHEN random() < 0.9 THEN random() * 20 END AS dispatch_minutes,
    CASE WHEN random() < 0.9 THEN random() * 90 END AS on_scene_minutes,
    CASE WHEN random() < 0.02 THEN 'arrest' ELSE 'report' END AS disposition, i % 12 = 0 AS has_encounter,
    'calls.csv' AS extract, i AS source_row
FROM range({calls}) r(i);
CREATE TABLE made_encounters AS
SELECT 'agency-' || (i % {agencies}) AS agency, 'E' || i AS encounter,
    CASE WHEN random() < 0.9 THEN 'I' || (i * 10) END AS incident,
    CASE WHEN random() < 0.8 THEN 'call' ELSE 'follow_up' END AS kind,
    DATE '{began}' + CAST((i * 3652.0 * 86400 / {encounters}) AS BIGINT) * INTERVAL 1 SECOND AS started_at,
    CASE WHEN random() < 0.97 THEN md5(CAST(CAST(random() * {encounters} / 3 AS BIGINT) AS VARCHAR)) END AS person_key,
    ['female', 'male', 'nonbinary', 'other', 'unknown', NULL][1 + CAST(floor(random() * 6) AS INT)] AS gender,
    ['asian', 'black', 'hispanic', 'white', 'unknown', NULL][1 + CAST(floor(random() * 6) AS INT)] AS race_ethnicity,
    ['0-17', '18-24', '25-34', '35-44', '65+', 'unknown'][1 + CAST(floor(random() * 6) AS INT)] AS age_band,
    random() < 0.1 AS veteran, random() < 0.1 AS unhoused, random() < 0.2 AS arrest_likely, random() < 0.03 AS arrested,
    ['resolved_on_scene', 'referred', 'involuntary_hold', NULL][1 + CAST(floor(random() * 4) AS INT)] AS resolution,
    ['none', 'hospital', 'home', NULL][1 + CAST(floor(random() * 4) AS INT)] AS transported_to,
    random() < 0.9 AS deescalated, CASE WHEN random() < 0.3 THEN random() < 0.8 END AS stable,
    random() < 0.002 AS force_used, random() < 0.002 AS injury, random() < 0.3 AS backup_released,
    'log.csv' AS extract, i AS source_row
FROM range({encounters}) r(i);
CREATE TABLE made_referrals AS
SELECT agency, encounter, 'housing' AS service, started_at, person_key, kind, random() < 0.7 AS accepted,
    CASE WHEN random() < 0.5 THEN CAST(started_at AS DATE) + 5 END AS connected_on,
    CAST(random() * 30 AS INT) AS days_to_connection, 'log.csv' AS extract, source_row
FROM made_encounters WHERE random() < 0.3;
CREATE TABLE made_shifts AS
SELECT agency, team, day AS date, category, 240 AS minutes, 'shifts.csv' AS extract, 1 AS source_row
FROM (SELECT DISTINCT agency FROM made_encounters), (SELECT 'CR' || i AS team FROM range(2) t(i)),
    (SELECT unnest(['direct', 'travel']) AS category),
    (SELECT DATE '{began}' + CAST(i AS INT) AS day FROM range(3652) d(i));
CREATE TABLE made_trainings AS SELECT 'agency-0' AS agency, DATE '{began}' AS held_on, 'cit_40h' AS course, 10 AS trained;
CREATE TABLE made_encounters_linked AS
SELECT e.*, c.disposition AS call_disposition, 0 AS referral_count
FROM made_encounters e LEFT JOIN made_calls c USING (agency, incident);
CREATE TABLE made_places AS
SELECT agency, incident AS place_key, received_at AS first_contact_at, 3 AS calls_before, 2 AS calls_after,
    true AS windows_complete, extract, source_row
FROM made_calls WHERE random() < 0.02;
CREATE TABLE made_reconciliation AS
SELECT agency, 'team_call' AS subject, random() < 0.9 AS matched, received_at AS at, incident, extract, source_row
FROM made_calls WHERE co_response;
CREATE TABLE made_link_candidates AS SELECT 'agency-0' AS agency;
CREATE TABLE days AS
SELECT 'encounters' AS "table", agency, CAST(started_at AS DATE) AS day, count(*) AS rows, count(*) AS clean,
    count(*) AS dated
FROM made_encounters GROUP BY ALL
