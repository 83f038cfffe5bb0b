"""What goes into the evidence of a period: reports as people read them, and rows from which they are reckoned anew."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.bisect import open_items, stock
from pipelines.bisect.commands import explained
from pipelines.evidence.recompute import SEALED

# path -> report and parameters; {period}, {day} stand for the period and its last day.
REPORTS: dict[str, tuple[str, dict[str, str]]] = {
    "statements/balance_sheet": ("balance_sheet", {"period": "{period}"}),
    "statements/income_statement": ("income_statement", {"period": "{period}"}),
    "statements/cash_flow": ("cash_flow", {"period": "{period}"}),
    "ledgers/trial_balance": ("trial_balance", {"period": "{period}"}),
    "ledgers/ledger_summary": ("ledger_summary", {"from_period": "{period}", "to_period": "{period}", "level": "9"}),
    "ledgers/journal": ("voucher_list", {"period": "{period}"}),
    "ledgers/party_balance": ("dimension_balance", {"period": "{period}", "by": "party"}),
    "ledgers/stock_movement": ("stock_movement_summary", {"period": "{period}"}),
    "reconciliations/aged_receivables": ("aged_receivables", {"as_of": "{day}"}),
    "reconciliations/aged_payables": ("aged_payables", {"as_of": "{day}"}),
    "reconciliations/voucher_gaps": ("voucher_gaps", {"period": "{period}"}),
    "seals/period_seals": ("period_seals", {}),
}
_OF_ACT = "act_id <= $act"
QUERIES: dict[str, str] = {
    "posted/voucher": f"select * from rpt.voucher where period = $period and {_OF_ACT} order by voucher_id",
    "posted/voucher_line": "select l.* from rpt.voucher_line l join rpt.voucher v on v.voucher_id = l.voucher_id"
    " where v.period = $period and v.act_id <= $act order by l.voucher_id, l.line",
    "posted/stock_move": f"select * from rpt.sealed_move where period = $period and {_OF_ACT} order by move_id",
    "posted/stock_value": f"select * from rpt.sealed_value where period = $period and {_OF_ACT} order by value_id",
    "posted/before": "select period, account, closing, sum(debit) as debit, sum(credit) as credit from rpt.balance"
    " where period < $period and $act > 0 group by all order by all",
    "posted/cash_flow_before": "select l.period, l.cash_flow, sum(l.debit - l.credit) as amount from rpt.voucher_line l"
    " join rpt.account a on a.code = l.account where a.cash and l.cash_flow <> '' and $act > 0"
    " and l.period >= substr($period, 1, 4) || '-00' and l.period < $period group by all order by all",
    "charts/account": "select * from rpt.account where $act > 0 and $period <> '' order by code",
    "charts/account_ancestor": "select * from rpt.account_ancestor where $act > 0 and $period <> '' order by all",
    "charts/statement_feed": "select * from rpt.statement_feed where $act > 0 and $period <> '' order by all",
    "charts/statement_account": "select * from rpt.statement_account where $act > 0 and $period <> '' order by all",
    "charts/statement_term": "select * from rpt.statement_term where $act > 0 and $period <> '' order by all",
    "charts/party": "select code, name, customer, supplier, uscc from rpt.party"
    " where $act > 0 and $period <> '' order by code",
    "reconciliations/open_items": "select o.* from rpt.open_item o join rpt.voucher v on v.voucher_id = o.voucher_id"
    " where v.period <= $period and v.act_id <= $act order by o.open_item_id",
    "approvals/approvals": "select e.* from rpt.approval_event e"
    f" where e.{_OF_ACT} and $period <> '' order by e.approval_id, e.act_id, e.step, e.role, e.action",
    "lineage/opening_rows": "select r.* from rpt.intake_row r join rpt.intake_run i on i.run_id = r.run_id"
    f" where i.{_OF_ACT} and $period <> '' and (r.target like '%opening%' or r.target like '%voucher%' or r.target like"
    " '%balance%') order by all",
    "lineage/sources": "select v.period, v.voucher, v.source_kind, v.source_number, v.event_key from rpt.voucher v"
    f" where v.period = $period and v.{_OF_ACT} order by v.voucher_id",
    "seals/chain": "select act_id, happened_at, verb, actor, outcome, seal, seal_form, contents from rpt.seal"
    f" where {_OF_ACT} and $period <> '' order by act_id",
    "seals/forms": "select f.* from rpt.seal_form f"
    " where f.version = (select s.seal_form from rpt.seal s where s.act_id = $act)"
    " and $period <> '' order by f.table_name, f.position",
}
_GATES = """
    select gates, result_hash, statements from rpt.close_run
    where period = $period and version = $version and kind = 'commit'
    order by run_id desc limit 1
"""


def reports(books: Any, period: str, day: str) -> dict[str, tuple[str, pl.DataFrame, dict[str, str]]]:
    """Per path the report's name, its answer, its parameters."""
    found = {}
    for path, (name, wanted) in REPORTS.items():
        parameters = {key: value.format(period=period, day=day) for key, value in wanted.items()}
        found[path] = name, books.report(name, **parameters), parameters
    return found


def tables(books: Any, period: str, act: int) -> dict[str, pl.DataFrame]:
    """Per path the rows as they were posted up to the act that closed the period."""
    found = {path: books.sql(query, period=period, act=act) for path, query in QUERIES.items()}
    forms = found["seals/forms"]
    for table in SEALED:
        # Exactly what was sealed, so that the root can be reckoned from these files.
        names = forms.filter(pl.col("table_name") == table)["column_name"].to_list()
        found[f"posted/{table}"] = found[f"posted/{table}"].select(names)
    return found


def gates(books: Any, period: str, version: int) -> dict[str, Any]:
    """What the close had proved, as it was written down: gates, SHA-256 of the result, statements; JSON texts."""
    rows = books.sql(_GATES, period=period, version=version).to_dicts()
    return rows[0] if rows else {}


def reconciled(books: Any) -> str:
    """The two great reconciliations in words, both languages."""
    lines = []
    for language in ("zh", "en"):
        lines += [explained("stock", stock(books), language), explained("open_items", open_items(books), language)]
    return "\n".join(lines) + "\n"
