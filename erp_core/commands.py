"""The command `erp`: assembled from the commands of the core, the pipelines and the dashboards."""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel

from erp_core import bench, notebook
from erp_core.access import commands as access_commands
from erp_core.books import create_books, default_path
from erp_core.connectors import commands as connector_commands
from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import refusal_text, word
from erp_core.gateway import commands as host_commands
from erp_core.gateway.door import open_books
from erp_core.operations import commands as operation_commands
from erp_core.reports import commands as report_commands
from erp_core.seals import commands as seal_commands

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]


def register(app: typer.Typer) -> None:
    """Add the core's own commands."""
    app.command("init")(init)
    report_commands.register(app, open_books)
    access_commands.register(app, open_books, report_commands.show)
    operation_commands.register(app, open_books, default_path)
    connector_commands.register(app, open_books)
    seal_commands.register(app, open_books, default_path, report_commands.show)
    bench.register(app)
    notebook.register(app)
    host_commands.register(app)


def init(
    company: Annotated[str, typer.Option(help="公司名称 · company name")],
    start: Annotated[str, typer.Option(help="启用期间 · first period, e.g. 2026-01")],
    books: BooksOption = None,
    standard: Annotated[str, typer.Option(help="sbe 小企业会计准则 | asbe 企业会计准则")] = "sbe",
    taxpayer: Annotated[str, typer.Option(help="general 一般纳税人 | small 小规模")] = "general",
    language: Annotated[str, typer.Option(help="zh | en")] = "zh",
    uscc: Annotated[str, typer.Option(help="统一社会信用代码")] = "",
) -> None:
    """新建账套 · Make new books for a company."""
    path = books or Path(os.environ.get("ERP_BOOKS") or default_path())
    details = {"company": company, "standard": standard, "start": start, "taxpayer": taxpayer}
    with create_books(path, **details, language=language, uscc=uscc) as made:
        # Whoever begins with books of their own brings files nobody has seen; the demo makes its own.
        made.call(
            "company.parameter.set", parameter="intake.require_rehearsal", value="true",
            valid_from=date(2000, 1, 2), reason="erp init",
        )  # fmt: skip
        Console().print(word("erp_core", "cli.init_done", language, company=company, path=made.path))


def show_refusal(refusal: Refusal) -> None:
    """Tell a person at the terminal what was refused and what to do about it, in Chinese and English."""
    lines = []
    for language in ("zh", "en"):
        text, fix = refusal_text(refusal, language)
        lines.append(text + (f"\n[dim]→ {fix}[/dim]" if fix else ""))
    Console(stderr=True).print(Panel("\n\n".join(lines), title=f"拒绝 · Refused: {refusal.code}", border_style="red"))


def main() -> None:
    """Run `erp`: exit 0 when done, 1 when refused or a check failed, 2 when used wrongly."""
    app = typer.Typer(help="笔记本与数据帧的分析型 ERP · notebook-and-dataframe analytics ERP", no_args_is_help=True)
    for entry in sorted(entry_points(group="erp.commands"), key=lambda entry: entry.name):
        entry.load()(app)
    try:
        app()
    except Refusal as refusal:
        show_refusal(refusal)
        sys.exit(1)


if __name__ == "__main__":
    main()
