-- The calls of measure_speed.sql as products: a Parquet file an agency and year, read by a view as the store makes it.
COPY (
    SELECT * REPLACE (
        received_at + to_seconds(CAST(60 * (response_minutes - dispatch_minutes) AS BIGINT)) AS dispatched_at,
        received_at + to_seconds(CAST(60 * response_minutes AS BIGINT)) AS arrived_at,
        received_at + to_seconds(CAST(60 * (response_minutes + on_scene_minutes) AS BIGINT)) AS cleared_at
    ), year(received_at) AS made_in
    FROM calls ORDER BY received_at
) TO '{folder}' (FORMAT parquet, PARTITION_BY (agency, made_in), WRITE_PARTITION_COLUMNS);
CREATE TABLE named AS SELECT DISTINCT agency, incident FROM encounters WHERE incident IS NOT NULL;
DROP TABLE calls;
CREATE VIEW calls AS SELECT {columns} FROM ({rows}) x
