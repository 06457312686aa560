-- Unit rows become calls, one part of the incidents at a time (grouping lists does not spill to disk).
-- Lists are put in order by sorting pairs: `list(… ORDER BY …)` takes twice as long for the whole.
-- {sound} are the sound unit rows with their places, `dropped` the places of those that were left out; part {part} of {parts}.
WITH kept AS (
    SELECT * FROM {sound} WHERE hash(agency, incident) % {parts} = {part}
),
used AS (
    SELECT * FROM kept ANTI JOIN dropped ON kept.place = dropped.place
)
SELECT
    {columns},
    any_value(extract) AS extract,
    arg_min(source_row, place) AS source_row,
    list_transform(list_sort(list({'place': place, 'row': source_row})), lambda x: x.row) AS source_rows,
    arg_min(sheet, place) AS sheet,
    any_value(extract_sha256) AS extract_sha256,
    {last_places}
FROM used
GROUP BY agency, incident
ORDER BY min(place)
