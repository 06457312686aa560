-- A place's windows are complete when the calls of its agency reach so far back, and so far on.
UPDATE warehouse.places p SET windows_complete = reached.complete
FROM (
    SELECT q.agency, q.place_key,
        coalesce(q.first_contact_at::DATE - {days} >= r.first_day AND q.first_contact_at::DATE + {days} <= r.last_day, false)
            AS complete
    FROM warehouse.places q LEFT JOIN (
        SELECT agency, min(day) AS first_day, max(day) AS last_day
        FROM warehouse.days
        WHERE "table" = 'calls' AND dated > 0 AND day <= current_date  -- a mistyped 2032 completes no window
        GROUP BY agency
    ) r USING (agency)
) reached
WHERE p.agency = reached.agency AND p.place_key = reached.place_key AND p.windows_complete <> reached.complete
