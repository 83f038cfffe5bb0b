"""What goes along when a card is merged: history, price rules, orders not begun, and open items by a voucher."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from erp_core.approval import revisions
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.ledger import open_items, posting
from erp_core.masters import refusals

HISTORIES = ("sales_history", "purchase_history")
_OPEN = """
    with used as (
        select open_item_id, sum(used) as used from (
            select debit_item as open_item_id, amount as used from core.open_item_match
            union all select credit_item, -amount from core.open_item_match) group by open_item_id
    )
    select o.open_item_id, o.account, o.reference, o.item_on, o.due_on, o.amount, l.department, l.employee, l.project,
           l.item, cast(o.amount - coalesce(u.used, 0) as decimal(18, 2)) as remaining
    from core.open_item o join core.voucher v using (voucher_id)
    join core.voucher_line l on l.voucher_id = o.voucher_id and l.line = o.line
    left join used u using (open_item_id)
    where o.party = $party and o.amount <> coalesce(u.used, 0) and ($event = '' or v.event_key = $event)
    order by o.open_item_id
"""
_NOT_BEGUN = """
    select d.document_id, d.number, exists (select 1 from core.document_progress p
           where p.document_id = d.document_id and p.quantity <> 0) as begun
    from core.document d
    where d.party = $party and d.kind in ('sales_order', 'purchase_order')
      and d.status in ('draft', 'submitted', 'approved') order by d.number
"""


def move(session: Session, kind: str, code: str, into: str) -> dict[str, Any]:
    """Give everything that may still move from one card to another; what is posted stays. Returns what moved."""
    moved: dict[str, Any] = {table: _history(session, table, kind, code, into) for table in HISTORIES}
    moved["price_rules"] = _named(session, "price_rule", "rule_id", kind, code, into)
    if kind == "party":
        moved["items"] = _named(session, "item", "code", "supplier", code, into)
        moved |= _orders(session, code, into)
        moved |= transfer(session, code, into, f"merge/M{session.act_id}")
    _remember(session, kind, code, into)
    return moved


def move_back(session: Session, kind: str, code: str, into: str, merge: int, moved: dict[str, Any]) -> None:
    """Give back what a merge moved; refused when open items or orders that went along were used since."""
    if kind == "party" and moved.get("open_items"):
        _refuse_used(session, into, merge, moved["open_items"])
        transfer(session, into, code, f"unmerge/M{merge}", only=f"merge/M{merge}")
    for table in HISTORIES:
        _history_back(session, table, kind, merge)
    _renamed(session, "price_rule", "rule_id", kind, moved.get("price_rules", []), code)
    if kind == "party":
        _renamed(session, "item", "code", "supplier", moved.get("items", []), code)
        _orders_back(session, moved.get("orders", []), into, code, merge)
    _remember(session, kind, code, "")


def transfer(session: Session, giver: str, taker: str, event: str, *, only: str = "") -> dict[str, Any]:
    """Carry open items to another party by one voucher: red under the one, blue under the other, the red matched.

    only: the event whose items are carried; else all that are open. References and due days go along.
    """
    items = session.frame(_OPEN, party=giver, event=only)
    if items.is_empty():
        return {"open_items": 0}
    debit = pl.col("remaining") > 0
    zero = pl.lit(0).cast(MONEY)
    sides = [
        items.with_columns(
            party=pl.lit(party),
            debit=pl.when(debit).then(sign * pl.col("remaining")).otherwise(zero).cast(MONEY),
            credit=pl.when(debit).then(zero).otherwise(-sign * pl.col("remaining")).cast(MONEY),
        )
        for party, sign in ((giver, -1), (taker, 1))
    ]
    summary = f"合并往来单位 {giver} → {taker}"
    heads = {"key": "m", "voucher_on": session.today, "summary": summary, "source_kind": "party_merge",
             "source_number": event.partition("/")[2], "event_key": event}  # fmt: skip
    texts = ("account", "party", "department", "employee", "project", "item", "reference")
    lines = pl.concat(sides).select(
        *texts, "debit", "credit", "item_on", "due_on", key=pl.lit("m"), summary=pl.lit(summary)
    )
    posted = posting.post(session, pl.DataFrame([heads]), lines)
    red = session.frame(
        "select open_item_id from core.open_item where voucher_id = $voucher and party = $party order by line",
        voucher=posted["voucher_id"][0], party=giver,
    )  # fmt: skip
    both = items.with_columns(red=red["open_item_id"])
    open_items.match(
        session,
        both.select(
            debit_item=pl.when(debit).then("open_item_id").otherwise("red"),
            credit_item=pl.when(debit).then("red").otherwise("open_item_id"),
            amount=pl.col("remaining").abs(), matched_on=pl.lit(session.today),
        ),
    )  # fmt: skip
    return {"open_items": items.height, "voucher": f"{posted['word'][0]}-{posted['number'][0]}"}


def _history(session: Session, table: str, field: str, code: str, into: str) -> int:
    session.execute(
        f"insert into core.moved_row select '{table}', source, line, '{field}', {field}, $into, $act"
        f" from core.{table} where {field} = $code",
        into=into, code=code, act=session.act_id,
    )  # fmt: skip
    session.execute(f"update core.{table} set {field} = $into where {field} = $code", into=into, code=code)
    return session.one(
        "select count(*) from core.moved_row where table_name = $table and act_id = $act",
        table=table, act=session.act_id,
    )[0]  # fmt: skip


def _history_back(session: Session, table: str, field: str, merge: int) -> None:
    session.execute(
        f"update core.{table} h set {field} = m.before from core.moved_row m where m.table_name = '{table}'"
        f" and m.act_id = $merge and m.source = h.source and m.line = h.line and h.{field} = m.after",
        merge=merge,
    )
    session.execute(
        f"insert into core.moved_row select table_name, source, line, field, after, before, $act"
        f" from core.moved_row where table_name = '{table}' and act_id = $merge",
        merge=merge, act=session.act_id,
    )  # fmt: skip


def _named(session: Session, table: str, key: str, field: str, code: str, into: str) -> list[Any]:
    rows = session.rows(f"select {key} from core.{table} where {field} = $code order by 1", code=code)
    found = [row[0] for row in rows]
    _renamed(session, table, key, field, found, into)
    return found


def _renamed(session: Session, table: str, key: str, field: str, found: Iterable[Any], code: str) -> None:
    for one in found:
        session.execute(f"update core.{table} set {field} = $code where {key} = $key", code=code, key=one)


def _orders(session: Session, code: str, into: str) -> dict[str, list[str]]:
    rows = session.frame(_NOT_BEGUN, party=code)
    fresh = rows.filter(~pl.col("begun"))
    for document_id in fresh["document_id"]:
        _readdress(session, document_id, into)
    # What is begun keeps its party: its deliveries and bills are posted under it.
    return {"orders": fresh["number"].to_list(), "orders_left": rows.filter("begun")["number"].to_list()}


def _orders_back(session: Session, numbers: list[str], held: str, code: str, merge: int) -> None:
    rows = session.frame(_NOT_BEGUN, party=held).filter(pl.col("number").is_in(numbers))
    if used := rows.filter("begun")["number"].to_list():
        raise refusals.MergedRowsUsed(merge=f"M{merge}", first=used[0], count=len(used))
    for document_id in rows["document_id"]:
        _readdress(session, document_id, code)


def _readdress(session: Session, document_id: int, party: str) -> None:
    """Give an order to another party; its former state stays readable."""
    head = session.frame("select * from core.document where document_id = $id", id=document_id).row(0, named=True)
    revisions.keep(session, head, reason=f"{head['party']} → {party}")
    session.execute("update core.document set party = $party where document_id = $id", party=party, id=document_id)
    session.touch(f"document/{head['kind']}")


def _refuse_used(session: Session, into: str, merge: int, wanted: int) -> None:
    left = session.frame(_OPEN, party=into, event=f"merge/M{merge}")
    touched = left.filter(pl.col("remaining") != pl.col("amount"))["reference"].to_list()
    if touched or left.height < wanted:
        raise refusals.MergedRowsUsed(
            merge=f"M{merge}", first=(touched or ["-"])[0], count=wanted - left.height + len(touched)
        )


def _remember(session: Session, kind: str, code: str, into: str) -> None:
    row = {"kind": kind, "code": code, "into_code": into, "act_id": session.act_id}
    session.insert("merged_code", pl.DataFrame([row]))
