"""What the SQL of metrics and corrections may use: functions, operators and types that depend on the row alone.

Left out on purpose: whatever reads a clock, a file or a setting, draws at random, looks at other rows, or can make much
out of little (repeat, replace, range, powers), so that no condition runs without end.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = _words(
    # dates and times
    "date_part datepart date_diff datediff date_sub datesub date_trunc datetrunc year month day dayofmonth hour minute "
    "second dayofweek weekday isodow dayofyear week weekofyear isoyear quarter last_day dayname monthname epoch "
    "make_date to_years to_months to_weeks to_days to_hours to_minutes to_seconds "
    # text
    "lower upper lcase ucase trim ltrim rtrim length len strlen starts_with ends_with prefix suffix contains substring "
    "substr left right position strpos instr strip_accents concat regexp_matches regexp_full_match like_escape "
    "ilike_escape not_like_escape not_ilike_escape "
    # lists
    "list_contains list_has array_contains array_has list_has_any array_has_any list_has_all array_has_all "
    "list_position array_position array_length list_value "
    # numbers and nulls
    "abs round floor ceil ceiling trunc sign mod greatest least sqrt nullif"
)

OPERATORS = frozenset(["+", "-", "*", "/", "//", "%", "||", "~~", "!~~", "~~*", "!~~*", "&&", "@>", "<@"])

#: Patterns of these must be literals of modest length: matching then takes a time that the length of the cell bounds.
LIKES = frozenset(["~~", "!~~", "~~*", "!~~*"]) | {f for f in FUNCTIONS if f.endswith("like_escape")}
REGEXES = frozenset(["regexp_matches", "regexp_full_match"])

TYPES = _words(
    "BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE DECIMAL VARCHAR "
    "DATE TIME TIMESTAMP INTERVAL"
)

#: Operators as DuckDB's parser names them.
NODES = _words(
    "OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE COMPARE_IN COMPARE_NOT_IN ARRAY_EXTRACT "
    "ARRAY_CONSTRUCTOR"
)

CLOCKS = _words(
    "now today current_date current_time current_timestamp localtime localtimestamp get_current_time "
    "get_current_timestamp transaction_timestamp statement_timestamp clock_timestamp age"
)
RANDOM = _words("random setseed uuid gen_random_uuid uuidv4 uuidv7 nextval currval")
AGGREGATES = _words(
    "count count_star sum avg mean min max median quantile quantile_cont quantile_disc mode stddev stddev_pop "
    "stddev_samp variance var_pop var_samp first last any_value arg_min arg_max list array_agg string_agg group_concat "
    "bool_and bool_or histogram product entropy approx_count_distinct mad kurtosis skewness"
)
FILES = _words(
    "read_csv read_csv_auto read_text read_blob read_parquet read_json read_json_auto parquet_scan glob getenv "
    "current_setting"
)
ENDLESS = _words("repeat range generate_series replace regexp_replace lpad rpad pow power factorial")

#: What is said of a piece that is refused, by the class that the parser gives it.
REFUSED = {
    "SUBQUERY": "a subquery is not allowed",
    "STAR": "`*` is not allowed: name the columns",
    "WINDOW": "a window function (OVER) is not allowed: a condition sees one row",
    "LAMBDA": "a lambda or `->` is not allowed",
    "PARAMETER": "a parameter (`?` or `$1`) is not allowed",
    "COLLATE": "COLLATE is not allowed",
    "POSITIONAL_REFERENCE": "a position (`#1`) is not allowed: name the column",
    "DEFAULT": "DEFAULT is not allowed",
}
