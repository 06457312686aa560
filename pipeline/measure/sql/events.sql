-- Every row of a person, in any period and agency, with the conditions of later rows: what may follow an index row.
CREATE OR REPLACE TEMP TABLE measure_events AS
SELECT
    "{time}" AS m_at,
    {columns}
FROM {relation}
WHERE "{time}" IS NOT NULL
