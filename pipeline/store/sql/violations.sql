INSERT INTO warehouse.violations
SELECT a.agency, r."table", extracts.name[a.file + 1], a.source_row, a.sheet, r."column", a.value, a.rule, r.severity,
    r.message
FROM added a
JOIN (VALUES {rules}) r (rule, "table", "column", severity, message) USING (rule)
CROSS JOIN (SELECT {names} AS name) extracts
ORDER BY a.file, a.sheet NULLS FIRST, a.source_row, a.rule, a.value
