, counted AS (  -- the last of each on which the condition holds, else the last on which it is unknown
    SELECT * FROM candidates
    WHERE {condition} IS NOT FALSE
    QUALIFY row_number() OVER (
        PARTITION BY coalesce(CAST({last_by} AS VARCHAR), '#' || m_order)
        ORDER BY ({condition} IS TRUE) DESC, m_order DESC
    ) = 1
)
