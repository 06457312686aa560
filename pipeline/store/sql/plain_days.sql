INSERT INTO warehouse.days
SELECT '{table}', agency, "{time}" AS day, count(*), count(*), count(*)
FROM warehouse.{table} GROUP BY agency, day ORDER BY agency, day
