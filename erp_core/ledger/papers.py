"""Vouchers that papers of the trade give rise to: one each, its source their number, its summary from the words."""

from __future__ import annotations

import re

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.words import word
from erp_core.ledger import posting

DIMENSIONS = ("department", "employee", "project")


def summary(session: Session, event: str, **columns: pl.Expr) -> pl.Expr:
    """The summary of a kind of voucher in the language of the company, filled in from columns: {number}, {name}."""
    text = word("erp_core", f"summary.{event}", session.reference("company")["language"][0])
    wanted = re.findall(r"\{(\w+)\}", text)
    return pl.format(re.sub(r"\{\w+\}", "{}", text), *(columns[key] for key in wanted))


def side(
    lines: pl.DataFrame, account: str | pl.Expr, amount: str, *, debit: bool, by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Lines of one side of vouchers: an amount summed per document and account, and per further columns.

    lines: number and what the arguments name. Amounts that come to nothing make no line.
    """
    zero, total = pl.lit(0, MONEY), pl.col(amount).sum().cast(MONEY)
    summed = lines.group_by(
        "number", (pl.lit(account) if isinstance(account, str) else account).alias("account"), *by, maintain_order=True
    ).agg(debit=total if debit else zero, credit=zero if debit else total)
    return summed.filter(pl.col("debit") != pl.col("credit"))


def post(session: Session, kind: str, heads: pl.DataFrame, parts: list[pl.DataFrame], event: str) -> pl.DataFrame:
    """Post one voucher per document that has lines. Returns number, voucher_id, period, voucher (such as 记-12).

    heads: number, document_on, party_name; parts: frames of side(), in the order in which their lines shall stand.
    """
    lines = pl.concat(parts, how="diagonal").rename({"number": "key"})
    given = heads.join(
        lines.select("key").unique(), left_on="number", right_on="key", how="semi", maintain_order="left"
    )
    if given.is_empty():
        return pl.DataFrame(
            schema={"number": pl.String, "voucher_id": pl.Int64, "period": pl.String, "voucher": pl.String}
        )
    vouchers = given.select(
        key="number",
        voucher_on="document_on",
        summary=summary(session, event, number=pl.col("number"), name=pl.col("party_name")),
        source_kind=pl.lit(kind),
        source_number="number",
    )
    posted = posting.post(session, vouchers, lines)
    voucher = pl.col("word") + "-" + pl.col("number").cast(pl.String)
    return posted.select(pl.col("key").alias("number"), "voucher_id", "period", voucher=voucher)
