WITH loose AS (
    FROM {encounters} WHERE NOT has_call AND (incident IS NOT NULL OR kind = 'call')
), team_call AS (
    -- cleared_at may be a slip of years: a call is taken to be open for a week at most
    SELECT *, received_at - INTERVAL {minutes} MINUTE AS opens,
        least(greatest(received_at, coalesce(cleared_at, received_at)), received_at + INTERVAL 7 DAY)
            + INTERVAL {minutes} MINUTE AS closes
    FROM {calls} WHERE co_response
), open_on AS (
    SELECT *, unnest(generate_series(opens::DATE, closes::DATE, INTERVAL 1 DAY))::DATE AS day FROM team_call
), pair AS (
    SELECT e.agency, e.encounter, e.started_at, e.team, e.incident, c.incident AS call_incident,
        c.received_at AS call_received_at, c.cleared_at AS call_cleared_at,
        (epoch_us(e.started_at) - epoch_us(c.received_at)) / 60e6 AS minutes_apart,
        list_contains(list_transform(c.units, lambda unit: upper(trim(unit))), upper(trim(e.team))) AS same_team,
        c.has_encounter AS call_taken, e."extract", e.source_row, e.source_rows, e.sheet, e.extract_sha256
    FROM loose e JOIN open_on c
        ON e.agency = c.agency AND e.started_at::DATE = c.day AND e.started_at BETWEEN c.opens AND c.closes
)
SELECT *, count(*) OVER (PARTITION BY agency, encounter) AS candidates,
    row_number() OVER (
        PARTITION BY agency, encounter
        ORDER BY coalesce(same_team, false) DESC, call_taken, abs(minutes_apart), call_incident
    ) AS rank
FROM pair ORDER BY agency, started_at, encounter, rank
