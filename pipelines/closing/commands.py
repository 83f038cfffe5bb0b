"""`erp close` and `erp reopen`: the month-end close at the terminal."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

import erp_core
from erp_core.finance.close_result import step_of
from erp_core.foundation.words import word
from pipelines.closing.checklist import CHECKLIST
from pipelines.closing.compare import MEASURES, Comparison
from pipelines.closing.run import Closing
from pipelines.closing.run import close as run_close
from pipelines.closing.run import reopen as run_reopen

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
UserOption = Annotated[str, typer.Option("--user", help="操作员 · who acts")]
PeriodArgument = Annotated[str, typer.Argument(help="会计期间 · period, e.g. 2026-03")]
MARK = {"passed": "[green]✓[/green]", "noted": "[yellow]![/yellow]", "failed": "[red]✗[/red]", "not_applicable": "–"}


def register(app: typer.Typer) -> None:
    """Add the commands of the close."""
    app.command("close")(close)
    app.command("reopen")(reopen)


def close(
    period: PeriodArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算不写入 · work it out and write nothing")] = False,
    books: BooksOption = None,
    user: UserOption = "owner",
) -> None:
    """月末结账 · Close a month: cost, taxes, carry-forward, gates, lock."""
    console = Console()
    with erp_core.open(books, user=user) as opened:
        language = _language(opened)
        with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=console, transient=True) as bar:
            task = bar.add_task("", total=len(CHECKLIST) + 2)
            closing = run_close(opened, period, dry_run=dry_run, progress=lambda name: _tell(bar, task, name, language))
        _show(console, closing, language)
    if not closing.passed:
        raise typer.Exit(1)


def reopen(
    period: PeriodArgument,
    reason: Annotated[str, typer.Option("--reason", help="原因 · why")],
    books: BooksOption = None,
    user: UserOption = "owner",
) -> None:
    """反结账 · Open the last closed month again; its close is annulled by red vouchers."""
    with erp_core.open(books, user=user) as opened:
        done = run_reopen(opened, period, reason=reason)
        text = word("pipelines", "closing.reopened", _language(opened), **done)
    Console().print(text)


def _language(books: Any) -> str:
    return books.sql("select language from rpt.company")["language"][0]


def _tell(bar: Progress, task: Any, name: str, language: str) -> None:
    bar.update(task, advance=1, description=word("pipelines", f"closing.step.{name}", language))


def _show(console: Console, closing: Closing, language: str) -> None:
    steps = Table("", *(word("pipelines", f"closing.column.{name}", language) for name in ("voucher", "amount")))
    amounts = dict(closing.lines.group_by(step_of(pl.col("key"))).agg(pl.col("debit").sum()).rows())
    for step in CHECKLIST:
        made = closing.vouchers_posted or {}
        posted = ", ".join(made[key]["number"] for key in made if key.split("/")[0] == step.name)
        amount = f"{amounts.get(step.name, 0):,.2f}"
        steps.add_row(word("pipelines", f"closing.step.{step.name}", language), posted, amount)
    console.print(steps)
    for gate in closing.gates:
        console.print(f"{MARK[gate['state']]} {gate['gate']:<4}{word('erp_core', 'gate.' + gate['gate'], language)}")
        for offender in gate["offenders"]:
            console.print("      " + ", ".join(f"{name} {value}" for name, value in offender.items()))
    if closing.comparison is not None:
        _show_comparison(console, closing.comparison, language)
    key = "written" if closing.written else "rehearsed"
    console.print(word("pipelines", f"closing.{key}", language, period=closing.period, version=closing.version))
    console.print(f"SHA-256 {closing.result_hash}", soft_wrap=True)


def _show_comparison(console: Console, found: Comparison, language: str) -> None:
    """Key figures whole; of vouchers and statements what differs from the last run, where there was one."""
    console.print(_compared_with(found, language))
    kpi = found.kpis.with_columns(pl.col("kpi").replace_strict(_words("kpi", found.kpis["kpi"], language)))
    _print_frame(console, kpi, ["kpi"], "kpis", language)
    if not found.last_run_at or found.same_as_last_run:
        return
    name = "name_en" if language == "en" else "name"
    step = pl.col("step").replace_strict(_words("step", found.vouchers["step"], language), default=pl.col("step"))
    changed = found.vouchers.filter(pl.col("since_run") != 0).with_columns(step)
    _print_frame(console, changed, ["step", "account", name], "vouchers", language)
    lines = found.statements.filter(pl.col("since_run") != 0)
    _print_frame(console, lines, ["line_no", f"name_{language}"], "statements", language)


def _compared_with(found: Comparison, language: str) -> str:
    key = "first" if not found.last_run_at else "same" if found.same_as_last_run else "differs"
    at = f"{found.last_run_at:%Y-%m-%d %H:%M}" if found.last_run_at else ""
    return word("pipelines", f"closing.compare.{key}", language, by=found.last_run_by, at=at)


def _words(kind: str, names: pl.Series, language: str) -> dict[str, str]:
    return {name: word("pipelines", f"closing.{kind}.{name}", language) for name in names.unique()}


def _print_frame(console: Console, frame: pl.DataFrame, names: list[str], title: str, language: str) -> None:
    if frame.is_empty():
        return
    figures = [f"closing.column.{name}" for name in (*MEASURES, "since_run", "since_month")]
    shown = Table(*[""] * len(names), title=word("pipelines", f"closing.compare.{title}", language))
    for figure in figures:
        shown.add_column(word("pipelines", figure, language), justify="right")
    for row in frame.select(*names, *MEASURES, "since_run", "since_month").rows():
        shown.add_row(*("" if cell is None else _cell(cell) for cell in row))
    console.print(shown)


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value).strip()
