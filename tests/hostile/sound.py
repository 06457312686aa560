"""Declarations and extracts of a sound program, and values and words that take the place of its own (made up)."""

PROGRAM = """
[program]
name = "Test Program (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "data@example.org"
[privacy]
suppress_below = 11
key_file = "person.key"
[branding]
accent = "#1f5a7a"
[[agency]]
id = "oak"
name = "Oak Police Department"
population = 10000
team_units = ["CR1"]
[[agency]]
id = "elm"
name = "Elm Sheriff's Office"
"""
OAK = """
[[extract]]
table = "calls"
files = "oak/cad*"
datetime = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"]
null = ["", "NULL"]
header_row = 1
delimiter = ","
encoding = "utf-8"
[extract.columns]
incident = "Incident"
received_at = ["Date", "Time"]
nature = { any = ["Problem", "Nature"] }
disposition = "Dispo"
units = "Units"
source = { value = "911" }
[extract.split]
units = ","
[extract.codes.disposition]
ARR = "arrest"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*"]

[[extract]]
table = "encounters"
files = "oak/log*"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
incident = "CAD"
started_at = "Start"
person = ["Last", "First", "DOB"]
arrest_likely = "Likely"
arrested = "Arrested"
referrals = "Referred"
[extract.split]
referrals = ";"
[extract.codes.service]
"MH Center" = "mental_health"

[[extract]]
table = "shifts"
files = "oak/time*"
[extract.columns]
team = "Team"
date = "Day"
[extract.unpivot]
direct = "Client Hours"
travel = "Drive"
unit = "hours"
"""
CORRECTIONS = """
[[correction]]
extract = "oak/cad_1.csv"
reason = "CAD clock one hour ahead (made up)"
where = "received_at BETWEEN '2024-01-05 02:00' AND '2024-01-06 09:00'"
shift = { columns = ["received_at"], minutes = -60 }
expect = 2
[[correction]]
extract = "oak/cad_1.csv"
reason = "Wrong code (made up)"
where = "nature = 'MENTAL'"
set = { disposition = "other" }
expect = 10
"""
METRICS = """
[night_calls]
title = "Calls at night"
definition = "Of all calls, those received at night."
over = "calls"
kind = "rate"
denominator = "TRUE"
numerator = "hour(received_at) < 6"
unit = "fraction"
sentence = "{percent} of calls were received at night ({numerator} of {denominator})."
[time_to_arrival]
title = "Time"
definition = "Minutes from received to arrived."
over = "calls"
kind = "median"
measure = "date_diff('second', received_at, arrived_at) / 60.0"
unit = "minutes"
[diversion_rate]
caveat = "As judged by the team."
"""
RAW = {
    "raw/oak/cad_1.csv": "Incident,Date,Time,Problem,Dispo,Units\n"
    + "".join(
        f"A-{n},01/{1 + n % 28:02}/2024,{n % 24:02}:10:00,{'MENTAL' if n % 2 else 'THEFT'},ARR,CR1\n" for n in range(20)
    ),
    "raw/oak/log_1.csv": "CAD,Start,Last,First,DOB,Likely,Arrested,Referred\n"
    + "".join(f"A-{n},01/{1 + n % 28:02}/2024 10:20,Made,Up,01/02/1990,Y,N,MH Center\n" for n in range(12)),
    "raw/oak/time_1.csv": "Team,Day,Client Hours,Drive\nT1,2024-01-02,4,1\nT1,2024-01-03,5,1.5\n",
}
DECLARED = {
    "program.toml": PROGRAM,
    "agencies/oak.toml": OAK,
    "corrections.toml": CORRECTIONS,
    "metrics.toml": METRICS,
}
#: Values that stand where another was: every kind of TOML, at its limits.
VALUES = (
    "0", "-1", "1", "true", "inf", "nan", "-inf", "1e308", "9223372036854775807", "9223372036854775808", "99999999999999999999999999",
    "0001-01-01", "9999-12-31", "2024-01-01T00:00:00Z", "10:00:00", '""', '" "', "[]", "{}", "[[]]", "[1, 2]", '["", ""]', '{ value = "" }',
    '{ any = [] }', '{ value = "x", any = ["y"] }', '"\\u0000"', '"\\u001b[31m"', '"\\u202e"', '"*"', '"**"', '"../x"', '"/etc/passwd"', '"[["',
    '"a\\nb"', '"\\\\"', '"%"', '"%Q"', '"%Y-%m-%d"', '"SELECT 1"', '"1 = 1"', '"NULL"', '"now()"', '"x IN (SELECT 1)"', '"{"', '"{x}"', '"{numerator!r:>99}"',
    '"calls"', '"encounters"', '"utf-16"', '"rot13"', '"idna"', '"\\t"', '"\\n"', '"\\""', '","', '"||"', '"é"', '"\U0001f600"', "'''x'''", '"' + "x" * 5000 + '"',
)  # fmt: skip
#: Words of arguments.
WORDS = (
    "check", "build", "figures", "explain", "editions", "compare", "audit", "verify", "dictionary", "doctor", "onboard", "init", "demo", "",
    "2024-01", "2024-Q1", "FY2024", "2024", "2023-07-01..2024-01-31", "to-date", "0000-00", "9999-12", "2199", "1900", "FY1900", "FY2199", "2024-13",
    "2024-01-31..2024-01-01", "2024-02-30..2024-03-01", "..", "٢٠٢٤-٠١", "2024-01\n", " 2024-01 ", "fy2024", "TO-DATE", "2024-q1",
    "--metric", "--by", "--format", "--output", "--audience", "--quiet", "--debug", "--strict", "--workers", "--scheduler", "--letter", "--rows", "--agency",
    "--restate", "--withdraw", "--reason", "--program", "--help", "--version", "--open-", "--yes", "--table", "--force", "-x", "-", "--",
    "csv", "json", "xlsx", "text", "markdown", "staff", "public", "agency", "month", "agency,month", "month,month", ",", ",,", "all", "oak", "elm", "calls",
    "people_diverted", "diversion_rate", "stable_rate", "calls_responded,people_met", "night_calls", "no_such", "0", "-1", "1", "999999999999", "1e3", "nan",
    "/dev/null", "/", ".", "..", "raw/oak/cad_1.csv", "oak/cad_1.csv", "*.csv", "tcp://1.2.3.4:1", "tls://x:y", "tcp://127.0.0.1:1", "x://", "{}", "%s",
)  # fmt: skip
