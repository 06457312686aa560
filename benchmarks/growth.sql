-- Made-up extracts of one agency: {rows} calls from month {first} on, a tenth as many encounters.
COPY (
    SELECT 'C' || {first} || '-' || i AS "Incident", strftime(t, '%m/%d/%Y %H:%M:%S') AS "Received",
        CASE WHEN i % 3 > 0 THEN strftime(t + to_seconds(60 + i % 200), '%m/%d/%Y %H:%M:%S') END AS "Dispatched",
        CASE WHEN i % 3 > 0 THEN strftime(t + to_seconds(300 + i % 700), '%m/%d/%Y %H:%M:%S') END AS "Arrived",
        strftime(t + to_seconds(3000 + i % 900), '%m/%d/%Y %H:%M:%S') AS "Cleared",
        ['MENTAL - ADULT', 'THEFT', 'WELFARE CHECK', 'ALARM', 'SUICIDE THREAT', 'TRAFFIC STOP', 'NOISE'][1 + i % 7] AS "Problem",
        1 + i % 4 AS "Priority", ['ARR', 'RPT', 'NRP', 'TRN', 'UNF', 'XYZ'][1 + i % 6] AS "Disposition",
        CASE i % 12 WHEN 0 THEN 'CR1, P' || i % 90 WHEN 1 THEN 'CR2' ELSE 'P' || i % 90 END AS "Units",
        'B' || i % 30 AS "Beat", (i * 7919) % 1500 || ' MADE UP ST' AS "Location"
    FROM (
        SELECT i, date_trunc('second', DATE '{began}' + INTERVAL {first} MONTH
            + to_seconds(i * 1.0 * date_diff('second', DATE '{began}' + INTERVAL {first} MONTH, DATE '{began}' + INTERVAL ({first} + {count}) MONTH)
                // greatest({rows}, 1))) AS t
        FROM range({rows}) r(i)
    )
) TO '{raw}/a{n:02}/cad_{name}.csv' (HEADER);
COPY (
    SELECT 'L' || {first} || '-' || i AS "Contact", CASE WHEN i % 10 < 8 THEN 'C' || {first} || '-' || i * 12 END AS "Incident",
        CASE WHEN i % 10 < 8 THEN 'call' ELSE 'follow_up' END AS "Kind", 'CR' || 1 + i % 2 AS "Team",
        strftime(t, '%m/%d/%Y %H:%M:%S') AS "Start", strftime(t + to_seconds(1800 + i % 3600), '%m/%d/%Y %H:%M:%S') AS "End",
        'MADEUP' || (i * 31 + {n} * 7) % ({rows} // 25 + 7) AS "Last", 'PERSON' AS "First",
        strftime(DATE '1950-01-01' + INTERVAL ((i * 31 + {n} * 7) % ({rows} // 25 + 7) % 20000) DAY, '%Y-%m-%d') AS "Born",
        ['female', 'male', 'nonbinary', 'unknown'][1 + i % 4] AS "Gender", CASE WHEN i % 5 = 0 THEN 'Y' ELSE 'N' END AS "Likely",
        CASE WHEN i % 97 = 0 THEN 'Y' ELSE 'N' END AS "Arrested",
        ['resolved_on_scene', 'voluntary_transport', 'involuntary_hold', 'declined'][1 + i % 4] AS "Result",
        CASE WHEN i % 97 = 0 THEN 'jail' ELSE ['none', 'hospital', 'home'][1 + i % 3] END AS "To",
        CASE WHEN i % 10 > 7 THEN CASE WHEN i % 5 = 4 THEN 'Y' ELSE 'N' END END AS "Stable", 'Y' AS "Calm",
        CASE i % 6 WHEN 0 THEN 'housing' WHEN 1 THEN 'mental_health; housing' END AS "Referred"
    FROM (
        SELECT i, date_trunc('second', DATE '{began}' + INTERVAL {first} MONTH
            + to_seconds(i * 1.0 * date_diff('second', DATE '{began}' + INTERVAL {first} MONTH, DATE '{began}' + INTERVAL ({first} + {count}) MONTH)
                // greatest({rows} // 10, 1))) AS t
        FROM range({rows} // 10) r(i)
    )
) TO '{raw}/a{n:02}/log_{name}.csv' (HEADER);
