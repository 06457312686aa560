-- People, cut by what is said of a person: each counts once, in the last category that is known in the period.
WITH persons AS (
    SELECT {within},
        {flags}
    FROM {source}
    GROUP BY {within}, m_person
)
SELECT {keys}, GROUPING({keys}) AS m_set,
    {aggregates}
FROM persons
GROUP BY GROUPING SETS ({sets})
