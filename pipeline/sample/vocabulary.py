"""How each agency says it: call types, dispositions, units and beats of its CAD, answers of its log.

The mappings in templates/agencies/ must know every word that stands here.
"""

from __future__ import annotations

from pipeline.sample.totals import CLIVE, URBANDALE, WAUKEE, WEST

TEAMS = {WEST: ("CR1", "CR2"), URBANDALE: ("U-CRT",), WAUKEE: ("CR1", "7C10"), CLIVE: ("CR9",)}
PATROL = {
    WEST: tuple(f"W{n}" for n in range(21, 45)),
    URBANDALE: tuple(f"U{n}" for n in range(301, 316)),
    WAUKEE: tuple(f"7A{n}" for n in range(1, 12)),
    CLIVE: tuple(f"4C{n}" for n in range(11, 19)),
}
BEATS = {
    WEST: tuple(f"BEAT {n}" for n in range(1, 9)),
    URBANDALE: ("NE", "NW", "SE", "SW"),
    WAUKEE: ("50263-N", "50263-S", "50263-W"),
    CLIVE: ("C1", "C2"),
}

#: Call types that are not behavioral health, with how often they occur on patrol and with a team.
PATROL_NATURES = {
    "suspicious": 14.0, "assist": 12.0, "medical": 11.0, "alarm": 10.0, "accident": 10.0, "theft": 9.0, "parking": 7.0,
    "disturbance": 7.0, "noise": 5.0, "animal": 5.0, "fraud": 4.0, "trespass": 4.0, "domestic": 4.0, "juvenile": 3.0,
}  # fmt: skip
TEAM_NATURES = {"disturbance": 30.0, "assist": 20.0, "trespass": 18.0, "domestic": 16.0, "juvenile": 16.0}
#: Behavioral-health call types.
CRISIS_NATURES = {"welfare": 46.0, "mental": 34.0, "suicidal": 20.0}

NATURES = {
    WEST: {
        "suspicious": "SUSPICIOUS PERSON/VEH", "assist": "ASSIST CITIZEN", "medical": "ASSIST FIRE/EMS",
        "alarm": "ALARM",
        "accident": "ACCIDENT PDO", "theft": "THEFT", "parking": "PARKING COMPLAINT", "disturbance": "DISTURBANCE",
        "noise": "NOISE COMPLAINT", "animal": "ANIMAL", "fraud": "FRAUD", "trespass": "TRESPASS",
        "domestic": "DOMESTIC",
        "juvenile": "JUVENILE PROBLEM", "welfare": "WELFARE CHECK", "mental": "MENTAL HEALTH",
        "suicidal": "SUICIDAL SUBJECT",
    },
    URBANDALE: {
        "suspicious": "Suspicious Activity", "assist": "Public Service", "medical": "Medical Assist",
        "alarm": "Alarm - Burglary",
        "accident": "MVC - Property Damage", "theft": "Theft - Past", "parking": "Parking",
        "disturbance": "Disturbance - Verbal",
        "noise": "Noise", "animal": "Animal Complaint", "fraud": "Fraud/Forgery", "trespass": "Trespassing",
        "domestic": "Domestic - Verbal", "juvenile": "Juvenile Complaint", "welfare": "Check Welfare",
        "mental": "Mental - Emotional", "suicidal": "Mental - Suicidal",
    },
    WAUKEE: {
        "suspicious": "Suspicious", "assist": "Citizen Assist", "medical": "EMS Assist", "alarm": "Alarm",
        "accident": "Crash",
        "theft": "Larceny", "parking": "Parking", "disturbance": "Fight/Disturbance", "noise": "Loud Noise",
        "animal": "Animal",
        "fraud": "Scam", "trespass": "Unwanted Person", "domestic": "Family Dispute", "juvenile": "Juvenile",
        "welfare": "Check the Well Being", "mental": "10-96 Mental Subject", "suicidal": "Suicide Threat",
    },
    CLIVE: {
        "suspicious": "SUSP", "assist": "ASST", "medical": "MEDA", "alarm": "ALRM", "accident": "ACCD", "theft": "THFT",
        "parking": "PARK", "disturbance": "DIST", "noise": "NOIS", "animal": "ANIM", "fraud": "FRAD",
        "trespass": "TRSP",
        "domestic": "DOMV", "juvenile": "JUVN", "welfare": "WELF", "mental": "MNTL", "suicidal": "SUIC",
    },
}  # fmt: skip

#: Canonical dispositions in the agency's words. What the last words say that the code list lacks becomes `other`.
DISPOSITIONS = {
    WEST: {
        "arrest": "ARR", "citation": "CIT", "report": "RPT", "no_report": "NRP", "transport": "TRN", "referral": "REF",
        "unfounded": "UNF", "cancelled": "CAN", "gone_on_arrival": "GOA", "duplicate": "DUP", "other": "OTH",
    },
    URBANDALE: {
        "arrest": "Arrest Made", "citation": "Citation Issued", "report": "Report Taken", "no_report": "No Report",
        "transport": "Transported", "referral": "Referred", "unfounded": "Unfounded", "cancelled": "Cancelled",
        "gone_on_arrival": "Gone on Arrival", "duplicate": "Duplicate Call", "other": "Assisted Other Agency",
    },
    WAUKEE: {
        "arrest": "Arrest - Adult", "citation": "Citation", "report": "Report", "no_report": "No Report Needed",
        "transport": "Transport - Hospital", "referral": "Referral", "unfounded": "Unfounded", "cancelled": "Cancel",
        "gone_on_arrival": "GOA", "duplicate": "Dup", "other": "Handled by Fire",
    },
    CLIVE: {
        "arrest": "A", "citation": "C", "report": "R", "no_report": "N", "transport": "T", "referral": "RF",
        "unfounded": "U",
        "cancelled": "X", "gone_on_arrival": "G", "duplicate": "D", "other": "O",
    },
}  # fmt: skip

SOURCES = {
    WEST: {"911": "E911", "nonemergency": "PHONE", "officer": "OFFICER", "transfer": "TRANSFER"},
    URBANDALE: {"911": "911", "nonemergency": "Non-Emergency", "officer": "Field Initiated", "transfer": "Transfer"},
    WAUKEE: {"911": "911", "nonemergency": "Admin Line", "officer": "Officer", "transfer": "WestCom Transfer"},
    CLIVE: {"911": "9", "nonemergency": "P", "officer": "O", "transfer": "W"},
}

#: Log answers: several spellings of one thing where people type instead of choosing from a list.
KINDS = {
    WEST: {"call": "Call for service", "follow_up": "Follow-up", "self_initiated": "Self-initiated",
           "referral_in": "Referral in", "phone": "Phone"},
    URBANDALE: {"call": "CFS", "follow_up": "FU", "self_initiated": "SI", "referral_in": "REF", "phone": "PH"},
    WAUKEE: {"call": "Call", "follow_up": "Follow up", "self_initiated": "Self initiated",
             "referral_in": "Referred to us", "phone": "Phone call"},
    CLIVE: {"call": "1", "follow_up": "2", "self_initiated": "3", "referral_in": "4", "phone": "5"},
}  # fmt: skip
GENDERS = {
    WEST: {"female": "Female", "male": "Male", "nonbinary": "Non-binary", "other": "Other", "unknown": "Unknown"},
    URBANDALE: {"female": "F", "male": "M", "nonbinary": "X", "other": "O", "unknown": "U"},
    WAUKEE: {"female": "Woman", "male": "Man", "nonbinary": "Nonbinary", "other": "Other", "unknown": "Not asked"},
    CLIVE: {"female": "F", "male": "M", "nonbinary": "NB", "other": "O", "unknown": "?"},
}
RACES = {
    WEST: {"american_indian": "American Indian", "asian": "Asian", "black": "Black", "hispanic": "Hispanic/Latino",
           "middle_eastern": "Middle Eastern", "pacific_islander": "Pacific Islander", "white": "White",
           "multiracial": "Two or more", "other": "Other", "unknown": "Unknown"},
    URBANDALE: {"american_indian": "AI/AN", "asian": "A", "black": "B", "hispanic": "H", "middle_eastern": "MENA",
                "pacific_islander": "NH/PI", "white": "W", "multiracial": "2+", "other": "O", "unknown": "U"},
    WAUKEE: {"american_indian": "Native American", "asian": "Asian", "black": "Black or African American",
             "hispanic": "Hispanic", "middle_eastern": "Middle Eastern", "pacific_islander": "Native Hawaiian",
             "white": "White", "multiracial": "Multiracial", "other": "Other", "unknown": "Not asked"},
    CLIVE: {"american_indian": "I", "asian": "A", "black": "B", "hispanic": "H", "middle_eastern": "E",
            "pacific_islander": "P",
            "white": "W", "multiracial": "M", "other": "O", "unknown": "?"},
}  # fmt: skip
RESOLUTIONS = {
    WEST: {"resolved_on_scene": "Resolved on scene", "voluntary_transport": "Voluntary transport",
           "involuntary_hold": "Committal", "arrest": "Arrest", "referred": "Referred", "declined": "Client declined",
           "not_located": "Not located", "other": "Other"},
    URBANDALE: {"resolved_on_scene": "RES", "voluntary_transport": "VOL", "involuntary_hold": "INV", "arrest": "ARR",
                "referred": "REF", "declined": "DEC", "not_located": "UTL", "other": "OTH"},
    WAUKEE: {"resolved_on_scene": "Engaged client", "voluntary_transport": "Client went voluntarily",
             "involuntary_hold": "Court committal", "arrest": "Arrested", "referred": "Referred to services",
             "declined": "Client declined to engage", "not_located": "Unable to locate", "other": "Other"},
    CLIVE: {"resolved_on_scene": "On scene", "voluntary_transport": "Voluntary", "involuntary_hold": "Hold",
            "arrest": "Arrest",
            "referred": "Referral", "declined": "Declined", "not_located": "UTL", "other": "Other"},
}  # fmt: skip
#: Eleven spellings of seven answers, as one real log has them.
TYPED = {
    "Engaged client": ("Engaged Client", "Engaged client", "engaged client "),
    "Client declined to engage": (
        "Client declined to engage",
        "Client declined  to engage",
        "client Declined to engage",
    ),
    "Referred to services": ("Referred to services", "Referred to Services"),
}
PLACES = {
    WEST: {"none": "None", "hospital": "Hospital", "crisis_stabilization": "Crisis center", "detox": "Detox",
           "shelter": "Shelter", "home": "Home", "jail": "Jail", "other": "Other"},
    URBANDALE: {"none": "N/A - none", "hospital": "ER", "crisis_stabilization": "CSU", "detox": "DETOX",
                "shelter": "SHELTER",
                "home": "HOME", "jail": "JAIL", "other": "OTHER"},
    WAUKEE: {"none": "Not transported", "hospital": "Hospital", "crisis_stabilization": "Crisis Observation Center",
             "detox": "Detox", "shelter": "Shelter", "home": "Home", "jail": "County jail", "other": "Other"},
    CLIVE: {"none": "none", "hospital": "hospital", "crisis_stabilization": "crisis_stabilization", "detox": "detox",
            "shelter": "shelter", "home": "home", "jail": "jail", "other": "other"},
}  # fmt: skip
#: West Des Moines keeps its referrals in a file of their own.
SERVICES = {
    WEST: {"mental_health": "Mental health", "substance_use": "Substance use", "crisis_bed": "Crisis bed",
           "medical": "Medical",
           "housing": "Housing", "case_management": "Case management", "peer_support": "Peer support",
           "benefits": "Benefits", "family": "Family", "other": "Other"},
    URBANDALE: {"mental_health": "MH Center", "substance_use": "SUD", "crisis_bed": "Crisis Bed", "medical": "PCP",
                "housing": "Housing", "case_management": "CM", "peer_support": "Peer", "benefits": "Benefits",
                "family": "Family Svcs", "other": "Other"},
    WAUKEE: {"mental_health": "Counseling", "substance_use": "Substance use", "crisis_bed": "Crisis bed",
             "medical": "Doctor",
             "housing": "Housing", "case_management": "Case mgmt", "peer_support": "Peer support",
             "benefits": "Benefits",
             "family": "Family", "other": "Other"},
    CLIVE: {"mental_health": "MH", "substance_use": "SU", "crisis_bed": "CB", "medical": "MED", "housing": "HSG",
            "case_management": "CM", "peer_support": "PS", "benefits": "BEN", "family": "FAM", "other": "OTH"},
}  # fmt: skip
