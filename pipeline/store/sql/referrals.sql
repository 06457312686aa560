-- A referral of a split cell follows its encounter: superseded with it. When the program also hands over an extract of
-- referrals, the same service of the same encounter stands there with its outcome and is not counted twice.
WITH split AS (
    SELECT r.* FROM {split_referrals} r
    SEMI JOIN {encounters} e USING (agency, encounter, "extract")
    ANTI JOIN {accepted_referrals} a USING (agency, encounter, service)
), both_kinds AS (
    FROM {accepted_referrals} UNION ALL BY NAME FROM split
)
SELECT r.*, e.started_at, e.person_key, e.incident, e.team, e.kind, e.gender, e.race_ethnicity, e.age_band, e.veteran,
    e.unhoused,
    CASE WHEN r.connected_on >= coalesce(r.referred_on, e.started_at::DATE)
        THEN date_diff('day', coalesce(r.referred_on, e.started_at::DATE), r.connected_on) END AS days_to_connection
FROM both_kinds r LEFT JOIN {encounters} e USING (agency, encounter)
ORDER BY r.agency, r.encounter, r.service, r."extract", r.sheet, r.source_row, r.referred_on, r.connected_on, r.accepted
