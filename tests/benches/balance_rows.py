"""The trial balance as a report, next to the same question written by hand over the summary table."""

from collections.abc import Iterator
from pathlib import Path

from tests.benches import ledgers
from tests.benches.measure import Row, alternating

# The same columns, as somebody would write them who knows the tables and wants nothing but the answer.
BY_HAND = """
with leaf as (
    select account,
        sum(case when period < $period then debit - credit else 0 end) as opening,
        sum(case when period = $period then debit else 0 end) as debit,
        sum(case when period = $period then credit else 0 end) as credit,
        sum(case when period >= $first then debit else 0 end) as ytd_debit,
        sum(case when period >= $first then credit else 0 end) as ytd_credit
    from core.account_balance where period <= $period group by account
), up as (
    select a.code, a.name_zh, a.name_en, a.leaf, sum(opening) as opening, sum(leaf.debit) as debit,
        sum(leaf.credit) as credit, sum(ytd_debit) as ytd_debit, sum(ytd_credit) as ytd_credit,
        sum(opening + leaf.debit - leaf.credit) as closing
    from core.account a join leaf on starts_with(leaf.account, a.code)
    group by a.code, a.name_zh, a.name_en, a.leaf
)
select code as account, name_zh, name_en, (select count(*) from core.account b where starts_with(up.code, b.code)) as level,
    leaf, greatest(opening, 0) as opening_debit, greatest(-opening, 0) as opening_credit, debit, credit, ytd_debit,
    ytd_credit, greatest(closing, 0) as closing_debit, greatest(-closing, 0) as closing_credit
from up order by code
"""
ASKED = {"period": "2026-06", "first": "2026-00"}


def rows(folder: Path, lines: int, times: int = 25) -> Iterator[Row]:
    """Any period, here the middle of the year."""
    books = ledgers.company(folder, "balance")
    ledgers.fill(books, lines, 0)

    def by_hand(_: int) -> None:
        with books.database.read() as cursor:
            cursor.sql(BY_HAND, params=ASKED).pl()

    with books.database.read() as cursor:
        assert cursor.sql(BY_HAND, params=ASKED).pl().rows() == books.report("trial_balance", period="2026-06").rows()
    ours, bare = alternating(lambda _: books.report("trial_balance", period="2026-06"), by_hand, times)
    held = books.database.root.execute("select count(*) from core.account_balance").fetchall()[0][0]
    books.close()
    size = f"{lines:,} lines, {held:,} balances"
    yield Row("科目余额表 · trial balance", size, "query by hand over the balances", ours, bare, 1.5)
