"""Rules that hold for lines and cells of every table, with what users are told."""

from __future__ import annotations

from schemas.spec import Rule

_LEFT_OUT = "The row is left out; the others are used."
_AGAIN = "Correct it and send the extract again."

#: Rows that have no cells: `BadLine.rule` of the readers is one of these.
LINE_RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "too_few_cells",
            "error",
            f"The row has fewer cells than there are headings. {_LEFT_OUT} Often a line break inside a cell"
            " has cut the row in two: export again with such cells in quotes.",
            "A row has as many cells as there are headings.",
            "line",
        ),
        Rule(
            "too_many_cells",
            "error",
            f"The row has more cells than there are headings. {_LEFT_OUT} Often a cell holds the separator"
            " itself: export again with such cells in quotes.",
            "A row has as many cells as there are headings.",
            "line",
        ),
        Rule(
            "unclosed_quote",
            "error",
            f"A quotation mark is opened in this row and never closed. {_LEFT_OUT} Remove the mark or export again.",
            "A quotation mark that is opened is closed.",
            "line",
        ),
        Rule(
            "unreadable_line",
            "error",
            f"The row cannot be read: {_LEFT_OUT.lower()} Export the file again, if possible in another form.",
            "A row can be parsed.",
            "line",
        ),
    )
}

#: A cell that holds something, but no value of its column's kind.
UNREADABLE: dict[str, Rule] = {
    kind: Rule(rule, "error", message, description, "cell")
    for kind, rule, message, description in (
        (
            "timestamp",
            "unreadable_timestamp",
            f"“{{heading}}” holds “{{value}}”, which is not a date and time that exists in the form agreed"
            f" for this extract ({{expected}}). {_AGAIN} A total or a footer can be left out of the export.",
            "A time exists and stands in a form that the mapping declares; without one, in ISO 8601.",
        ),
        (
            "date",
            "unreadable_date",
            f"“{{heading}}” holds “{{value}}”, which is not a date that exists in the form agreed for this"
            f" extract ({{expected}}). {_AGAIN}",
            "A date exists and stands in a form that the mapping declares; without one, in ISO 8601.",
        ),
        (
            "number",
            "unreadable_number",
            f"“{{heading}}” holds “{{value}}”, which is not a number. Write digits only, such as 90 or 1.5. {_AGAIN}",
            "A number is written in digits, with a point before decimals; commas may stand before thousands.",
        ),
        (
            "integer",
            "unreadable_integer",
            f"“{{heading}}” holds “{{value}}”, which is not a whole number. {_AGAIN}",
            "A whole number is written in digits; a year of birth has four, or is a date.",
        ),
        (
            "bool",
            "unreadable_bool",
            "“{heading}” holds “{value}”, which is neither yes nor no. Write Yes or No, or leave it"
            " empty when it is not known.",
            "An answer is Yes, No, Y, N, True, False, T, F, 1, 0 or X, or a code of the mapping.",
        ),
        (
            "code",
            "unknown_code",
            "“{heading}” holds “{value}”, a value that the program's mapping does not know. Correct it if"
            " it is a slip; if it is right, tell the program staff what it means, so that it is added to"
            " the mapping.",
            "A value is one of the codes of its column, or the mapping says which one it stands for.",
        ),
        (
            "text",
            "excel_damage",
            "“{heading}” holds “{value}”: a number that Excel has changed, so the real one is lost. Export"
            " again from CAD without opening the file in Excel, or set the column to Text (Data > From"
            " Text/CSV) before saving it.",
            "An incident number is not one that Excel has changed (5.00E+93, trailing .0, a date).",
        ),
    )
}

BROKEN_CELL = Rule(
    "broken_cell",
    "error",
    "“{heading}” has no value: {expected}. Open the workbook in Excel, mend or recalculate the cell, save"
    " it, and send it again.",
    "A cell of a workbook has a value: its formula was calculated and gave no error.",
    "cell",
)
MISSING = Rule(
    "missing",
    "error",
    "“{heading}” is empty, but no row can be used without it. Fill it in and send the extract again; a"
    " total or a footer can be left out of the export.",
    "A required cell is filled.",
)
OUT_OF_RANGE = Rule(
    "out_of_range",
    "error",
    "“{heading}” holds “{value}”, but must be {expected}. Correct it and send the extract again.",
    "A number lies within the limits of its column.",
)
EXCLUDED = Rule(
    "excluded",
    "error",
    "The row was taken out by the program staff, who recorded why in their corrections. If it is right"
    " after all, tell them.",
    "A correction of the program takes the row out.",
    "cell",
)

CELL_RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*UNREADABLE.values(), BROKEN_CELL, MISSING, OUT_OF_RANGE, EXCLUDED)
}
