"""What the masters say about the lines of an order: item, unit, tax code and rate on the day."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from erp_core.foundation.amounts import scaled
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import QUANTITY
from erp_core.foundation.session import Session
from erp_core.masters import rates
from erp_core.masters.refusals import UnknownUnit

HEADER = {
    "document_on": pl.Date,
    "due_on": pl.Date,
    **dict.fromkeys(("party", "warehouse", "department", "employee", "project", "reference", "note"), pl.String),
}
LINES = {
    **dict.fromkeys(("item", "description", "warehouse", "bin", "unit", "tax_code", "reason"), pl.String),
    **dict.fromkeys(("quantity", "unit_price", "gross_price"), QUANTITY),
    "promised_on": pl.Date,
}


class NoSuchItem(Refusal):
    """There is no item {first} ({count} such lines)."""


class ItemOutOfUse(Refusal):
    """Item {first} is out of use ({count} such lines)."""


class OrderQuantity(Refusal):
    """Item {item}: the quantity must be above zero, not {quantity} ({count} such lines)."""


class NoSuchParty(Refusal):
    """There is no {role} {first} ({count} such documents)."""


class PartyBlocked(Refusal):
    """{first} {name} is blocked ({count} such documents)."""


class NoSuchPlace(Refusal):
    """There is no {what} {first} ({count} such rows)."""


class PriceMissing(Refusal):
    """Item {first} has no price on {day}: no rule, no list price, none typed ({count} such lines)."""


class OrderWithoutLines(Refusal):
    """Order {first} has no lines ({count} such orders)."""


def parties_of(session: Session, heads: pl.DataFrame, role: str) -> pl.DataFrame:
    """Join the card of each document's customer or supplier, columns prefixed party_; refuse unknown or blocked."""
    cards = session.reference("party")
    wanted = cards.select("code", pl.all().exclude("code").name.prefix("party_"))
    joined = heads.join(wanted, left_on="party", right_on="code", how="left", maintain_order="left")
    lost = joined.filter(~pl.col(f"party_{role}").fill_null(value=False))
    if not lost.is_empty():
        raise NoSuchParty(role=role, first=lost["party"][0], count=lost.height)
    blocked = joined.filter(pl.col("party_status") == "blocked")
    if not blocked.is_empty():
        raise PartyBlocked(first=blocked["party"][0], name=blocked["party_name"][0], count=blocked.height)
    return joined


def with_party_name(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """Join the name of the party of each document, as party_name."""
    names = session.reference("party").select(party="code", party_name="name")
    return heads.join(names, on="party", how="left", maintain_order="left").with_columns(
        pl.col("party_name").fill_null("")
    )


def refuse_unknown_places(session: Session, frame: pl.DataFrame) -> None:
    """Refuse a warehouse, department, employee or project that the masters do not know."""
    for what in ("warehouse", "department", "employee", "project"):
        if what not in frame.columns:
            continue
        given = frame.filter(pl.col(what).fill_null("") != "")
        if given.is_empty():
            continue
        lost = given.join(session.reference(what), left_on=what, right_on="code", how="anti")
        if not lost.is_empty():
            raise NoSuchPlace(what=what, first=lost[what][0], count=lost.height)


def complete(session: Session, lines: pl.DataFrame, direction: str) -> pl.DataFrame:
    """Complete the lines of an order from the masters, in the base unit of each item.

    lines: item, quantity, unit, unit_price, gross_price, tax_code, description, document_on; direction: sales or
    purchase.
    Adds item_* columns, tax_code, tax_rate; quantity and prices are turned from the unit given into the base unit.
    """
    cards = session.reference("item").select("code", pl.all().exclude("code").name.prefix("item_"))
    joined = lines.join(cards, left_on="item", right_on="code", how="left", maintain_order="left")
    _refuse_items(joined)
    joined = _in_base_unit(session, joined).with_columns(
        tax_code=pl.coalesce(pl.when(pl.col("tax_code") != "").then("tax_code"), f"item_{direction}_tax"),
        description=pl.coalesce(pl.when(pl.col("description") != "").then("description"), "item_name"),
    )
    rated = rates.tax_rates(session, joined.select("tax_code", on="document_on"))
    return joined.with_columns(rated["tax_rate"])


def refuse_empty(heads: pl.DataFrame, body: pl.DataFrame) -> None:
    """Refuse an order without lines."""
    empty = heads.join(body, on="key", how="anti")
    if not empty.is_empty():
        raise OrderWithoutLines(first=empty["key"][0], count=empty.height)


def refuse_unpriced(lines: pl.DataFrame) -> None:
    """Refuse a line for which neither a typed price nor a policy gives one."""
    blank = lines.filter(pl.col("unit_price").is_null() & pl.col("gross_price").is_null())
    if not blank.is_empty():
        raise PriceMissing(first=blank["item"][0], day=blank["document_on"][0], count=blank.height)


def _refuse_items(joined: pl.DataFrame) -> None:
    lost = joined.filter(pl.col("item_name").is_null())
    if not lost.is_empty():
        raise NoSuchItem(first=lost["item"][0], count=lost.height)
    idle = joined.filter(~pl.col("item_active"))
    if not idle.is_empty():
        raise ItemOutOfUse(first=idle["item"][0], count=idle.height)
    bad = joined.filter(pl.col("quantity") <= 0)
    if not bad.is_empty():
        raise OrderQuantity(item=bad["item"][0], quantity=bad["quantity"][0].normalize(), count=bad.height)


def _in_base_unit(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    other = pl.col("unit").fill_null("").is_in([""]) | (pl.col("unit") == pl.col("item_unit"))
    if lines.select(other.all()).item():
        return lines
    units = session.reference("item_unit")
    joined = lines.join(units, on=["item", "unit"], how="left", maintain_order="left")
    lost = joined.filter(~other & pl.col("numerator").is_null())
    if not lost.is_empty():
        known = units.filter(pl.col("item") == lost["item"][0])["unit"].to_list()
        raise UnknownUnit(item=lost["item"][0], unit=lost["unit"][0], known=", ".join([lost["item_unit"][0], *known]))
    up, down = pl.col("numerator").fill_null(1), pl.col("denominator").fill_null(1)
    return joined.with_columns(
        quantity=scaled(pl.col("quantity"), up, down),
        unit_price=scaled(pl.col("unit_price"), down, up),
        gross_price=scaled(pl.col("gross_price"), down, up),
    ).drop("numerator", "denominator")


def percent_above(quantity: pl.Expr, percent: str) -> pl.Expr:
    """A quantity raised by a percentage, as the limit of an over-delivery."""
    return scaled(quantity, pl.lit(int((Decimal(100) + Decimal(percent)) * 1000)), 100_000)


def with_tax_account(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """Join the account of the tax of each line and whether it may be deducted: tax_account, deductible.

    lines: tax_code, document_on. The rate stays the one that was agreed.
    """
    roles = session.reference("account_role").select("role", tax_account="account")
    held = rates.tax_rates(session, lines.select("tax_code", on="document_on")).join(
        roles, on="role", how="left", maintain_order="left"
    )
    return lines.with_columns(held["tax_account"], held["deductible"])


def with_terms(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """Fill the day on which the money is due from the credit days of the party."""
    cards = session.reference("party").select(party="code", credit_days="credit_days")
    joined = heads.join(cards, on="party", how="left", maintain_order="left")
    due = pl.col("document_on") + pl.duration(days=pl.col("credit_days").fill_null(0))
    return joined.with_columns(due_on=pl.coalesce("due_on", due.cast(pl.Date))).drop("credit_days")
