SELECT a.* REPLACE (coalesce(a.minutes, elapsed_minutes(a.started_at, a.ended_at)) AS minutes),
    CASE
        WHEN coalesce(year(a.started_at) - a.birth_year NOT BETWEEN 0 AND {oldest}, true) THEN 'unknown'
        WHEN year(a.started_at) - a.birth_year <= 17 THEN '0-17'
        WHEN year(a.started_at) - a.birth_year <= 24 THEN '18-24'
        WHEN year(a.started_at) - a.birth_year <= 34 THEN '25-34'
        WHEN year(a.started_at) - a.birth_year <= 44 THEN '35-44'
        WHEN year(a.started_at) - a.birth_year <= 54 THEN '45-54'
        WHEN year(a.started_at) - a.birth_year <= 64 THEN '55-64'
        ELSE '65+'
    END AS age_band,
    l.incident IS NOT NULL AS has_call
FROM {accepted_encounters} a LEFT JOIN linked l ON l.agency = a.agency AND l.incident = a.incident
ORDER BY a.started_at, a.agency, a.encounter
