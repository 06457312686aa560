-- Figures that rows alone decide.
SELECT {keys}, GROUPING({keys}) AS m_set,
    {aggregates}
FROM {source}
GROUP BY GROUPING SETS ({sets})
