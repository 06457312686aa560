-- Warnings that need several extracts, as violations in the order of the extracts and of their rows.
SELECT a.agency, r."table", e.name AS "extract", a.source_row, a.sheet, r."column", a.value, a.rule, r.severity, r.message
FROM added a JOIN load_rules r USING (rule) JOIN extracts e USING (file) WHERE a.file BETWEEN {first} AND {last}
ORDER BY a.file, a.sheet NULLS LAST, a.source_row, a.rule, a.value
