SELECT a.* FROM accepted_shifts a
ORDER BY a."date", a.agency, a.team, a.category, a."extract", a.sheet, a.source_row, a.minutes
