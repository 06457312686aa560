-- Incidents that an encounter names, and those of them that are calls: a set as small as the logs.
CREATE TABLE named AS
SELECT DISTINCT agency, incident FROM accepted_encounters WHERE incident IS NOT NULL;
CREATE TABLE linked AS
SELECT DISTINCT agency, incident FROM accepted_calls SEMI JOIN named USING (agency, incident);
