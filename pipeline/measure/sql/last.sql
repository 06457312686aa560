(
    -- The last row of each in the period: the last on which the condition holds, else the last on which it is unknown.
    SELECT *, b.rowid AS m_order FROM measure_base b JOIN measure_days USING (m_day)
    WHERE {condition} IS NOT FALSE
    QUALIFY row_number() OVER (
        PARTITION BY {scope}, coalesce(CAST({last_by} AS VARCHAR), '#' || b.rowid)
        ORDER BY ({condition} IS TRUE) DESC, b.rowid DESC
    ) = 1
)
