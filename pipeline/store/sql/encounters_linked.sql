WITH services AS (
    SELECT agency, encounter, list_sort(list(DISTINCT service)) AS referral_services, count(*) AS referral_count
    FROM {referrals} GROUP BY agency, encounter
), call AS (
    SELECT {call_columns} FROM {calls} WHERE has_encounter
)
SELECT e.*, call.* EXCLUDE (agency, incident), coalesce(s.referral_services, []) AS referral_services,
    coalesce(s.referral_count, 0) AS referral_count
FROM {encounters} e
LEFT JOIN call USING (agency, incident)
LEFT JOIN services s USING (agency, encounter)
ORDER BY e.started_at, e.agency, e.encounter
