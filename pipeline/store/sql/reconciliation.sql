-- Only calls that a team or an encounter selects are looked at, so all calls are read once.
WITH met AS MATERIALIZED (
    SELECT agency, incident, received_at, disposition, co_response, has_encounter, "extract", source_row, source_rows, sheet,
        extract_sha256
    FROM {calls} WHERE co_response OR has_encounter
), entries AS (
    SELECT agency, incident, bool_or(arrested) AS somebody, bool_and(arrested IS NOT NULL) AS all_known,
        min(struct_pack(
            arrest_last := coalesce(NOT arrested, true), started_at := started_at, encounter := encounter, team := team
        )) AS first
    FROM {encounters} WHERE has_call GROUP BY agency, incident
), log AS (
    SELECT agency, incident, CASE WHEN somebody OR all_known THEN somebody END AS arrested, first.encounter AS encounter,
        first.team AS team
    FROM entries
), team_call AS (
    SELECT c.agency, 'team_call' AS subject, c.has_encounter AS matched, c.received_at AS happened_at, c.incident, log.encounter,
        log.team, c.disposition, log.arrested, c."extract", c.source_row, c.source_rows, c.sheet, c.extract_sha256
    FROM met c LEFT JOIN log USING (agency, incident) WHERE c.co_response
), arrest AS (
    SELECT c.agency, 'arrest' AS subject, c.disposition = 'arrest' AND log.arrested AS matched, c.received_at AS happened_at,
        c.incident, log.encounter, log.team, c.disposition, log.arrested, c."extract", c.source_row, c.source_rows,
        c.sheet, c.extract_sha256
    FROM met c JOIN log USING (agency, incident) WHERE c.disposition = 'arrest' OR log.arrested
), log_entry AS (
    SELECT e.agency, 'log_entry' AS subject, e.has_call AS matched, e.started_at AS happened_at, e.incident, e.encounter, e.team,
        c.disposition, e.arrested, e."extract", e.source_row, e.source_rows, e.sheet, e.extract_sha256
    FROM {encounters} e
    LEFT JOIN (FROM met WHERE has_encounter) c USING (agency, incident)
    WHERE e.kind = 'call' AND e.incident IS NOT NULL
)
FROM team_call UNION ALL FROM log_entry UNION ALL FROM arrest
ORDER BY agency, happened_at, incident, subject, encounter
