"""Give every cash line its line of the cash-flow statement, from the account that stands on the other side."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.session import Session
from erp_core.ledger import accounts


def fill(session: Session, body: pl.DataFrame) -> pl.DataFrame:
    """Fill cash_flow of cash lines that have none: by the largest counterpart line and the side the money stands on.

    A transfer between cash accounts carries no item; openings and carried turnover carry none either.
    body: lines with voucher_id, line, period, account, debit, credit, cash_flow; the same comes back, same order.
    """
    cash = accounts.marked(session, "cash")
    if cash.isdisjoint(body["account"].unique()):
        return body
    known = session.derived("account", "cash_flow", lambda: lines_by_account(session))
    is_cash = pl.col("account").is_in(list(cash))
    others = body.lazy().filter(~is_cash).join(known.lazy(), on="account")
    largest = (
        others.with_columns(size=(pl.col("debit") - pl.col("credit")).abs())
        .sort("size", "line", descending=[True, False])
        .unique(["voucher_id", "direction"], keep="first", maintain_order=True)
        .select("voucher_id", "direction", "found")
    )
    # The side decides, not the sign: a red payment is a negative payment, never a receipt.
    direction = pl.when(pl.col("debit") != 0).then(pl.lit("in")).otherwise(pl.lit("out"))
    waiting = is_cash & (pl.col("cash_flow") == "") & ~pl.col("period").str.ends_with("-00")
    return (
        body.lazy()
        .with_columns(direction=pl.when(waiting).then(direction))
        .join(largest, on=["voucher_id", "direction"], how="left", maintain_order="left")
        .with_columns(cash_flow=pl.coalesce("found", "cash_flow"))
        .drop("direction", "found")
        .collect()
    )


def lines_by_account(session: Session) -> pl.DataFrame:
    """The statement line for every account and direction: account, direction, found; the longest rule decides."""
    standard = session.reference("company")["standard"][0]
    rules = session.reference("cash_flow_rule").filter(pl.col("standard") == standard)
    return (
        accounts.chart(session)
        .select(account="code")
        .join(rules.select(rule="account", direction="direction", found=pl.col("line_no").cast(pl.String)), how="cross")
        .filter(pl.col("account").str.starts_with(pl.col("rule")))
        .sort(pl.col("rule").str.len_chars(), descending=True)
        .unique(["account", "direction"], keep="first", maintain_order=True)
        .select("account", "direction", "found")
    )
