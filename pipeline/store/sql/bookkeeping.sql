CREATE OR REPLACE TABLE warehouse.metadata (name VARCHAR PRIMARY KEY, value VARCHAR);
CREATE OR REPLACE TABLE warehouse.inputs (
    place INTEGER, "extract" VARCHAR, agency VARCHAR, "table" VARCHAR, key VARCHAR, sha256 VARCHAR, problem VARCHAR
);
CREATE OR REPLACE TABLE warehouse.receipts (
    place INTEGER, "extract" VARCHAR, agency VARCHAR, "table" VARCHAR, sha256 VARCHAR, read BIGINT, accepted BIGINT,
    quarantined BIGINT, duplicate BIGINT, superseded BIGINT, problem VARCHAR, rules VARCHAR, corrections VARCHAR
);
CREATE OR REPLACE TABLE warehouse.violations (
    agency VARCHAR, "table" VARCHAR, "extract" VARCHAR, source_row BIGINT, sheet VARCHAR, "column" VARCHAR,
    value VARCHAR, rule VARCHAR, severity VARCHAR, message VARCHAR
);
CREATE OR REPLACE TABLE warehouse.quarantine (
    agency VARCHAR, "table" VARCHAR, "extract" VARCHAR, source_row BIGINT, sheet VARCHAR, cells VARCHAR, rules VARCHAR[]
);
CREATE TABLE IF NOT EXISTS warehouse.days (
    "table" VARCHAR, agency VARCHAR, day DATE, rows BIGINT, clean BIGINT, dated BIGINT
);
CREATE OR REPLACE TABLE warehouse.call_months (
    product VARCHAR, superseded VARCHAR, agency VARCHAR, month DATE, rows BIGINT, keys HUGEINT, contents HUGEINT
);
-- What two editions are compared by, and what tells disclosure control that a month changed.
CREATE TABLE IF NOT EXISTS warehouse.row_months (
    "table" VARCHAR, agency VARCHAR, month DATE, rows BIGINT, keys HUGEINT, contents HUGEINT
);
CREATE TABLE IF NOT EXISTS warehouse.protected_months (agency VARCHAR, month DATE, digest VARCHAR);
