SELECT a.*,
    {elapsed}(a.received_at, a.arrived_at) AS response_minutes,
    {elapsed}(a.dispatched_at, a.arrived_at) AS dispatch_minutes,
    {elapsed}(a.arrived_at, a.cleared_at) AS on_scene_minutes,
    n.incident IS NOT NULL AS has_encounter
FROM {accepted} a LEFT JOIN named n ON n.agency = a.agency AND n.incident = a.incident
