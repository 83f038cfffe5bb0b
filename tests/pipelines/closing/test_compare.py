"""What a run changes, beside the last run and the last month: vouchers, statements and key figures."""

from datetime import date
from decimal import Decimal

from pipelines.closing import run
from tests import by_hand

JAN, FEB = date(2026, 1, 15), date(2026, 2, 10)


def service(books, day: date, net: int) -> None:
    tax = Decimal(net) * 6 / 100
    by_hand.post(books, day, "服务费", ("1002", net + tax, ""), ("5051", "", net), ("22210107", "", tax))


def figures(frame, **where) -> tuple[str, ...]:
    row = frame.filter(**where).row(0, named=True)
    return tuple(str(row[name]) for name in ("now", "last_run", "last_month", "since_run", "since_month"))


def test_each_run_stands_beside_the_one_before_and_the_last_month(books):
    service(books, JAN, 1000)
    first = run.close(books, "2026-01", dry_run=True).comparison
    assert (first.last_run_at, first.same_as_last_run) == (None, None)
    assert figures(first.kpis, kpi="revenue") == ("1000.00", "None", "0.00", "None", "1000.00")
    assert run.close(books, "2026-01").comparison.same_as_last_run

    service(books, FEB, 3000)
    run.close(books, "2026-02", dry_run=True)
    service(books, FEB, 500)
    second = run.close(books, "2026-02", dry_run=True).comparison
    assert second.same_as_last_run is False
    assert figures(second.kpis, kpi="revenue") == ("3500.00", "3000.00", "1000.00", "500.00", "2500.00")
    assert figures(second.kpis, kpi="cash") == ("4770.00", "4240.00", "1060.00", "530.00", "3710.00")
    assert figures(second.statements, statement="income_statement", line_no=32)[:2] == ("3487.40", "2989.20")
    vat = figures(second.vouchers, step="vat", account="222102")
    assert vat == ("-210.00", "-180.00", "-60.00", "-30.00", "-150.00")
    # What the rehearsal showed is what the commit writes.
    closed = run.close(books, "2026-02")
    assert closed.comparison.same_as_last_run
    assert closed.comparison.vouchers["since_run"].abs().sum() == 0
    kinds = books.sql("select period, kind, failed from rpt.close_run order by run_id").rows()
    assert kinds == [
        ("2026-01", "rehearsal", 0), ("2026-01", "commit", 0), ("2026-02", "rehearsal", 0),
        ("2026-02", "rehearsal", 0), ("2026-02", "commit", 0),
    ]  # fmt: skip
