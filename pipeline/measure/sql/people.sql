-- People: first one row a person, period and scope, with the last known value of each group; then people are counted.
WITH persons AS (
    SELECT {keys}, GROUPING({keys}) AS m_scope,
        {flags}
    FROM {source}
    GROUP BY GROUPING SETS ({scopes})
)
SELECT {all_keys}, m_scope, GROUPING({all_keys}) AS m_set,
    {aggregates}
FROM persons
GROUP BY GROUPING SETS ({sets})
