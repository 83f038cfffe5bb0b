"""Statements of banks: every line once, however often and in however many files it comes; counts are told."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.banking import accounts
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

LINES = {
    "posted_on": pl.Date,
    "amount": MONEY,
    "balance": MONEY,
    **dict.fromkeys(("counterparty", "counter_account", "summary", "reference"), pl.String),
    "source_row": pl.Int32,
}
_TEXTS = ("counterparty", "counter_account", "summary", "reference")
GAPS_SHOWN = 20


class StatementEmpty(Refusal):
    """{file} holds no line of a statement."""


class LineOfNothing(Refusal):
    """{file}, row {row}: a line of a bank moves money, its amount cannot be nil ({count} such lines)."""


class StatementEarly(Refusal):
    """{file}, row {row}: {day} lies before {begins_on}, when {code} begins to be reconciled ({count} such lines)."""


@verb("banking.statement.load")
def load(
    session: Session, *, bank_account: str, lines: given.Given, file: str, file_hash: str = "", layout: str = ""
) -> dict[str, Any]:
    """Load the lines of a bank's statement; lines loaded before, or twice in the file, are counted and left out.

    lines, in the order of the file: posted_on, amount (in positive, out negative, CNY), balance after the line,
    counterparty, counter_account, summary, reference (serial number), source_row. Returns read = added + known +
    double, the first and last day, and gaps: rows before which the running balance shows that lines are missing.
    """
    account = accounts.find(session, bank_account)
    frame = given.documents(lines, LINES, ("posted_on", "amount"))
    if frame.is_empty():
        raise StatementEmpty(file=file)
    frame = oldest_first(_filled(frame))
    _refuse_odd(frame, file, account)
    told = told_apart(frame)
    fresh = _unknown(session, bank_account, told.filter(~pl.col("double")))
    double = told.filter("double")
    counts = {
        "read": frame.height,
        "added": fresh.height,
        "known": frame.height - fresh.height - double.height,
        "double": double.height,
    }
    _write(session, account, frame, fresh, counts, {"file": file, "file_hash": file_hash, "layout": layout})
    return counts | {
        "from_on": str(frame["posted_on"].min()),
        "to_on": str(frame["posted_on"].max()),
        "double_rows": double["source_row"].head(GAPS_SHOWN).to_list(),
        "gaps": gaps(told.filter(~pl.col("double"))),
    }


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [pl.col(name).fill_null("").str.strip_chars() for name in _TEXTS]
    numbered = pl.coalesce("source_row", pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    return frame.drop("key").with_columns(*texts, source_row=numbered)


def _refuse_odd(frame: pl.DataFrame, file: str, account: dict[str, Any]) -> None:
    nil = frame.filter(pl.col("amount") == 0)
    if not nil.is_empty():
        raise LineOfNothing(file=file, row=nil["source_row"][0], count=nil.height)
    early = frame.filter(pl.col("posted_on") < account["begins_on"])
    if not early.is_empty():
        row = early.row(0, named=True)
        raise StatementEarly(
            file=file, row=row["source_row"], day=row["posted_on"], begins_on=account["begins_on"],
            code=account["code"], count=early.height,
        )  # fmt: skip


def oldest_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Lines in the order in which they happened: many banks list the latest first."""
    steps = frame["posted_on"].diff().drop_nulls()
    falls, rises = (steps.dt.total_days() < 0).sum(), (steps.dt.total_days() > 0).sum()
    if falls > rises or (falls == rises and _chained(frame.reverse()) > _chained(frame)):
        frame = frame.reverse()
    return frame.sort("posted_on", maintain_order=True)


def _chained(frame: pl.DataFrame) -> int:
    """How many lines follow from the balance of the line before."""
    return frame.select((pl.col("balance").shift(1) + pl.col("amount") == pl.col("balance")).sum()).item()


def told_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Add identity, occurrence and double to lines in order.

    The identity is day, amount and serial number; without one, counterparty and text instead. Equal lines of a file are
    the same line twice if their running balances are equal, or if they have a serial number and no balance; else they
    are different lines, counted in sequence.
    """
    tail = (
        pl.when(pl.col("reference") != "")
        .then(pl.format("#{}", "reference"))
        .otherwise(pl.format("{}|{}|{}", "counterparty", "counter_account", "summary"))
    )
    named = frame.with_columns(identity=pl.format("{}|{}|{}", "posted_on", "amount", tail))
    by_balance = pl.struct("identity", "balance")
    again = ~by_balance.is_first_distinct() & (pl.col("balance").is_not_null() | (pl.col("reference") != ""))
    marked = named.with_columns(double=again)
    counted = (~pl.col("double")).cast(pl.Int32).cum_sum().over("identity")
    return marked.with_columns(occurrence=counted.cast(pl.Int32))


def _unknown(session: Session, bank_account: str, told: pl.DataFrame) -> pl.DataFrame:
    """The lines that are not loaded yet, with the occurrence they get."""
    held = session.frame_with(
        "select l.identity, l.occurrence, l.balance from core.bank_line l"
        " semi join _told using (identity) where l.bank_account = $code",
        {"_told": told.select("identity")},
        code=bank_account,
    )
    # Where there is a serial number it tells, whatever balance another format reckons; else the balance does.
    numbered = pl.col("reference") != ""
    balanced = held.filter(pl.col("balance").is_not_null())
    same_balance = told.filter(~numbered).join(balanced, on=["identity", "balance"], how="semi")["source_row"]
    rest = told.filter(~pl.col("source_row").is_in(same_balance.implode()))
    # Where one side has no balance, a line is known by how many there were before it.
    bare = held.filter(pl.col("balance").is_null()).group_by("identity").len("bare")
    all_held = held.group_by("identity").agg(held=pl.len(), last=pl.col("occurrence").max())
    rest = rest.join(bare, on="identity", how="left", maintain_order="left").join(
        all_held, on="identity", how="left", maintain_order="left"
    )
    nth = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("identity")
    places = pl.when(pl.col("balance").is_null() | numbered).then("held").otherwise("bare").fill_null(0)
    fresh = rest.with_columns(nth=nth, places=places).filter(pl.col("nth") > pl.col("places"))
    following = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("identity")
    return fresh.with_columns(occurrence=(pl.col("last").fill_null(0) + following).cast(pl.Int32))


def gaps(lines: pl.DataFrame) -> list[dict[str, str]]:
    """Where the running balance does not follow from the line before: row, expected, found."""
    before = pl.col("balance").shift(1) + pl.col("amount")
    broken = lines.with_columns(expected=before).filter(pl.col("expected") != pl.col("balance"))
    return [
        {"row": str(row["source_row"]), "expected": str(row["expected"]), "found": str(row["balance"])}
        for row in broken.head(GAPS_SHOWN).to_dicts()
    ]


def _write(
    session: Session,
    account: dict[str, Any],
    frame: pl.DataFrame,
    fresh: pl.DataFrame,
    counts: dict[str, int],
    about: dict[str, str],
) -> None:
    statement = session.take_ids("bank_statement", "statement_id", 1)
    row = {
        "statement_id": statement,
        "bank_account": account["code"],
        **about,
        "from_on": frame["posted_on"].min(),
        "to_on": frame["posted_on"].max(),
        "closing": frame["balance"][-1],
        **{f"rows_{name}": count for name, count in counts.items()},
        "act_id": session.act_id,
    }
    session.insert("bank_statement", pl.DataFrame([row], schema_overrides={"closing": MONEY}))
    first = session.take_ids("bank_line", "line_id", max(fresh.height, 1))
    session.insert(
        "bank_line",
        fresh.select(
            *LINES,
            "identity",
            "occurrence",
            line_id=pl.int_range(pl.len(), dtype=pl.Int64) + first,
            bank_account=pl.lit(account["code"]),
            statement_id=pl.lit(statement, pl.Int64),
            act_id=pl.lit(session.act_id, pl.Int64),
        ),
    )
