-- The one scan of a relation: its rows in any of the periods, with everything that its metrics ask of a row.
CREATE OR REPLACE TEMP TABLE measure_base AS
SELECT {picks}
FROM (
    SELECT
        {columns}
    FROM {relation}
    WHERE "{time}" >= TIMESTAMP '{since}' AND "{time}" < TIMESTAMP '{until}'{order}
)
