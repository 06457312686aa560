(
    -- The last row of each in the period: the last on which the condition holds, else the last on which it is unknown.
    SELECT * FROM measure_base JOIN measure_days USING (m_day)
    WHERE {condition} IS NOT FALSE
    QUALIFY row_number() OVER (
        PARTITION BY {scope}, coalesce(CAST({last_by} AS VARCHAR), '#' || m_order)
        ORDER BY ({condition} IS TRUE) DESC, m_order DESC
    ) = 1
)
