-- Faulty rows of a batch whose report needs nothing but what SQL can say: each cell is plain text of the keyboard, and
-- none has a private cell of its row in it. {cells} are the mapped cells by place; {simple} says all this of a row.
CREATE OR REPLACE TEMP TABLE simple AS
SELECT place, source_row, sheet, agency, mask, bad, {cells}
FROM (SELECT *, {named} FROM faulty)
WHERE CASE WHEN {unknown} THEN NOT bad AND mask & ~CAST({of_persons} AS BIGINT) = 0 ELSE {simple} END
