INSERT INTO added
SELECT file, source_row, sheet, agency, '{rule}', shown(incident)
FROM accepted_encounters ANTI JOIN linked USING (agency, incident) WHERE incident IS NOT NULL
