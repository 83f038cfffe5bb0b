"""Books as they were known after an act: a copy from which everything later is taken out again.

Postings, papers, moves and parameters name their act, cards and settings keep their changes; summaries are added up
anew. Not brought back: vouchers in preparation, rows of intake runs undone since, what stock pools held, and the
counter of asset numbers, which no document counts.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from erp_core.foundation.changes import WATCHED
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import BOOKS_ZONE

When = date | datetime | int

# In this order, since lines name their heads.
_LATER = (
    *(
        f"""update core.{table} h set {field} = m.before
            from (select source, line, min_by(before, act_id) as before from core.moved_row
                  where table_name = '{table}' and field = '{field}' and act_id > $act group by source, line) m
            where m.source = h.source and m.line = h.line"""
        for table in ("sales_history", "purchase_history")
        for field in ("party", "item")
    ),
    "delete from core.voucher_line where voucher_id in (select voucher_id from core.voucher where act_id > $act)",
    "delete from core.open_item where voucher_id in (select voucher_id from core.voucher where act_id > $act)",
    "delete from core.document_line where document_id in (select document_id from core.document where act_id > $act)",
    """delete from core.document_reference
       where document_id in (select document_id from core.document where act_id > $act)""",
    *(
        f"delete from core.intake_{table} where run_id in (select run_id from core.intake_run where act_id > $act)"
        for table in ("row", "part", "column", "link", "aside", "note")
    ),
    "delete from core.intake_key where run_id in (select run_id from core.intake_run where act_id > $act)",
    "delete from core.sales_history where run_id in (select run_id from core.intake_run where act_id > $act)",
    "delete from core.purchase_history where run_id in (select run_id from core.intake_run where act_id > $act)",
)
_ANEW = (
    "delete from core.voucher_draft where $act >= 0",
    "delete from core.stock_pool where $act >= 0",
    "delete from core.stock_layer where $act >= 0",
    "delete from core.stock_now where $act >= 0",
    """insert into core.stock_now select item, warehouse, bin, sum(quantity), max(moved_on) from core.stock_move
       where $act >= 0 group by item, warehouse, bin""",
    "delete from core.account_balance where $act >= 0",
    """insert into core.account_balance
       select v.period, l.account, l.party, l.department, l.employee, l.project, l.item, v.closing, sum(l.debit),
              sum(l.credit)
       from core.voucher_line l join core.voucher v using (voucher_id) where $act >= 0 group by all""",
    """update core.document d set status = s.to_status, version = s.steps
       from (select document_id, max_by(to_status, act_id) as to_status, count(*) as steps
             from core.document_step group by document_id) s
       where s.document_id = d.document_id and $act >= 0""",
    """update core.number_counter c
       set last_number = (select count(*) from core.document d
                          where d.kind = c.series and starts_with(d.number, s.prefix || c.cycle || '-'))
       from core.number_series s where s.series = c.series and s.series <> 'asset' and $act >= 0""",
)
# The same rule by which the check document_progress proves progress; amounts of what waits for a bill go by quantity.
_PROGRESS = """
    with drawn as (
        select l.source_id as document_id, l.source_line as line, d.kind as by_kind, h.kind as of_kind, l.quantity,
               case d.kind when 'sales_delivery' then 'delivered' when 'sales_return' then 'returned'
                           when 'sales_invoice' then 'invoiced' when 'purchase_receipt' then 'received'
                           when 'purchase_return' then 'returned' when 'purchase_bill' then 'billed' end as step
        from core.document_line l join core.document d on d.document_id = l.document_id
        join core.document h on h.document_id = l.source_id
        where l.source_id is not null and d.status <> 'cancelled'
    ), every as (
        select document_id, line, step, quantity from drawn where step is not null
        union all
        select l.document_id, l.line, 'unbilled', l.quantity
        from core.document_line l join core.document d on d.document_id = l.document_id
        where d.kind = 'purchase_receipt'
        union all
        select document_id, line, 'unbilled', -quantity from drawn
        where step in ('billed', 'returned') and of_kind = 'purchase_receipt'
    ), summed as (
        select document_id, line, step, sum(quantity) as quantity from every group by all
    )
    select s.document_id, s.line, s.step, s.quantity,
           case when s.step <> 'unbilled' or l.quantity = 0 then 0
                when s.quantity = p.quantity then p.amount
                else round(cast(l.net as double) * cast(s.quantity as double) / cast(l.quantity as double), 2)
           end as amount
    from summed s
    left join core.document_line l on l.document_id = s.document_id and l.line = s.line
    left join core.document_progress p on p.document_id = s.document_id and p.line = s.line and p.step = s.step
"""


class NotYetBegun(Refusal):
    """The books hold no act up to {when}; the first was on {first}."""


class ActUnknown(Refusal):
    """There is no act {act}; the last is {last}."""


def act_at(cursor: duckdb.DuckDBPyConnection, when: When) -> int:
    """The last act up to an instant, or to the end of a day in the zone of the books; a number stands for itself."""
    first, last = cursor.execute("select min(happened_at), max(act_id) from core.act").fetchall()[0]
    if isinstance(when, int):
        if not 1 <= when <= last:
            raise ActUnknown(act=when, last=last)
        return when
    found = cursor.execute("select max(act_id) from core.act where happened_at < $end", {"end": _end(when)}).fetchall()
    if found[0][0] is None:
        raise NotYetBegun(when=when, first=first.date())
    return found[0][0]


def _end(when: date | datetime) -> datetime:
    """The first instant, in UTC without zone, that is no longer known."""
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=BOOKS_ZONE) + timedelta(days=1)
    local = when if when.tzinfo else when.replace(tzinfo=BOOKS_ZONE)
    return (local - local.utcoffset()).replace(tzinfo=None)


def rewind(path: Path, act_id: int) -> None:
    """Take everything after an act out of a copy of books; the copy can be read afterwards, not posted to."""
    connection = duckdb.connect(str(path), config={"enable_external_access": "false"})
    try:
        for trigger, table in connection.execute("select trigger_name, table_name from duckdb_triggers()").fetchall():
            connection.execute(f"drop trigger {trigger} on core.{table}")
        _undo_changes(connection, act_id)
        _undo_revisions(connection, act_id)
        for statement in _LATER:
            connection.execute(statement, {"act": act_id})
        for table in _with_act(connection):
            connection.execute(f"delete from core.{table} where act_id > $act", {"act": act_id})
        for statement in _ANEW:
            connection.execute(statement, {"act": act_id})
        connection.execute(f"create temp table progress as {_PROGRESS}")
        connection.execute("delete from core.document_progress")
        connection.execute("insert into core.document_progress from progress")
        connection.execute("checkpoint")
    finally:
        connection.close()


def _with_act(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_columns() where schema_name = 'core' and column_name = 'act_id'"
        " and table_name in (select table_name from duckdb_tables() where schema_name = 'core')"
    ).fetchall()
    return sorted(row[0] for row in rows)


def _undo_changes(connection: duckdb.DuckDBPyConnection, act_id: int) -> None:
    """Put the cards and settings back, the latest change first."""
    rows = connection.execute(
        "select act_id, table_name, row_key, kind, field, before from core.change where act_id > $act"
        " order by act_id desc, case kind when 'added' then 0 when 'removed' then 1 else 2 end",
        {"act": act_id},
    ).fetchall()
    for _, table, row_key, kind, field, before in rows:
        named = " || ' / ' || ".join(f"cast({name} as varchar)" for name in WATCHED[table])
        if kind == "changed":
            # Every value was kept as text; the column's own type reads it back.
            connection.execute(
                f"update core.{table} set {field} = $before where {named} = $key", {"before": before, "key": row_key}
            )
        elif kind == "added":
            connection.execute(f"delete from core.{table} where {named} = $key", {"key": row_key})
        else:
            whole = json.loads(before)
            places = ", ".join(f"${name}" for name in whole)
            connection.execute(f"insert into core.{table} ({', '.join(whole)}) values ({places})", whole)


def _undo_revisions(connection: duckdb.DuckDBPyConnection, act_id: int) -> None:
    """Give orders that were revised since the header and lines they had: the earliest state kept after the act."""
    rows = connection.execute(
        "select document_id, header, lines from core.document_revision where act_id > $act"
        " qualify row_number() over (partition by document_id order by revision) = 1",
        {"act": act_id},
    ).fetchall()
    for document_id, header, lines in rows:
        head = json.loads(header)
        puts = ", ".join(f"{name} = ${name}" for name in head)
        connection.execute(f"update core.document set {puts} where document_id = $id", head | {"id": document_id})
        connection.execute("delete from core.document_line where document_id = $id", {"id": document_id})
        for line in json.loads(lines):
            places = ", ".join(f"${name}" for name in line)
            connection.execute(f"insert into core.document_line ({', '.join(line)}) values ({places})", line)
