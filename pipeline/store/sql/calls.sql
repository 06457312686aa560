SELECT a.*,
    elapsed_minutes(a.received_at, a.arrived_at) AS response_minutes,
    elapsed_minutes(a.dispatched_at, a.arrived_at) AS dispatch_minutes,
    elapsed_minutes(a.arrived_at, a.cleared_at) AS on_scene_minutes,
    n.incident IS NOT NULL AS has_encounter
FROM accepted_calls a LEFT JOIN named n ON n.agency = a.agency AND n.incident = a.incident
ORDER BY a.received_at, a.agency, a.incident
