SELECT a.* FROM accepted_trainings a
ORDER BY a.held_on, a.agency, a.course, a."extract", a.sheet, a.source_row, a.trained
