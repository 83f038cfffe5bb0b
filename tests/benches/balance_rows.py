"""The trial balance as a report, next to the same question written by hand over the summary table."""

from collections.abc import Iterator
from pathlib import Path

from tests.benches import ledgers
from tests.benches.measure import Row, alternating

BY_HAND = """
with leaf as (
    select account,
        sum(case when period < $period then debit - credit else 0 end) as opening,
        sum(case when period = $period then debit else 0 end) as debit,
        sum(case when period = $period then credit else 0 end) as credit,
        sum(case when period between $first and $period then debit else 0 end) as ytd_debit,
        sum(case when period between $first and $period then credit else 0 end) as ytd_credit
    from core.account_balance where period <= $period group by account
)
select a.code, a.name_zh, sum(opening), sum(debit), sum(credit), sum(ytd_debit), sum(ytd_credit),
    sum(opening + debit - credit)
from core.account a join leaf on starts_with(leaf.account, a.code)
group by a.code, a.name_zh order by a.code
"""


def rows(folder: Path, lines: int, times: int = 25) -> Iterator[Row]:
    """Any period, here the middle of the year."""
    books = ledgers.company(folder, "balance")
    ledgers.fill(books, lines, 0)

    def by_hand(_: int) -> None:
        with books.database.read() as cursor:
            cursor.sql(BY_HAND, params={"period": "2026-06", "first": "2026-00"}).pl()

    ours, bare = alternating(lambda _: books.report("trial_balance", period="2026-06"), by_hand, times)
    held = books.database.root.execute("select count(*) from core.account_balance").fetchall()[0][0]
    books.close()
    size = f"{lines:,} lines, {held:,} balances"
    yield Row("科目余额表 · trial balance", size, "query by hand over the balances", ours, bare, 1.5)
