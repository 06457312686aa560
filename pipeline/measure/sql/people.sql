-- People, cut by what is said of a row: a person counts in every category that a row of theirs is in.
WITH persons AS (
    SELECT {keys}, GROUPING({keys}) AS m_set,
        {flags}
    FROM {source}
    GROUP BY GROUPING SETS ({sets})
)
SELECT {keys}, m_set,
    {aggregates}
FROM persons
GROUP BY {keys}, m_set
