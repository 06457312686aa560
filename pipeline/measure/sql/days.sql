-- The days of every period, so that a row falls into all periods that hold its day by one join.
CREATE OR REPLACE TEMP TABLE measure_days AS
SELECT period, CAST(unnest(generate_series(first, last, INTERVAL 1 DAY)) AS DATE) AS m_day
FROM (VALUES {periods}) AS periods(period, first, last)
