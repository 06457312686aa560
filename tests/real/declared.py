"""Ordinary declarations for the real public extracts: what a program would write for them."""

from __future__ import annotations

PROGRAM = """
[program]
name = "Real public extracts"
organization = "A test"
timezone = "America/New_York"
fiscal_year_starts = 7
began = 2022-01-01
contact = "data@example.org"

[privacy]
suppress_below = 11
key_file = "person.key"
"""

#: Agency -> (files of shared/data/real that it hands over, by their name below raw/; its mappings).
AGENCIES: dict[str, tuple[dict[str, str], str]] = {
    "burlington": (
        {"burlington/incidents_2022.csv": "burlington_vt_2022/police-incidents-2022.csv"},
        """
[[extract]]
table = "calls"
files = "burlington/*.csv"
null = ["NA"]
[extract.columns]
incident = "incident_number"
received_at = "call_time"
nature = "call_type"
source = "call_origin"
priority = "priority"
area = "DISTRICT"
[extract.codes.source]
"911" = "911"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["Mental Health Issue", "Welfare*"]
""",
    ),
    "ucsd": (
        {"ucsd/logs.csv": "ucsd_police_2025/police_logs_parsed_EXACT.csv"},
        """
[[extract]]
table = "calls"
files = "ucsd/*"
datetime = ["%m/%d/%Y"]
[extract.columns]
incident = "Incident/Case#"
received_at = "Date Reported"
nature = "Incident type"
disposition = "Disposition"
address = "Location"
[extract.codes.disposition]
"Closed By Adult Arrest*" = "arrest"
"Report Taken*" = "report"
"Transported*" = "transport"
"Referred*" = "referral"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["*welfare*", "*5150*", "*psych*", "*mental*", "*suicid*"]
""",
    ),
    "ucsd-excel": (
        {"ucsd-excel/zones.xlsx": "ucsd_police_2025/df_clean_zones.xlsx"},
        """
[[extract]]
table = "calls"
files = "ucsd-excel/*.xlsx"
[extract.columns]
incident = "Incident/Case#"
received_at = "Date Reported"
nature = "Incident type"
area = "Zone"
""",
    ),
    "umd": (
        {
            "umd/incidents_2021-12-08.csv": "umd_police_pair/incidents_data_2021-12-08.csv",
            "umd/incidents_2022-10-18.csv": "umd_police_pair/incidents_data_2022-10-18.csv",
            "umd/arrests_2021-12-08.csv": "umd_police_pair/arrests_data_2021-12-08.csv",
            "umd/arrests_2022-10-16.csv": "umd_police_pair/arrests_data_2022-10-16.csv",
        },
        """
[[extract]]
table = "calls"
files = "umd/incidents_*.csv"
datetime = ["%m/%d/%y %H:%M"]
[extract.columns]
incident = "umpd_case_number"
received_at = "report_date_time"
nature = "_type"
disposition = "disposition"
[extract.codes.disposition]
"Arrest" = "arrest"
"Unfounded" = "unfounded"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["Emergency Petition*", "Check on the Welfare*", "Check on the  Welfare*", "Suicide*"]

# an arrest ledger is no log of a team; it stands in for one, because it links by case number
[[extract]]
table = "encounters"
files = "umd/arrests_*.csv"
datetime = ["%m/%d/%y %H:%M"]
[extract.columns]
incident = "umpd_case_number"
started_at = "arrested_date_time_charge"
kind = { value = "call" }
gender = "sex"
race_ethnicity = "race"
resolution = { any = ["charge", "description"] }
arrested = { value = "yes" }
[extract.codes.race_ethnicity]
"Asian/Pacific Islander" = "asian"
"American Indian/Alaskan Native" = "american_indian"
"*" = "other"
[extract.codes.resolution]
"*" = "arrest"
""",
    ),
    "dallas": (
        {
            "dallas/2021_05_10_active_calls.csv": "dallas_active_calls/2021_05_10_active_calls.csv",
            "dallas/are8-xahz.csv": "dallas_active_calls/are8-xahz.csv",
            "dallas/sample2.csv": "dallas_active_calls/sample2.csv",
        },
        """
[[extract]]
table = "calls"
files = "dallas/*active_calls.csv"
grain = "unit"
datetime = ["%Y-%m-%dT00:00:00.000 %H:%M:%S"]
[extract.columns]
incident = "incident_number"
received_at = ["date", "time"]
nature = "nature_of_call"
unit = "unit_number"
area = "beat"

[[extract]]
table = "calls"
files = "dallas/[as]*.csv"
grain = "unit"
[extract.columns]
incident = "incident_number"
received_at = "date_time"
nature = "nature_of_call"
unit = "unit_number"
area = "beat"
""",
    ),
    "orlando": (
        {"orlando/police_calls.csv": "orlando_opd_2022/police_calls.csv"},
        """
[[extract]]
table = "calls"
files = "orlando/*.csv"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
incident = ["Date", "Description", "Location"]      # the page has no number of its own
received_at = "Date"
nature = "Description"
[extract.codes.behavioral_health]
from = "nature"
true = ["Mentally-ill*", "Attempted suicide", "Check the well being of"]
""",
    ),
    "orlando-excel": (
        {"orlando-excel/OPD_Analysis.xlsx": "orlando_opd_2022/OPD_Analysis.xlsx"},
        """
[[extract]]
table = "calls"
files = "orlando-excel/*"
sheet = "Full - general descs use"
[extract.columns]
incident = ["Month", "Day", "Description", "Location"]
received_at = ["Date", "Time"]
nature = "Description"
""",
    ),
    "berkeley": (
        {"berkeley/calls.csv": "berkeley_calls_2022/calls.csv"},
        """
[[extract]]
table = "calls"
files = "berkeley/*"
datetime = ["%m/%d/%Y 12:00:00 AM %I:%M:%S %p"]     # a dummy midnight stands beside the real time
[extract.columns]
incident = "CASENO"
received_at = ["EVENTDT", "EVENTTM"]
nature = "OFFENSE"
address = "Block_Location"
""",
    ),
    "detroit": (
        {"detroit/mh_2017_2021.csv": "detroit_mh_2017_2021/detroit_cfs_mh_2017_2021.csv"},
        """
[[extract]]
table = "calls"
files = "detroit/*"
[extract.columns]
incident = ["call_timestamp", "category"]           # no number either; the index column has no heading
received_at = "call_timestamp"
nature = "category"
[extract.codes.behavioral_health]
from = "nature"
true = ["MNTLNARM", "MENTPPRS", "MNTLARM"]
""",
    ),
    "toronto": (
        {
            "toronto/police_calls.csv": "toronto_tps_2016_cr/police_calls.csv",
            "toronto/analysis_data.csv": "toronto_pic/analysis_data.csv",
        },
        """
[[extract]]
table = "calls"
files = "toronto/*"
[extract.columns]
incident = ["Time", "Longitude", "Latitude"]
received_at = "Time"
nature = "Call Type"
""",
    ),
    "baltimore": (
        {"baltimore/CFS_2021.json": "baltimore_cfs_2021_json/2021_05_10_CFS_2021.json"},
        """
[[extract]]
table = "calls"
files = "baltimore/*"
datetime = ["epoch_ms"]
[extract.columns]
incident = "callNumber"
received_at = "callDateTime"
nature = "description"
""",
    ),
}
#: Handed over, but no mapping matches it.
UNMATCHED = {"elsewhere/suicide_data1.csv": "toronto_pic/suicide_data1.csv"}
