INSERT INTO added
SELECT file, source_row, sheet, agency, '{rule}', shown(encounter)
FROM accepted_referrals ANTI JOIN accepted_encounters USING (agency, encounter)
