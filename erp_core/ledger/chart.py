"""The official charts of accounts and statement formats, read from `data/charts`."""

import re
from datetime import date

import polars as pl

from erp_core.foundation.paths import data_folder
from erp_core.foundation.session import Session

STANDARDS = ("sbe", "asbe")
FLAGS = ("cash", "control", "deductible", "tied")
NUMBERS = ("position", "line_no", "sign", "width", "line")
RULES_SHIPPED = date(2000, 1, 1)
TERM = re.compile(r"([+-]?)(\d+)")


def read(name: str) -> pl.DataFrame:
    """One file of `data/charts` as written: text, except flags, whole numbers, dates and rates; blank means absent."""
    frame = pl.read_csv(data_folder() / "charts" / f"{name}.csv", infer_schema=False).fill_null("")
    casts = [pl.col(column) == "true" for column in FLAGS if column in frame.columns]
    casts += [pl.col(column).replace("", None).cast(pl.Int32) for column in NUMBERS if column in frame.columns]
    casts += [pl.col(column).replace("", None).str.to_date() for column in frame.columns if column.startswith("valid_")]
    casts += [pl.col(column).cast(pl.Decimal(9, 6)) for column in frame.columns if column == "rate"]
    return frame.with_columns(casts)


def accounts(standard: str) -> pl.DataFrame:
    """The accounts of a standard with `leaf` worked out: an account is a leaf while it has no child."""
    frame = read(f"{standard}_accounts")
    return frame.with_columns(leaf=~pl.col("code").is_in(frame["parent"].implode()))


def of_standard(name: str, standard: str) -> pl.DataFrame:
    """The rows of one file that belong to a standard."""
    return read(name).filter(pl.col("standard") == standard)


def terms(lines: pl.DataFrame) -> pl.DataFrame:
    """Computed lines expanded down to the lines that accounts feed: standard, statement, line_no, term_line, sign."""
    formulas = {
        (row["statement"], row["line_no"]): [
            (-1 if sign == "-" else 1, int(line)) for sign, line in TERM.findall(row["formula"])
        ]
        for row in lines.filter(pl.col("formula") != "").iter_rows(named=True)
    }
    expanded = [
        (lines["standard"][0], statement, line, term, sign)
        for statement, line in formulas
        for term, sign in leaves(formulas, statement, line)
    ]
    numbers = dict.fromkeys(("line_no", "term_line", "sign"), pl.Int32)
    return pl.DataFrame(expanded, {"standard": pl.String, "statement": pl.String, **numbers}, orient="row")


def leaves(formulas: dict, statement: str, line: int, sign: int = 1) -> list[tuple[int, int]]:
    """The lines a computed line rests on in the end, each with its sign, in the order of the formula."""
    if (statement, line) not in formulas:
        return [(line, sign)]
    return [
        leaf for inner, term in formulas[statement, line] for leaf in leaves(formulas, statement, term, sign * inner)
    ]


def load_chart(session: Session, standard: str) -> None:
    """Puts accounts, roles, statement formats and cash-flow rules of `sbe` or `asbe` into new books."""
    lines = of_standard("statement_lines", standard)
    session.insert("account", accounts(standard))
    session.insert("account_role", of_standard("account_roles", standard).drop("standard"))
    load_posting_rules(session)
    session.insert("statement_format", of_standard("statement_formats", standard))
    session.insert("statement_line", lines)
    session.insert("statement_term", terms(lines))
    session.insert("statement_account", of_standard("statement_accounts", standard))
    session.insert("statement_tie", of_standard("statement_ties", standard))
    session.insert("cash_flow_rule", of_standard("cash_flow_rules", standard))
    session.insert("nonmonetary_account", of_standard("nonmonetary_accounts", standard))


def load_posting_rules(session: Session) -> None:
    """Puts the rules by which events become vouchers into new books, in force from the first day on."""
    for table in ("posting_event", "posting_rule"):
        session.insert(table, read(f"{table}s").with_columns(valid_from=pl.lit(RULES_SHIPPED)))


def load_tax_codes(session: Session) -> None:
    """Puts the tax codes with their dates into new books."""
    session.insert("tax_code", read("tax_codes"))


def load_number_series(session: Session) -> None:
    """Puts the number series of the documents into new books."""
    session.insert("number_series", read("number_series"))


def load_asset_categories(session: Session, standard: str) -> None:
    """Puts the usual categories of assets with their accounts into new books."""
    whole, rate = (
        pl.col("life_months", "tax_life_months").cast(pl.Int32),
        pl.col("residual_rate").cast(pl.Decimal(9, 6)),
    )
    session.insert(
        "asset_category", of_standard("asset_categories", standard).drop("standard").with_columns(whole, rate)
    )
