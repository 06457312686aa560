-- One text for the set of superseded rows of each of these products.
SELECT file, count(*) || '-' || sum(md5_number_lower(row::VARCHAR)::HUGEINT) FROM superseded
WHERE list_contains({files}, file) GROUP BY file
