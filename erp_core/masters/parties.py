"""Customers and suppliers: one card per business partner, whichever side of the trade it stands on."""

from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import normal, refusals, saving
from erp_core.masters.likeness import alike

PARTY = saving.Table(
    name="party",
    codes=("employee", "external_code", "level"),
    choices={"status": ("trial", "active", "blocked")},
)


@verb("masters.party.save")
def save(session: Session, *, parties: saving.Given) -> dict[str, Any]:
    """Add or change parties by code; tax numbers are checked, phones brought to one form, likely doubles warned of.

    `parties`: columns of core.party, at least code and name. Returns added, changed, unchanged and warnings.
    """
    frame = saving.complete(session, PARTY, parties)
    frame = _tax_numbers(frame).with_columns(
        pl.col("phone").map_elements(normal.phone, return_dtype=pl.String, skip_nulls=True)
    )
    saving.refuse_unknown(frame, "employee", session.frame("select code from core.employee")["code"], "employee")
    saving.refuse_numbers(frame, ["credit_limit", "credit_days"])
    warnings = _bank_changes(session, frame)
    result = saving.write(session, PARTY, frame)
    held = session.frame("select code, name, uscc, phone from core.party")
    return result | {"warnings": warnings + alike(held, frame["code"], ["name", "uscc", "phone"])}


def parties(session: Session) -> pl.DataFrame:
    """All parties, one row each, with the columns of core.party."""
    return session.frame("select * from core.party order by code")


def _tax_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    known = {text: normal.tax_number(text) for text in frame["uscc"].unique() if text}
    wrong = [text for text, number in known.items() if number is None]
    if wrong:
        bad = frame.filter(pl.col("uscc").is_in(wrong))
        raise refusals.WrongTaxNumber(**refusals.first_of(bad, code="code", value="uscc"))
    return frame.with_columns(pl.col("uscc").replace(known)) if known else frame


def _bank_changes(session: Session, frame: pl.DataFrame) -> list[dict[str, str]]:
    """A changed bank account is where money is stolen: the caller is told, so that a second person can look."""
    held = session.frame("select code, bank_account as before from core.party where bank_account <> ''")
    moved = frame.join(held, on="code").filter(pl.col("bank_account") != pl.col("before"))
    return [
        {"code": code, "like": before, "why": "bank_account"}
        for code, before in moved.select("code", "before").iter_rows()
    ]
