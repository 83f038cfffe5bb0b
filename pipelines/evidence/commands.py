"""erp evidence: the evidence of a closed period as a folder or a zip, and its check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

import erp_core
from erp_core.foundation.words import word
from pipelines.evidence import pack


def register(app: typer.Typer) -> None:
    """Add `erp evidence`."""
    app.command("evidence")(evidence)


def evidence(
    period: Annotated[str, typer.Argument(help="已结账的期间 · a closed period, e.g. 2026-03")],
    out: Annotated[Path, typer.Option("--out", help="文件夹或 .zip · a new folder or a zip")],
    books: Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")] = None,
    user: Annotated[str, typer.Option("--user", help="操作员 · who reads")] = "owner",
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="zh | en")] = "zh",
) -> None:
    """审计资料包 · Everything an auditor needs of a closed period, to be checked without these books."""
    console = Console(soft_wrap=True)
    with erp_core.open(books, user=user) as opened, console.status(period):
        parts = pack.gather(opened, period)
    size = sum(map(len, parts.values()))
    place = pack.write(parts, out)
    console.print(word("pipelines", "evidence.written", lang, path=str(place), parts=len(parts), kb=size // 1024))
