"""What the steps of a close read: one month of the books, without anything the close of that month wrote itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from erp_core.finance.close_result import LINES, VALUES, VOUCHERS, shaped
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.ledger.accounts import DIMENSIONS

ZERO = Decimal("0.00")
PARAMETERS = {
    "tax.surcharge_city": "0.07",
    "tax.surcharge_education": "0.03",
    "tax.surcharge_local": "0.02",
    "tax.surcharge_relief": "0.5",
    "tax.income_rate": "0.05",
    "tax.income_months": "3,6,9,12",
    "tax.small_profit_limit": "3000000",
    "tax.income_standard_rate": "0.25",
}

# A carried year (YYYY-00) shows expense on both sides, since legacy books carried it forward; the debit side counts.
_BALANCES = """
    select account, sum(case when period < $period then debit - credit else 0 end) as opening,
           sum(case when period = $period then debit else 0 end) as debit,
           sum(case when period = $period then credit else 0 end) as credit,
           sum(case when period = $carried then debit
                    when period like $year and not closing then debit - credit else 0 end) as year_debit
    from rpt.balance where period <= $period group by account
"""
_OWN_BALANCES = """
    select account, cast(0 as decimal(18, 2)) as opening, -sum(debit) as debit, -sum(credit) as credit,
           -sum(case when closing then 0 else debit - credit end) as year_debit
    from rpt.voucher_line join (select voucher_id from rpt.voucher where period = $period and kind = 'close')
    using (voucher_id) group by account
"""
_PROFIT = """
    select b.account, b.party, b.department, b.employee, b.project, b.item, a.category,
           sum(b.debit - b.credit) as amount
    from rpt.balance b join rpt.account a on a.code = b.account
    where b.period <= $period and a.category in ('income', 'expense') group by all
"""
_OWN_PROFIT = """
    select l.account, l.party, l.department, l.employee, l.project, l.item, a.category,
           -sum(l.debit - l.credit) as amount
    from rpt.voucher_line l
    join (select voucher_id from rpt.voucher where period = $period and kind = 'close') using (voucher_id)
    join rpt.account a on a.code = l.account
    where a.category in ('income', 'expense') group by all
"""
_DETAIL = """
    select account, party, department, employee, project, item, sum(debit - credit) as amount
    from rpt.balance where period <= $period and account in
        (select account from rpt.account_ancestor where list_contains($accounts, ancestor))
    group by all
"""
_OWN_DETAIL = """
    select l.account, l.party, l.department, l.employee, l.project, l.item, -sum(l.debit - l.credit) as amount
    from rpt.voucher_line l
    join (select voucher_id from rpt.voucher where period = $period and kind = 'close') using (voucher_id)
    where l.account in (select account from rpt.account_ancestor where list_contains($accounts, ancestor))
    group by all
"""
DETAIL = {"account": pl.String, **dict.fromkeys(DIMENSIONS, pl.String), "amount": MONEY}


class ParameterNotNumber(Refusal):
    """The parameter {key} is {value} in {period}; the close needs a number."""


@dataclass(frozen=True)
class Month:
    """One period as a step sees it.

    balances: account, opening (debit less credit before the period), debit, credit (turnover of the period), year_debit
    (debit less credit since January without carry-forward). profit: account, dimensions, category, amount not carried.
    stock: moves of month_average items, see costing. estimates: what is received and not billed, see estimates.
    given: what other steps read, by name, each as its module says. detail: account, dimensions, amount at the end of
    the month, of the accounts whose balances schemes move. facts: what earlier steps found.
    """

    period: str
    last_day: date
    language: str
    roles: dict[str, str]
    balances: pl.DataFrame
    profit: pl.DataFrame
    stock: dict[str, pl.DataFrame] = field(default_factory=dict)
    estimates: dict[str, pl.DataFrame] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    given: dict[str, pl.DataFrame] = field(default_factory=dict)
    detail: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DETAIL))
    facts: dict[str, Any] = field(default_factory=dict)

    def parameter(self, key: str) -> str:
        """The value of a parameter on the last day of the month."""
        return self.parameters.get(key, PARAMETERS[key])

    def number(self, key: str) -> Decimal:
        """The value of a parameter that is a number."""
        value = self.parameter(key)
        try:
            found = Decimal(value)
        except InvalidOperation as problem:
            raise ParameterNotNumber(key=key, value=value, period=self.period) from problem
        if not found.is_finite():
            raise ParameterNotNumber(key=key, value=value, period=self.period)
        return found

    def balance(self, role: str, *, children: bool = False) -> Decimal:
        """Debit less credit at the end of the month of the account that plays a role, or of all accounts below it."""
        return self._sum(self.roles[role], pl.col("opening") + pl.col("debit") - pl.col("credit"), children=children)

    def turnover(self, role: str, side: str) -> Decimal:
        """The month's turnover on one side (debit, credit) of the account that plays a role, or its year_debit."""
        return self._sum(self.roles[role], pl.col(side), children=False)

    def _sum(self, account: str, measure: pl.Expr, *, children: bool) -> Decimal:
        own = pl.col("account").str.starts_with(account) if children else pl.col("account") == account
        return self.balances.filter(own).select(measure.sum()).item() or ZERO

    def with_given(self, **frames: pl.DataFrame) -> Month:
        """The month with more of what steps read."""
        return replace(self, given=self.given | frames)

    def figure(self, name: str, account: str) -> Decimal:
        """What an expression asks of an account and all below it: balance, opening, debit, credit, year (net debit)."""
        measures = {"balance": pl.col("opening") + pl.col("debit") - pl.col("credit"), "year": pl.col("year_debit")}
        return self._sum(account, measures.get(name, pl.col(name)), children=True)

    def balances_below(self, account: str) -> pl.DataFrame:
        """Each balance of an account and those below it that is not nothing: account, dimensions, amount."""
        found = self.detail.filter(pl.col("account").str.starts_with(account), pl.col("amount") != 0)
        return found.sort("account", *DIMENSIONS)

    def profit_before_tax(self) -> Decimal:
        """Profit of the month and of months not carried forward: income less expense, income tax left out."""
        profit = self.profit.filter(pl.col("account") != self.roles["income_tax_expense"])
        return -(profit["amount"].sum() or ZERO)

    def after(self, outcome: Outcome) -> Month:
        """The month as the next step sees it: what this step brings counts as if it were posted."""
        facts = self.facts | outcome.facts
        if outcome.lines.is_empty():
            return replace(self, facts=facts)
        signed = outcome.lines.select("account", *DIMENSIONS, "debit", "credit")
        carried = outcome.vouchers["closing"].any()
        year_debit = pl.lit(ZERO) if carried else pl.col("debit") - pl.col("credit")
        balances = signed.with_columns(opening=pl.lit(ZERO), year_debit=year_debit)
        category = self.profit_categories()
        profit = signed.join(category, on="account").with_columns(amount=pl.col("debit") - pl.col("credit"))
        return replace(
            self,
            facts=facts,
            balances=add_balances([self.balances, balances]),
            profit=add_profit([self.profit, profit.select(self.profit.columns)]),
            detail=add_detail([self.detail, signed.with_columns(amount=pl.col("debit") - pl.col("credit"))]),
        )

    def profit_categories(self) -> pl.DataFrame:
        """Income and expense accounts: account, category."""
        return self.facts["categories"]


@dataclass(frozen=True)
class Outcome:
    """What one step brings: a voucher at most, stock values, and facts for later steps and for people."""

    vouchers: pl.DataFrame
    lines: pl.DataFrame
    stock_values: pl.DataFrame
    facts: dict[str, Any] = field(default_factory=dict)


def nothing(**facts: Any) -> Outcome:
    """The outcome of a step that has nothing to book."""
    return Outcome(shaped(None, VOUCHERS), shaped(None, LINES), shaped(None, VALUES), facts)


def voucher(
    month: Month,
    step: str,
    summary: str,
    lines: list[tuple[str, Decimal, Decimal]] | pl.DataFrame,
    *,
    closing: bool = False,
    stock_values: pl.DataFrame | None = None,
    **facts: Any,
) -> Outcome:
    """One voucher of a step on the last day; lines: (account, debit, credit), lines of nothing are left out."""
    if isinstance(lines, list):
        lines = pl.DataFrame(lines, schema={"account": pl.String, "debit": MONEY, "credit": MONEY}, orient="row")
    lines = lines.filter((pl.col("debit") != 0) | (pl.col("credit") != 0))
    if lines.is_empty():
        return replace(nothing(**facts), stock_values=shaped(stock_values, VALUES))
    head = [{"key": step, "voucher_on": month.last_day, "summary": summary, "closing": closing}]
    lines = lines.with_columns(key=pl.lit(step), summary=pl.lit(summary))
    return Outcome(shaped(head, VOUCHERS), shaped(lines, LINES), shaped(stock_values, VALUES), facts)


def add_balances(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Balances of several sources added up by account, in the order of the accounts."""
    measures = ["opening", "debit", "credit", "year_debit"]
    frames = [frame.select("account", pl.col(measures).cast(MONEY)) for frame in frames]
    return pl.concat(frames).group_by("account").agg(pl.col(measures).sum().cast(MONEY)).sort("account")


def add_profit(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Amounts not yet carried, added up by account and dimensions; what comes to nothing is left out."""
    keys = ["account", *DIMENSIONS, "category"]
    frames = [frame.select(*keys, pl.col("amount").cast(MONEY)) for frame in frames]
    added = pl.concat(frames).group_by(keys).agg(pl.col("amount").sum().cast(MONEY))
    return added.filter(pl.col("amount") != 0).sort(keys)


def add_detail(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Balances by account and dimensions, added up."""
    keys = ["account", *DIMENSIONS]
    added = pl.concat([frame.select(*keys, pl.col("amount").cast(MONEY)) for frame in frames])
    return added.group_by(keys).agg(pl.col("amount").sum().cast(MONEY)).sort(keys)


def read_detail(books: Any, period: str, accounts: list[str]) -> pl.DataFrame:
    """Balances by account and dimensions at the end of the month, of accounts and all below; own output left out."""
    if not accounts:
        return pl.DataFrame(schema=DETAIL)
    frames = [books.sql(query, period=period, accounts=accounts) for query in (_DETAIL, _OWN_DETAIL)]
    return add_detail(frames)


def read_month(books: Any, period: str) -> Month:
    """Read a month through the published views, leaving out what a close of this month has written before."""
    year, last = int(period[:4]), int(period[5:])
    last_day = date(year + last // 12, last % 12 + 1, 1) - date.resolution
    asked = {"period": period, "year": period[:5] + "%", "carried": period[:5] + "00"}
    own = books.sql("select voucher_id from rpt.voucher where period = $period and kind = 'close'", period=period)
    balances, profit = [books.sql(_BALANCES, **asked)], [books.sql(_PROFIT, period=period)]
    if not own.is_empty():
        balances.append(books.sql(_OWN_BALANCES, period=period))
        profit.append(books.sql(_OWN_PROFIT, period=period))
    parameters = books.sql("select key, value, valid_from from rpt.parameter where valid_from <= $day", day=last_day)
    accounts = books.sql("select code as account, category from rpt.account where category in ('income', 'expense')")
    return Month(
        period=period,
        last_day=last_day,
        language=books.sql("select language from rpt.company")["language"][0],
        roles=dict(books.sql("select role, account from rpt.account_role").rows()),
        balances=add_balances(balances),
        profit=add_profit(profit),
        parameters=dict(parameters.sort("valid_from").select("key", "value").rows()),
        facts={"categories": accounts},
    )
