"""Give every cash line its line of the cash-flow statement, from the account that stands on the other side."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.session import Session
from erp_core.ledger import accounts


def fill(session: Session, body: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Fill cash_flow of cash lines that have none: by the largest counterpart line and the direction of the money.

    A transfer between cash accounts carries no item. Openings and carried turnover carry none either.
    body: lines with voucher_id, period, account, debit, credit, cash_flow; the same frame comes back, same order.
    """
    cash = accounts.chart(session).filter("cash")["code"]
    is_cash = pl.col("account").is_in(cash.implode())
    waiting = body.filter(is_cash & (pl.col("cash_flow") == "") & ~pl.col("period").str.ends_with("-00"))
    if waiting.is_empty():
        return body
    touched = body.join(waiting.select("voucher_id").unique(), on="voucher_id", how="semi")
    counter = _counterparts(session, touched, is_cash)
    # The side decides, not the sign: a red payment is a negative payment, never a receipt.
    found = waiting.select(
        "voucher_id", "line", direction=pl.when(pl.col("debit") != 0).then(pl.lit("in")).otherwise(pl.lit("out"))
    )
    found = found.join(counter, on=["voucher_id", "direction"], how="left").select("voucher_id", "line", "found")
    return (
        body.join(found, on=["voucher_id", "line"], how="left", maintain_order="left")
        .with_columns(cash_flow=pl.when(pl.col("cash_flow") == "").then(pl.col("found").fill_null("")).otherwise("cash_flow"))
        .drop("found")
    )


def _counterparts(session: Session, touched: pl.DataFrame, is_cash: pl.Expr) -> pl.DataFrame:
    """Per voucher and direction, the statement line of the largest counterpart line."""
    rules = session.reference("cash_flow_rule").filter(pl.col("standard") == _standard(session))
    rules = rules.select(rule_account="account", direction="direction", found=pl.col("line_no").cast(pl.String))
    others = touched.filter(~is_cash).with_columns(size=(pl.col("debit") - pl.col("credit")).abs())
    distinct = others.select("account").unique()
    # The longest rule that the account begins with decides: 560301 before 5603.
    matched = (
        distinct.join(rules, how="cross")
        .filter(pl.col("account").str.starts_with(pl.col("rule_account")))
        .sort(pl.col("rule_account").str.len_chars(), descending=True)
        .unique(["account", "direction"], keep="first")
    )
    return (
        others.join(matched, on="account")
        .sort("size", "line", descending=[True, False])
        .unique(["voucher_id", "direction"], keep="first")
        .select("voucher_id", "direction", "found")
    )


def _standard(session: Session) -> str:
    return session.reference("company")["standard"][0]
