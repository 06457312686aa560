-- Rows of a Parquet product that a later extract supersedes: position of the extract, number of the row from 0.
CREATE TABLE superseded (file INTEGER, row BIGINT);
-- Warnings that need more than one extract.
CREATE TABLE added (file INTEGER, source_row BIGINT, sheet VARCHAR, agency VARCHAR, rule VARCHAR, value VARCHAR);
-- A number without a digit, or one that reads as a date, may be a cell of a person gone astray: it is not repeated.
CREATE MACRO shown(number) AS CASE
    WHEN NOT regexp_matches(number, '[0-9]') THEN '(kept in the extract)'
    WHEN regexp_matches(number, '^(19|20)[0-9]{{2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}([ T].*)?$') THEN '(kept in the extract)'
    WHEN regexp_matches(number, '^[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.]((19|20)?[0-9]{{2}})( .*)?$') THEN '(kept in the extract)'
    ELSE number END;
CREATE TABLE load_rules (rule VARCHAR, "table" VARCHAR, "column" VARCHAR, severity VARCHAR, message VARCHAR);
CREATE TABLE extracts (file INTEGER, name VARCHAR);
