"""The questions, as SQL that DuckDB and SQLite both understand."""

import common

_TYPE_NUMBER = "CASE type " + " ".join(
    f"WHEN '{name}' THEN {number}" for number, name in enumerate(common.TYPES)
) + " END"

# SQLite's sum() refuses to overflow, so it adds the halves of each half; DuckDB's sum() has 128 bits.
_HALF = {
    "duckdb": lambda column: f"sum({column})",
    "sqlite": lambda column: f"(sum({column} >> 32 & 4294967295)), (sum({column} & 4294967295))",
}


# Of ten million events the times in milliseconds no longer add up within 63 bits: those since this one do.
SINCE = 1_600_000_000_000


def sums(dialect, source):
    """A full scan of every value; the times as those since SINCE."""
    half = _HALF[dialect]
    return (
        f"SELECT count(*), sum(amount_cents), sum(channel), sum(qty), sum(CAST(substr(sku, 4) AS BIGINT)),"
        f" sum(recorded - {SINCE}), sum(CAST(substr(customer, 2) AS BIGINT)), sum({_TYPE_NUMBER}),"
        f" {half('id_high')}, {half('id_low')} FROM {source}"
    )


def whole(row):
    """An answer to `sums` with the times themselves."""
    return (*row[:5], row[5] + row[0] * SINCE, *row[6:])


def lengths(source):
    """The same scan, for DuckDB, looking at no more of a text than its length."""
    return (
        "SELECT count(*), sum(amount_cents) + sum(channel) + sum(qty) + sum(id_high) + sum(id_low), sum(recorded),"
        f" sum(strlen(customer)) + sum(strlen(sku)) + sum(strlen(type)) FROM {source}"
    )


def one_type(source):
    """The events of the type that 3 % have."""
    return (
        "SELECT count(*), sum(amount_cents * qty), max(recorded)"
        f" FROM {source} WHERE type = '{common.TYPES[-1]}'"
    )


def history(source):
    """One customer's events; the customer is the parameter."""
    return f"SELECT count(*), sum(amount_cents), max(recorded) FROM {source} WHERE customer = ?"
