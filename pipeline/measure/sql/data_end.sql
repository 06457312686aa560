-- Where the data end: the newest time on a day that has rows without a warning, so that a mistyped 2032 moves nothing.
SELECT max({time}) FROM {relation}
WHERE {time} < (
    SELECT coalesce(max(day) FILTER (clean > 0), max(day) FILTER (dated > 0), DATE '9999-12-30') + 1
    FROM days WHERE "table" = '{table}' AND day <= current_date  -- no rule warns of a start in the future
)
