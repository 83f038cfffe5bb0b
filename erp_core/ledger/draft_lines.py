"""The lines of a voucher in preparation: what was written, worked out where an amount follows, and told apart."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, QUANTITY, money
from erp_core.ledger import accounts

TEXTS = ("summary", "account", *accounts.DIMENSIONS, "cash_flow", "reference", "currency")
NUMBERS = {"quantity": QUANTITY, "price": QUANTITY, "amount_foreign": MONEY, "rate": QUANTITY}
_SIDES = ("debit", "credit")
# side says where an amount belongs that is left to be worked out from a rate or a price.
SCHEMA = {
    **dict.fromkeys(TEXTS, pl.String),
    **dict.fromkeys(_SIDES, MONEY),
    **NUMBERS,
    "due_on": pl.Date,
    "side": pl.String,
}
_POSTED = ("quantity", "amount_foreign", "rate")


class LineShape(Refusal):
    """Voucher {voucher} of the set: its lines must be a list of lines, each with named values."""


class AmountNotOfRate(Refusal):
    """Line {line} of voucher {voucher}: {amount_foreign} {currency} at {rate} is {expected}, not {amount}."""


class AmountNotOfPrice(Refusal):
    """Line {line} of voucher {voucher}: {quantity} at {price} is {expected}, not {amount}."""


class RateMissing(Refusal):
    """Line {line} of voucher {voucher}: {amount_foreign} needs a currency of three letters and a rate above zero."""


def read(lines: Any, voucher: int | str) -> list[dict[str, str]]:
    """Lines as text values that keep exactly what was written, with amounts worked out from rates and prices.

    lines: summary, account, debit, credit, dimensions, cash_flow, reference, due_on; quantity with price; currency with
    amount_foreign and rate; side (debit | credit) where the amount is left out.
    """
    rows = lines.to_dicts() if isinstance(lines, pl.DataFrame) else lines
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LineShape(voucher=voucher)
    exact = [{name: _exact(value) for name, value in row.items()} for row in rows]
    frame = given.documents(exact, SCHEMA, ())
    return [_whole(row, at, voucher) for at, row in enumerate(frame.to_dicts(), 1)]


def _exact(value: Any) -> Any:
    """A grid on a screen knows no Decimal; the shortest text of a number is what was typed."""
    return repr(value) if isinstance(value, float) else value  # not money yet


def _whole(row: dict[str, Any], at: int, voucher: int | str) -> dict[str, str]:
    side = "credit" if row["credit"] or (not row["debit"] and row["side"] == "credit") else "debit"
    place = {"line": at, "voucher": voucher}
    amount = row[side] or Decimal(0)
    for expected, refusal, facts in (_by_rate(row, place), _by_price(row)):
        if expected is None:
            continue
        if amount and amount != expected:
            raise refusal(**place, **facts, expected=expected, amount=amount)
        amount = expected
    amounts = {"debit": row["debit"] or 0, "credit": row["credit"] or 0} | {side: amount}
    plain = {name: row[name].strip() for name in TEXTS if (row[name] or "").strip()}
    plain |= {name: str(money(amounts[name])) for name in _SIDES}
    plain |= {name: str(row[name].normalize()) if name != "amount_foreign" else str(row[name])
              for name in NUMBERS if row[name] is not None}  # fmt: skip
    return plain | ({"due_on": str(row["due_on"])} if row["due_on"] else {})


def _by_rate(row: dict[str, Any], place: dict[str, Any]) -> tuple[Decimal | None, type[Refusal], dict[str, Any]]:
    facts = {name: row[name] for name in ("amount_foreign", "currency", "rate")}
    if row["amount_foreign"] is None:
        return None, AmountNotOfRate, facts
    known = row["debit"] or row["credit"]
    if len((row["currency"] or "").strip()) != 3 or (not known and not row["rate"]) or (row["rate"] or 1) <= 0:
        raise RateMissing(**place, amount_foreign=row["amount_foreign"])
    if not row["rate"]:
        return None, AmountNotOfRate, facts
    return money(row["amount_foreign"] * row["rate"]), AmountNotOfRate, facts


def _by_price(row: dict[str, Any]) -> tuple[Decimal | None, type[Refusal], dict[str, Any]]:
    facts = {name: row[name] for name in ("quantity", "price")}
    # With a currency the price is one of that currency, and the rate has said what it comes to.
    if row["quantity"] is None or row["price"] is None or row["amount_foreign"] is not None:
        return None, AmountNotOfPrice, facts
    return money(row["quantity"] * row["price"]), AmountNotOfPrice, facts


def body(drafts: list[tuple[Any, list[dict[str, str]]]]) -> pl.DataFrame:
    """The lines of drafts as posting takes them, keyed by draft."""
    texts = dict.fromkeys(("key", *TEXTS, *_SIDES, *_POSTED, "due_on"), pl.String)
    rows = [
        {"key": str(key), **dict.fromkeys(TEXTS, ""), **{name: line[name] for name in texts if name in line}}
        for key, lines in drafts
        for line in lines
    ]
    frame = pl.DataFrame(rows, schema=texts)
    return frame.with_columns(
        pl.col(_SIDES).cast(MONEY),
        *(pl.col(name).cast(NUMBERS[name]) for name in _POSTED),
        pl.col("due_on").str.to_date(),
    )


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What differs between two states of a draft, such as '#2 credit 100.00 → 120.00'."""
    found = [
        f"{name} {old[name]} → {new[name]}"
        for name in ("voucher_on", "word", "attachments", "note")
        if old[name] != new[name]
    ]
    before, after = json.loads(old["lines"]), json.loads(new["lines"])
    for at in range(max(len(before), len(after))):
        one = before[at] if at < len(before) else {}
        other = after[at] if at < len(after) else {}
        found += [
            f"#{at + 1} {name} {one.get(name, '-')} → {other.get(name, '-')}"
            for name in dict.fromkeys([*one, *other])
            if one.get(name) != other.get(name)
        ]
    return found


def as_day(value: Any) -> date | None:
    """A day given as a date or as text; nothing where none is given."""
    frame = given.documents({"voucher_on": value}, {"voucher_on": pl.Date}, ())
    return frame["voucher_on"][0]
