"""The statements as the close sees them: every account in one cell, and the ties of the standard."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from erp_core.foundation.session import Session

Amounts = dict[tuple[str, int], Decimal]
TERM = re.compile(r"(?:(\w+):)?(\d+)")

_FED = """
    with moved as (
        select b.account, sum(debit - credit) as balance, coalesce(any_value(w.amount), 0) as due,
               coalesce(sum(debit - credit) filter (b.period < $period), 0) as opening,
               coalesce(sum(debit - credit) filter (b.period = $period and not closing), 0) as month
        from core.account_balance b left join rpt.due_within w on w.account = b.account and w.period = $period
        where b.period <= $period group by b.account
    ), fed as (
        select s.statement, s.line_no, s.account, s.rule, s.sign,
               a.side = 'credit' or (a.side = 'either' and a.category not in ('asset', 'cost', 'expense')) as on_credit,
               sum(case s.rule when 'movement' then month when 'opening' then opening when 'due_within' then due
                               when 'due_beyond' then balance - due else balance end) as net
        from rpt.statement_account s
        join core.account a on a.code = s.account
        join moved on starts_with(moved.account, s.account)
        where $period >= s.from_period and $period < s.until_period group by all
    )
    select statement, line_no,
           sum(sign * case when rule = 'debit_balance' then greatest(net, 0)
                           when rule = 'credit_balance' then greatest(-net, 0)
                           when on_credit then -net else net end) as amount
    from fed group by all
"""
_CASH = """
    select cast(l.cash_flow as integer) as line_no, sum(l.debit - l.credit) as amount
    from core.voucher v join core.voucher_line l using (voucher_id)
    where v.period = $period and l.cash_flow <> '' group by all
"""
_IN_FORCE = "$period >= {0}.from_period and $period < {0}.until_period"
_CASH_KINDS = f"""
    select l.line_no, l.kind from rpt.statement_line l
    where l.statement = 'cash_flow' and l.line_no is not null and {_IN_FORCE.format("l")}
"""
# Only the official statements: those of the company's own are no part of what a close must prove.
_TERMS = f"""
    select t.statement, t.line_no, t.term_statement, t.term_line, t.sign from rpt.statement_term t
    join rpt.statement_format o on o.statement = t.statement and o.from_period = t.from_period and not o.own
    where {_IN_FORCE.format("t")}
"""
_TIES = f"""
    select t.statement, t.rule from rpt.statement_tie t
    join rpt.statement_format o on o.statement = t.statement and o.from_period = t.from_period and not o.own
    where {_IN_FORCE.format("t")} order by t.statement, t.rule
"""
_COVERAGE = """
    with mapped as (
        select s.*, case when f.side = 'credit' then -1
                         when f.side = 'either' and f.category not in ('asset', 'cost', 'expense') then -1
                         else 1 end as own
        from rpt.statement_account s join core.account f on f.code = s.account
        join rpt.statement_format o on o.statement = s.statement and o.from_period = s.from_period and not o.own
        where s.rule <> 'opening' and $period >= s.from_period and $period < s.until_period
    ), main as (
        select a.code, s.statement, s.line_no, s.rule, sum(s.sign * s.own) as sign
        from core.account a
        join mapped s on starts_with(a.code, s.account)
        join rpt.statement_line l
            on l.statement = s.statement and l.line_no = s.line_no and l.from_period = s.from_period
        where a.leaf and l.kind <> 'of_which'
        group by all having sum(s.sign * s.own) <> 0
    ), covered as (
        select code, count(*) filter (rule in ('balance', 'movement')) as plain,
               count(*) filter (rule in ('debit_balance', 'due_within')) as debits,
               count(*) filter (rule in ('credit_balance', 'due_beyond')) as credits
        from main group by code
    )
    select a.code as account, a.name_zh as name,
           coalesce(plain, 0) + coalesce(debits, 0) + coalesce(credits, 0) as lines
    from core.account a left join covered c using (code)
    where a.leaf and not (coalesce(plain, 0) = 1 and coalesce(debits, 0) = 0 and coalesce(credits, 0) = 0)
                 and not (coalesce(plain, 0) = 0 and coalesce(debits, 0) = 1 and coalesce(credits, 0) = 1)
    order by a.code
"""


def uncovered_accounts(session: Session, period: str) -> list[dict[str, Any]]:
    """G9: leaf accounts that stand on no statement line or on several: account, name, lines."""
    frame = session.frame(_COVERAGE, period=period)
    return [{name: str(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]


def ties(session: Session, period: str) -> list[dict[str, Any]]:
    """G8: ties that do not hold: statement, rule, left, right.

    A line smaller than its of-which lines can come from an ordinary correction, so such a row is a note.
    """
    amounts = statement_amounts(session, period)
    rules = session.frame(_TIES, period=period)
    offenders = []
    for statement, rule in rules.select("statement", "rule").rows():
        weak = ">=" in rule
        left, right = (_sum(amounts, statement, side) for side in rule.split(">=" if weak else "="))
        if left < right if weak else left != right:
            row = {"statement": statement, "rule": rule, "left": str(left), "right": str(right)}
            offenders.append(row | ({"note": "of_which"} if weak else {}))
    return offenders


def statement_amounts(session: Session, period: str) -> Amounts:
    """Every line of the statements by (statement, line_no): closing balances and turnover of the month."""
    fed = session.frame(_FED, period=period)
    amounts: Amounts = {(row[0], row[1]): row[2] for row in fed.select("statement", "line_no", "amount").rows()}
    kinds = dict(session.rows(_CASH_KINDS, period=period))
    for line, amount in session.frame(_CASH, period=period).rows():
        amounts["cash_flow", line] = -amount if kinds.get(line) == "deduction" else amount
    computed: Amounts = {}
    for statement, line, other, term, sign in session.rows(_TERMS, period=period):
        key = (statement, line)
        computed[key] = computed.get(key, Decimal(0)) + sign * amounts.get((other, term), Decimal(0))
    return amounts | computed


def _sum(amounts: Amounts, statement: str, side: str) -> Decimal:
    found = [amounts.get((other or statement, int(line)), Decimal(0)) for other, line in TERM.findall(side)]
    return sum(found, Decimal(0))
