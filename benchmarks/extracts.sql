-- Made-up extracts, as text. Faults by the last digits of the row number i: `kind` 1 a day that does not exist, 2 a time
-- out of order, 3 a required cell that is empty, 4 an unknown code, 5 the key of the row before with other content.
CREATE MACRO stamp(t) AS strftime(t, '%m/%d/%Y %H:%M:%S');
CREATE MACRO kind(i) AS CASE '{faults}'
    WHEN 'few' THEN CASE WHEN i % 1000 BETWEEN 501 AND 505 THEN i % 1000 - 500 ELSE 0 END
    WHEN 'half' THEN CASE WHEN i % 1000 = 505 THEN 5 WHEN i % 2 = 0 THEN 1 + (i // 2) % 4 ELSE 0 END
    ELSE 0 END;
CREATE VIEW rows AS SELECT i, kind(i) AS kind, TIMESTAMP '2022-07-01' + to_seconds(CAST(i * 43 % 40000000 AS BIGINT)) AS t FROM range({rows}) r(i);
CREATE VIEW calls AS SELECT
    'INC' || lpad(CAST(CASE kind WHEN 5 THEN i - 1 ELSE i END AS VARCHAR), 9, '0') AS Master_Incident_Number,
    CASE kind WHEN 1 THEN '13/40/2023 10:00:00' WHEN 3 THEN '' ELSE stamp(t) END AS Response_Date,
    CASE WHEN i % 3 > 0 THEN stamp(t + to_seconds(60 + i % 200)) END AS Time_First_Unit_Assigned,
    CASE WHEN kind = 2 THEN stamp(t - INTERVAL 5 SECOND) WHEN i % 3 > 0 THEN stamp(t + to_seconds(300 + i % 700)) END AS Time_First_Unit_Arrived,
    stamp(t + to_seconds(3000 + i % 900)) AS Time_CallClosed,
    ['MENTAL - ADULT', 'THEFT', 'WELFARE CHECK', 'ALARM', 'SUICIDE THREAT', 'TRAFFIC STOP', 'NOISE'][1 + i % 7] AS Problem,
    1 + i % 4 AS Priority,
    CASE kind WHEN 4 THEN 'XYZ' ELSE ['ARR', 'RPT', 'NRP', 'TRN', 'UNF'][1 + i % 5] END AS Call_Disposition,
    CASE i % 5 WHEN 0 THEN 'CR1, P' || i % 90 WHEN 1 THEN '7C10' ELSE 'P' || i % 90 END AS Radio_Name,
    CASE WHEN i % 100 = 3 THEN ' B' || i % 30 || ' ' ELSE 'B' || i % 30 END AS Beat
FROM rows;
-- Seven unit rows for three incidents; those of one incident agree on call type and disposition, but for unknown codes.
CREATE VIEW units AS SELECT * EXCLUDE (i, kind) REPLACE (
    'INC' || lpad(CAST(i * 3 // 7 AS VARCHAR), 9, '0') AS Master_Incident_Number, 'P' || i % 90 AS Radio_Name,
    ['MENTAL - ADULT', 'THEFT', 'WELFARE CHECK', 'ALARM', 'SUICIDE THREAT', 'TRAFFIC STOP', 'NOISE'][1 + i * 3 // 7 % 7]
        AS Problem,
    CASE kind WHEN 4 THEN 'XYZ' ELSE ['ARR', 'RPT', 'NRP', 'TRN', 'UNF'][1 + i * 3 // 7 % 5] END AS Call_Disposition)
FROM calls POSITIONAL JOIN (SELECT i, kind FROM rows);
CREATE VIEW persons AS SELECT
    'E' || CAST(CASE kind WHEN 5 THEN i - 1 ELSE i END AS VARCHAR) AS Log_No,
    NULL AS CAD_No, -- no extract of calls lies beside this one, and each incident would be a warning
    CASE kind WHEN 1 THEN '13/40/2023 10:00:00' WHEN 3 THEN '' ELSE stamp(t) END AS Began,
    stamp(t + to_seconds(CASE kind WHEN 2 THEN -60 ELSE 1800 END)) AS Ended,
    'Family' || CAST(i * 7919 % 20000 AS VARCHAR) AS Last_Name, 'Given' || CAST(i * 7919 % 300 AS VARCHAR) AS First_Name,
    strftime(DATE '1950-01-01' + CAST(i * 7919 % 20000 AS INTEGER), '%m/%d/%Y') AS Date_of_Birth,
    ['F', 'M', 'U'][1 + i % 3] AS Gender,
    CASE kind WHEN 4 THEN 'XYZ' ELSE ['HOME', 'REFERRED', 'HOLD'][1 + i % 3] END AS Outcome,
    ['Yes', 'No', ''][1 + i % 3] AS Calmer
FROM rows;
COPY {table} TO '{path}' (FORMAT csv, HEADER true)
