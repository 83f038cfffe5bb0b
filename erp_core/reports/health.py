"""How the books are, as one object: where they stand, how much is in them, and whether everything holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

COUNTS = """
    select (select count(*) from rpt.voucher) as vouchers, (select count(*) from rpt.voucher_line) as voucher_lines,
           (select count(*) from rpt.voucher_draft where status not in ('void', 'posted')) as drafts,
           (select count(*) from rpt.document) as documents, (select count(*) from rpt.stock_move) as stock_moves,
           (select max(act_id) from rpt.act) as last_act, (select max(happened_at) from rpt.act) as last_act_at
"""
PERIODS = """
    select min(period) as first_period, max(period) as last_period,
           min(period) filter (where status = 'open') as open_period,
           max(period) filter (where status = 'closed') as last_closed_period
    from rpt.period
"""
OPERATIONS = """
    with last as (select * from rpt.backup where verified order by backup_id desc limit 1)
    select (select made_at from last) as last_backup_at, (select hours_old from last) as hours_since_backup,
           (select acts_since from last) as acts_since_backup, (select restore_ms from last) as restore_ms,
           (select count(*) from rpt.alert where cleared_at is null) as open_alerts,
           (select count(*) from rpt.job where outcome <> 'done' and started_at >= $since) as failed_jobs
"""


def facts(books: Any) -> dict[str, Any]:
    """One object: healthy, company, next_period_to_close, counts, backups, and the checks that do not hold.

    RPO: acts_since_backup and hours_since_backup; RTO: restore_ms, as measured when the backup was proved.
    """
    company = books.report("company_card").row(0, named=True)
    counts = books.sql(COUNTS).row(0, named=True)
    periods = books.sql(PERIODS).row(0, named=True)
    operations = books.sql(OPERATIONS, since=counts["last_act_at"] - timedelta(days=1)).row(0, named=True)
    found = books.check()
    broken = found.filter(~found["ok"])["check"].to_list()
    return {
        "healthy": not broken,
        "company": company["name"],
        "standard": company["standard"],
        "path": books.path,
        "first_period": periods["first_period"],
        "last_period": periods["last_period"],
        "next_period_to_close": periods["open_period"] or _after(periods["last_period"]),
        "last_closed_period": periods["last_closed_period"],
        "last_act": counts["last_act"],
        "last_act_at": counts["last_act_at"].isoformat(timespec="seconds"),
        "vouchers": counts["vouchers"],
        "voucher_lines": counts["voucher_lines"],
        "drafts": counts["drafts"],
        "documents": counts["documents"],
        "stock_moves": counts["stock_moves"],
        "last_backup_at": _instant(operations["last_backup_at"]),
        "hours_since_backup": operations["hours_since_backup"],
        "acts_since_backup": operations["acts_since_backup"],
        "restore_ms": operations["restore_ms"],
        "open_alerts": operations["open_alerts"],
        "failed_jobs": operations["failed_jobs"],
        "checks": found.height,
        "broken": broken,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _after(period: str) -> str:
    """The month after the last one: a month not yet begun opens on first use."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"
