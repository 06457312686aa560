-- Quantiles by linear interpolation, and the order statistics that bound them.
SELECT {keys}, m_set,
    {values}
FROM measure_sorted
{ranks}
