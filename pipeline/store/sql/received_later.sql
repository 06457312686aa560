INSERT INTO added
SELECT file, source_row, sheet, agency, '{rule}', strftime(received_at, '%Y-%m-%d %H:%M:%S')
FROM accepted_calls WHERE received_at >= DATE '{until}' + INTERVAL 1 DAY
