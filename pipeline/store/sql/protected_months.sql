-- one digest an agency and month of all rows that protected counts are made of; where a row came from does not count,
-- so that the same row delivered once more changes nothing
INSERT INTO warehouse.protected_months
WITH marked AS (
    SELECT agency, started_at AS moment, md5_number_lower(to_json(e)::VARCHAR) AS mark
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM {encounters_linked}) AS e
    UNION ALL
    SELECT agency, received_at, md5_number_lower(to_json(c)::VARCHAR)
    FROM (
        SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256)
        FROM {calls}
        WHERE co_response OR has_encounter
    ) AS c
    UNION ALL
    SELECT agency, started_at, md5_number_lower(to_json(r)::VARCHAR)
    FROM (SELECT * EXCLUDE (extract, source_row, source_rows, sheet, extract_sha256) FROM {referrals}) AS r
    WHERE started_at IS NOT NULL
)
SELECT agency, date_trunc('month', moment)::DATE AS month, count(*) || '-' || sum(mark::HUGEINT) AS digest
FROM marked
GROUP BY ALL
ORDER BY ALL
