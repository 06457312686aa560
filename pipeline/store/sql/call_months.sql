-- Of each product: rows of an agency and month, with the sums of the digests of their keys and of what stands in them.
-- Calls are many: texts are joined, which costs half of what JSON does, and nothing derived is among them.
INSERT INTO warehouse.call_months
SELECT ({products})[file + 1] AS product, ({superseded})[file + 1] AS superseded, agency, month, count(*) AS rows,
    sum(md5_number_lower(incident)::HUGEINT) AS keys,
    sum(md5_number_lower(concat_ws(chr(31), {cells}))::HUGEINT) AS contents
FROM (SELECT *, date_trunc('month', received_at)::DATE AS month FROM ({accepted}))
WHERE received_at IS NOT NULL
GROUP BY file, agency, month
ORDER BY file, agency, month
