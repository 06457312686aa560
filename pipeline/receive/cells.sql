-- How one cell is read. Every macro takes text (null stays null) and gives null where the text is no value of its kind.

-- Everything that people see as white space, the zero-width kinds included.
-- (The bytes of space, U+0009 to U+000D, 1C to 1F, 85, A0, 1680, 2000 to 200B, 2028, 2029, 202F, 205F, 2060, 3000, FEFF;
-- one literal, because DuckDB takes its time over a long expression wherever the macro stands.)
CREATE MACRO white_space() AS decode(
    '\x20\x09\x0A\x0B\x0C\x0D\x1C\x1D\x1E\x1F\xC2\x85\xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82\xE2\x80\x83\xE2\x80\x84\xE2\x80\x85\xE2\x80\x86\xE2\x80\x87\xE2\x80\x88\xE2\x80\x89\xE2\x80\x8A\xE2\x80\x8B\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\x9F\xE2\x81\xA0\xE3\x80\x80\xEF\xBB\xBF'::BLOB);

-- Trimming is dear, so it is done only where a cheap look finds something at an end. The cheaper look is for files that
-- hold no white space but spaces at the ends of their cells (Fingerprint.plain).
CREATE MACRO trimmed_of_spaces(x) AS
    CASE WHEN x LIKE ' %' OR x LIKE '% ' THEN trim(x, ' ') ELSE x END;
CREATE MACRO trimmed(x) AS
    CASE WHEN x < '!' OR x > '~' OR x[-1] NOT BETWEEN '!' AND '~' THEN trim(x, white_space()) ELSE x END;

-- A cell of a workbook carries a mark before a date (chr(57344)) and before the reason why it has no value (chr(57345)).
CREATE MACRO dated(x) AS contains(x, chr(57344));
CREATE MACRO broken(x) AS contains(x, chr(57345));
CREATE MACRO unmarked(x) AS CASE WHEN NOT broken(x) THEN replace(x, chr(57344), '') END;

-- Inner white space folded to one space, and upper case: 'r24 -  17' and 'R24 - 17' are one incident.
CREATE MACRO folded(x) AS
    upper(CASE WHEN regexp_matches(x, '[^!-~][^!-~]|[^ -~]') THEN regexp_replace(x, '[\s\x{85}\p{Z}\x{200B}\x{FEFF}]+', ' ', 'g') ELSE x END);
-- The same where the file holds no white space but spaces.
CREATE MACRO folded_of_spaces(x) AS
    upper(CASE WHEN x LIKE '%  %' THEN regexp_replace(x, ' +', ' ', 'g') ELSE x END);
-- A number that Excel has shortened (5.00E+93) or made a decimal (20240001.0).
-- (Nested, because DuckDB tries the patterns on every cell where conditions are joined by AND.)
CREATE MACRO damaged(x) AS
    CASE WHEN x < ':' THEN CASE WHEN contains(x, '.') OR contains(x, 'E')
        THEN regexp_full_match(x, '[+-]?(\d+\.0+|\d+(\.\d+)?E[+-]?\d+)') AND regexp_matches(x, '\.0+$|E[+-]|^\d\.\d*E')
        ELSE false END ELSE false END;
CREATE MACRO incident_number(x) AS CASE WHEN NOT damaged(folded(x)) THEN folded(x) END;
CREATE MACRO incident_number_of_spaces(x) AS
    CASE WHEN NOT damaged(folded_of_spaces(x)) THEN folded_of_spaces(x) END;

-- 90, -3, 1.5, .5, 1,440 and 1,440.5; not 1e3, nan or 1,5.
CREATE MACRO number_of(x) AS
    CASE WHEN regexp_full_match(x, '[+-]?(\d{1,300}\.?\d{0,100}|\.\d{1,100})') THEN try_cast(x AS DOUBLE)
         WHEN regexp_full_match(x, '[+-]?\d{1,3}(,\d{3}){1,9}(\.\d{0,100})?') THEN try_cast(replace(x, ',', '') AS DOUBLE) END;
CREATE MACRO integer_of(x) AS
    CASE WHEN number_of(x) = floor(number_of(x)) AND abs(number_of(x)) < 1e15 THEN number_of(x)::BIGINT END;
-- Excel writes a duration as a time: 01:30:00 is 90 minutes, 30:05:00 is 1,805.
CREATE MACRO duration_minutes(x) AS
    CASE WHEN regexp_full_match(x, '\d{1,5}:\d\d:\d\d')
         THEN split_part(x, ':', 1)::DOUBLE * 60 + split_part(x, ':', 2)::DOUBLE + split_part(x, ':', 3)::DOUBLE / 60 END;
CREATE MACRO answer_of(x) AS
    CASE WHEN lower(x) IN ('yes', 'y', 'true', 't', '1', 'x') THEN true
         WHEN lower(x) IN ('no', 'n', 'false', 'f', '0') THEN false END;
-- The items of a list in one trimmed cell; null when it holds none. `parting` is a regular expression for one or more
-- separators with the white space beside them. Most cells hold one item, and few begin or end with a separator.
CREATE MACRO items_of(x, separator, parting) AS
    CASE WHEN NOT contains(x, separator) THEN [x]
         WHEN prefix(x, separator) OR suffix(x, separator)
         THEN nullif([i FOR i IN string_split(regexp_replace(x, parting, separator, 'g'), separator) IF i <> ''], []::VARCHAR[])
         WHEN x IS NOT NULL THEN string_split(regexp_replace(x, parting, separator, 'g'), separator) END;

-- Times. strptime takes 'epoch' and 'infinity' whatever the format, and '24' as the year 24 where a format has %Y.
CREATE MACRO plausible(t) AS t >= TIMESTAMP '1000-01-01' AND t <> TIMESTAMP '1900-01-01';
CREATE MACRO in_format(x, format) AS
    CASE WHEN regexp_matches(x, '\d') AND try_strptime(x, format) >= TIMESTAMP '1000-01-01' THEN try_strptime(x, format) END;
-- Browsers and databases put no-break spaces between a date, its time and AM.
CREATE MACRO spaced(x) AS translate(x, chr(160) || chr(8201) || chr(8239), '   ');
-- At most six decimals of a second (some databases export seven), and an offset for Z.
CREATE MACRO micro(x) AS regexp_replace(x, '(\.\d{6})\d+', '\1');
CREATE MACRO with_offset(x) AS regexp_replace(micro(x), '\s*[zZ]$', '+00:00');
CREATE MACRO in_zoned_format(x, format, zone) AS
    CASE WHEN regexp_matches(x, '\d') AND timezone(zone, try_strptime(with_offset(x), format)) >= TIMESTAMP '1000-01-01'
         THEN timezone(zone, try_strptime(with_offset(x), format)) END;
-- Seconds since 1970 (UTC), for the years 1000 to 9999.
CREATE MACRO in_epoch(x, parts_of_second, zone) AS
    CASE WHEN regexp_full_match(x, '-?\d{1,18}(\.\d{0,20})?')
              AND try_cast(x AS DOUBLE) / parts_of_second BETWEEN -30610224000 AND 253402300799
         THEN timezone(zone, to_timestamp(try_cast(x AS DOUBLE) / parts_of_second)) END;
-- ISO 8601, as nearly every export has it: without offset.
CREATE MACRO iso_formats() AS
    ['%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d', '%Y-%m-%d %H:%M:%S.%f', '%Y-%m-%dT%H:%M:%S.%f',
     '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M'];
CREATE MACRO iso_zoned_formats() AS
    ['%Y-%m-%d %H:%M:%S%z', '%Y-%m-%dT%H:%M:%S%z', '%Y-%m-%d %H:%M:%S.%f%z', '%Y-%m-%dT%H:%M:%S.%f%z',
     '%Y-%m-%d %H:%M%z', '%Y-%m-%dT%H:%M%z'];
CREATE MACRO is_iso(x) AS
    regexp_full_match(x, '\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?([zZ]|[+-]\d\d(:?\d\d)?)?)?');
CREATE MACRO beside_offset(x) AS regexp_replace(x, '\s([+-]\d\d(:?\d\d)?)$', '\1');
-- DuckDB 1.5 reads 2022-02-30 as March 2 when a list of formats has an offset (not with one format): such days are none.
CREATE MACRO in_iso(x, zone) AS
    CASE WHEN is_iso(x) AND try_cast(left(x, 10) AS DATE) IS NOT NULL
         THEN coalesce(in_format(micro(x), iso_formats()), in_zoned_format(beside_offset(x), iso_zoned_formats(), zone)) END;
-- A date as Excel keeps it, with or without a time beside it.
CREATE MACRO excel_text(x) AS replace(unmarked(x), 'T00:00:00 ', ' ');
-- 3/4/1990 and 3/4/90, with or without a time of day.
CREATE MACRO slashed_date(x) AS
    CASE WHEN regexp_full_match(x, '\d{1,2}/\d{1,2}/\d{4}( .*\d.*)?') THEN in_format(split_part(x, ' ', 1), '%m/%d/%Y')
         WHEN regexp_full_match(x, '\d{1,2}/\d{1,2}/\d{2}( .*\d.*)?') THEN in_format(split_part(x, ' ', 1), '%m/%d/%y') END;
-- A person's part as one text: N nothing, U unreadable, D and a date, T and a text.
CREATE MACRO person_part(x, day) AS
    CASE WHEN x IS NULL THEN 'N' WHEN day IS NOT NULL THEN 'D' || strftime(day, '%Y-%m-%d')
         WHEN broken(x) THEN 'U' ELSE 'T' || replace(replace(x, chr(57344), ''), chr(31), ' ') END;
CREATE MACRO birth_part(x, day) AS
    CASE WHEN x IS NULL THEN 'N' WHEN day IS NOT NULL THEN 'D' || strftime(day, '%Y-%m-%d') ELSE 'U' END;
