-- Months of touched rows, as they were and as they are: what is said of a month is said anew.
CREATE OR REPLACE TEMP TABLE touched_months AS
SELECT agency, date_trunc('month', day)::DATE AS month FROM touched_days
UNION SELECT agency, date_trunc('month', received_at)::DATE FROM touched_calls;
DELETE FROM warehouse.row_months r USING touched_months t
WHERE r."table" IN ('encounters', 'referrals') AND r.agency = t.agency AND r.month = t.month;
DELETE FROM warehouse.row_months WHERE "table" IN ('shifts', 'trainings');
DELETE FROM warehouse.protected_months r USING touched_months t WHERE r.agency = t.agency AND r.month = t.month;
