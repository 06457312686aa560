WITH candidates AS (
    SELECT {columns}
    FROM {relation}
    WHERE "{time}" >= TIMESTAMP '{since}' AND "{time}" < TIMESTAMP '{until}'{agency}
)
