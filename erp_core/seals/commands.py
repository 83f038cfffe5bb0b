"""Commands about seals: erp seal verify proves a file, erp seal codes prints the code of every closed period."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import polars as pl
import typer
from rich.console import Console

from erp_core.foundation.words import word
from erp_core.seals import offline

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--lang", help="zh | en")]
FormatOption = Annotated[Literal["text", "json"], typer.Option("--format", help="text | json")]
Show = Callable[[str, pl.DataFrame, dict[str, Any], str], None]


class Readable(Protocol):
    """What these commands need of books."""

    def report(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Run a report."""

    def close(self) -> None:
        """Let the file go."""


def register(
    app: typer.Typer, open_books: Callable[[Path | None], Readable], default_path: Callable[[], Path], show: Show
) -> None:
    """Add `erp seal`; how books are opened and reports are printed stands above and is handed down."""
    desk = Desk(open_books, default_path, show)
    seals = typer.Typer(
        help="封印：证明账未被改动 · Seals: prove that nothing posted was changed", no_args_is_help=True
    )
    seals.command("verify")(desk.verify)
    seals.command("codes")(desk.codes)
    app.add_typer(seals, name="seal")


class Desk:
    """The commands, and the ways handed down to them."""

    def __init__(
        self, open_books: Callable[[Path | None], Readable], default_path: Callable[[], Path], show: Show
    ) -> None:
        self.open_books, self.default_path, self.show = open_books, default_path, show

    def verify(
        self,
        file: Annotated[
            Path | None, typer.Argument(help="账套文件 · the file of the books, a copy or a backup")
        ] = None,
        code: Annotated[list[str] | None, typer.Option("--code", help="期间=封印码，可重复 · PERIOD=CODE")] = None,
        head: Annotated[str, typer.Option("--head", help="以前记下的封印 · a seal noted earlier")] = "",
        format: FormatOption = "text",  # noqa: A002
        lang: LanguageOption = "zh",
    ) -> None:
        """验证封印链 · Prove the chain of seals: read-only, needs nothing but the file."""
        path = file or Path(os.environ.get("ERP_BOOKS") or self.default_path())
        verdict = offline.verify(path, codes=offline.read_codes(code or []), head=head)
        if format == "json":
            print(json.dumps(verdict.plain(), ensure_ascii=False, indent=1))
        else:
            _print(verdict, lang)
        if not verdict.sound:
            raise typer.Exit(1)

    def codes(self, books: BooksOption = None, lang: LanguageOption = "zh") -> None:
        """列出封印码 · The printable code of every closed period."""
        with closing(self.open_books(books)) as opened:
            self.show("period_seals", opened.report("period_seals"), {}, lang)


def _print(verdict: offline.Verdict, lang: str) -> None:
    console, of = Console(soft_wrap=True), verdict.proof
    told = {"acts": of.acts, "rows": of.rows, "periods": of.periods, "act": of.last_act, "head": of.head}
    console.print(
        word("erp_core", "seal.proved" if verdict.sound else "seal.broken", lang, count=len(of.breaks), **told)
    )
    if of.unsealed:
        console.print(word("erp_core", "seal.before", lang, count=of.unsealed))
    for period, code in verdict.codes.items():
        console.print(f"{period}  {code}")
    for found in verdict.breaks:
        console.print(f"[red]✗[/red] {found[lang]}", highlight=False)
