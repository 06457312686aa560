-- The sorted values behind each median and 90th percentile.
CREATE OR REPLACE TEMP TABLE measure_sorted AS
SELECT {keys}, GROUPING({keys}) AS m_set,
    {lists}
FROM {source}
WHERE {any}
GROUP BY GROUPING SETS ({sets})
