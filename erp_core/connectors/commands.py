"""`erp connect`: what is connected, run one or all that are due, try dead letters again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from erp_core.connectors import running
from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import refusal_text, word
from erp_core.operations.clock import instant

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
UserOption = Annotated[str, typer.Option("--user", help="操作员 · who acts")]
Open = Callable[..., Any]
_COLUMNS = ("name", "direction", "kind", "target", "last_run_at", "outcome", "rows_rejected", "letters", "next_run_at")


def register(app: typer.Typer, opened: Open) -> None:
    """Add the group `connect`; opened: how books are opened, through their host or in this process."""
    group = typer.Typer(help="与其他系统的连接 · connections to other systems", no_args_is_help=True)

    @group.command("list")
    def listed(books: BooksOption = None, user: UserOption = "owner") -> None:
        """有哪些连接，最近一次怎样 · What is connected, and how the last run went."""
        with opened(books, user=user) as door:
            _show(door.report("connectors"), _language(door))

    @group.command("run")
    def run(
        name: Annotated[
            str | None, typer.Argument(help="连接名称；不给则运行到期的 · name, else all that are due")
        ] = None,
        books: BooksOption = None,
        user: UserOption = "owner",
    ) -> None:
        """运行一个连接，或所有到期的 · Run one connector, or all that are due."""
        with opened(books, user=user) as door:
            names = [name] if name else running.due(door, instant())
            failed = [one for one in names if not _run(door, one, _language(door))]
        if failed:
            raise typer.Exit(1)

    @group.command("retry")
    def retry(
        letters: Annotated[
            list[int] | None, typer.Argument(help="死信编号；不给则重试到期的 · numbers, else the due ones")
        ] = None,
        books: BooksOption = None,
        user: UserOption = "owner",
    ) -> None:
        """重试没装进来的行 · Try again what could not be taken."""
        with opened(books, user=user) as door:
            done = door.call("connector.retry", letters=letters or None)
            Console().print(word("erp_core", "connectors.retried", _language(door), **done))

    app.add_typer(group, name="connect")


def _language(door: Any) -> str:
    return door.sql("select language from rpt.company")["language"][0]


def _run(door: Any, name: str, language: str) -> bool:
    console = Console()
    try:
        done = door.call("connector.run", name=name)
    except Refusal as refusal:
        text, fix = refusal_text(refusal, language)
        console.print(f"[red]✗[/red] {name}: {text} {fix}")
        return False
    console.print(f"[green]✓[/green] {name}: " + word("erp_core", "connectors.ran", language, **done))
    return True


def _show(rows: pl.DataFrame, language: str) -> None:
    table = Table(*(word("erp_core", f"connectors.column.{name}", language) for name in _COLUMNS))
    for row in rows.iter_rows(named=True):
        shown = {name: row[name] for name in _COLUMNS}
        table.add_row(*("" if value is None else str(value) for value in shown.values()))
    Console().print(table)
