"""Commands that read: erp reports, erp report, erp verify, erp health."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import word
from erp_core.reports import catalog, export, health
from erp_core.reports.definition import Definition, definitions
from erp_core.reports.layout import shown, subtitle, text_of, total_row

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--lang", help="zh | en")]
FormatOption = Annotated[
    Literal["table", "csv", "json", "xlsx", "pdf", "parquet"],
    typer.Option("--format", help="table | csv | json | xlsx | pdf | parquet"),
]
ShortFormatOption = Annotated[Literal["table", "json"], typer.Option("--format", help="table | json")]
_RIGHT = ("money", "quantity", "price", "ratio", "percent", "integer")
WIDE = 240
_BINARY = ("xlsx", "pdf", "parquet")
# What --period and its like stand for, in the order in which a report is searched for them.
_SHORT = {
    "period": ("period",),
    "as_of": ("as_of",),
    "from": ("from_day", "from_period"),
    "to": ("to_day", "to_period"),
}


class Readable(Protocol):
    """What these commands need of books."""

    path: str

    def report(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Run a report."""

    def sql(self, query: str, /, **parameters: Any) -> pl.DataFrame:
        """Read with SQL."""

    def check(self) -> pl.DataFrame:
        """Run every check."""

    def close(self) -> None:
        """Let the file go."""


class ParameterUnreadable(Refusal):
    """--param takes name=value, not {given}."""


class OutMissing(Refusal):
    """The format {format} needs a file: --out FILE."""


def register(app: typer.Typer, open_books: Callable[[Path | None], Readable]) -> None:
    """Add the commands that read; the books stand above the reports, so the way to open them is handed down."""
    desk = Desk(open_books)
    app.command("reports")(show_reports)
    app.command("report")(desk.report)
    app.command("verify")(desk.verify)
    app.command("health")(desk.health)


def show_reports(
    name: Annotated[str | None, typer.Argument(help="报表名称 · a report, for its columns")] = None,
    lang: LanguageOption = "zh",
    format: ShortFormatOption = "table",  # noqa: A002
) -> None:
    """列出报表 · List the reports, or the parameters and columns of one."""
    if format == "json":
        frame = catalog.catalogue()
        rows = frame.filter(pl.col("report") == name) if name else frame
        print(json.dumps(rows.to_dicts(), ensure_ascii=False, indent=1))
        return
    table = _columns_table(catalog.find(name), lang) if name else _reports_table(lang)
    _console().print(table)


def _console() -> Console:
    # A pipe or a file has no width of its own, and a cut amount is worse than a long line.
    console = Console()
    return console if console.is_terminal else Console(width=WIDE)


def _reports_table(lang: str) -> Table:
    table = Table("name", word("erp_core", "cli.title", lang), word("erp_core", "cli.parameters", lang), "grain")
    for found in definitions().values():
        table.add_row(found.name, found.title.to(lang), found.signature, found.grain)
    return table


def _columns_table(found: Definition, lang: str) -> Table:
    table = Table("column", "kind", word("erp_core", "cli.title", lang), word("erp_core", "cli.meaning", lang))
    table.title = f"{found.name} · {found.title.to(lang)} ({found.signature})"
    table.caption = found.grain
    for column in found.columns:
        table.add_row(column.name, column.kind, column.title.to(lang), column.meaning.to(lang))
    return table


class Desk:
    """The commands that open books, and the way to open them."""

    def __init__(self, open_books: Callable[[Path | None], Readable]) -> None:
        self.open_books = open_books

    def report(
        self,
        name: Annotated[str, typer.Argument(help="报表名称 · name of the report")],
        books: BooksOption = None,
        period: Annotated[str | None, typer.Option(help="会计期间 · accounting period, 2026-03")] = None,
        as_of: Annotated[str | None, typer.Option("--as-of", help="截止日期 · day, 2026-03-31")] = None,
        from_: Annotated[str | None, typer.Option("--from", help="起始日期或期间 · first day or period")] = None,
        to: Annotated[str | None, typer.Option("--to", help="截止日期或期间 · last day or period")] = None,
        param: Annotated[list[str] | None, typer.Option("--param", help="k=v, 可重复 · may be repeated")] = None,
        format: FormatOption = "table",  # noqa: A002
        out: Annotated[Path | None, typer.Option("--out", help="写入文件 · write to a file")] = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """运行报表 · Run a report; amounts in JSON are strings."""
        definition = catalog.find(name)
        short = {"period": period, "as_of": as_of, "from": from_, "to": to}
        parameters = _gather(definition, short, param or [])
        if format == "table" and out and out.suffix.removeprefix(".") in export.FORMATS:
            format = out.suffix.removeprefix(".")  # noqa: A001
        if format in _BINARY and out is None:
            raise OutMissing(format=format)
        with closing(self.open_books(books)) as opened:
            frame = opened.report(name, **parameters)
            company = opened.report("company_card")
        if format == "table":
            _print_table(definition, frame, parameters, lang)
            return
        named = company["name"][0] if lang == "zh" or not company["name_en"][0] else company["name_en"][0]
        content = export.to_bytes(format, name, frame, parameters, lang, named)
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(content)
            Console(stderr=True).print(word("erp_core", "cli.written", lang, path=str(out), rows=frame.height))
        else:
            sys.stdout.write(content.decode("utf-8-sig") + ("" if format == "csv" else "\n"))

    def verify(
        self,
        books: BooksOption = None,
        lang: LanguageOption = "zh",
        format: ShortFormatOption = "table",  # noqa: A002
    ) -> None:
        """核对账套 · Check every invariant; exit 1 and the first offender of each broken one."""
        with closing(self.open_books(books)) as opened:
            found = opened.check()
        broken = found.filter(~pl.col("ok")).height
        if format == "json":
            print(json.dumps(found.to_dicts(), ensure_ascii=False, indent=1))
        else:
            _print_checks(found, lang)
            key = "cli.broken" if broken else "cli.all_hold"
            _console().print(word("erp_core", key, lang, broken=broken, checks=found.height))
        if broken:
            raise typer.Exit(1)

    def health(
        self,
        books: BooksOption = None,
        format: ShortFormatOption = "table",  # noqa: A002
        lang: LanguageOption = "zh",
    ) -> None:
        """账套状态 · How the books are: periods, counts, last act, next period to close."""
        with closing(self.open_books(books)) as opened:
            facts = health.facts(opened)
        if format == "json":
            print(json.dumps(facts, ensure_ascii=False, indent=1, default=str))
        else:
            table = Table("", "", show_header=False)
            for key, value in facts.items():
                table.add_row(word("erp_core", f"health.{key}", lang), escape("" if value is None else str(value)))
            _console().print(table)
        if not facts["healthy"]:
            raise typer.Exit(1)


def _gather(definition: Definition, short: dict[str, str | None], pairs: list[str]) -> dict[str, Any]:
    """The parameters from the short options and --param name=value; --period also fits a range of periods."""
    known = [parameter.name for parameter in definition.parameters]
    given: dict[str, Any] = {}
    for option, value in short.items():
        if value is None:
            continue
        names = [name for name in _SHORT[option] if name in known]
        if not names and option == "period" and "from_period" in known:
            names = ["from_period", "to_period"]
        for name in names or [_SHORT[option][0]]:
            given[name] = value
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ParameterUnreadable(given=pair)
        given[name.strip()] = value
    return given


def _print_table(definition: Definition, frame: pl.DataFrame, parameters: dict[str, Any], lang: str) -> None:
    visible, columns = shown(frame, definition, lang)
    table = Table(title=f"{definition.title.to(lang)}  {subtitle(definition, parameters, lang)}")
    for column in columns:
        table.add_column(column.title.to(lang), justify="right" if column.kind in _RIGHT else "left")
    for row in visible.rows():
        table.add_row(*(escape(text_of(value, column)) for value, column in zip(row, columns, strict=True)))
    totals = total_row(definition, visible, columns)
    if totals:
        cells = [text_of(totals.get(column.name), column) for column in columns]
        table.add_section()
        table.add_row(word("erp_core", "paper.total", lang), *cells[1:], style="bold")
    _console().print(table)
    if frame.is_empty():
        _console().print(word("erp_core", "cli.no_rows", lang))


def show(name: str, frame: pl.DataFrame, parameters: dict[str, Any], lang: str) -> None:
    """Print the answer of a report as a table, coded values in words."""
    _print_table(catalog.find(name), frame, parameters, lang)


def _print_checks(found: pl.DataFrame, lang: str) -> None:
    words = (word("erp_core", f"cli.{key}", lang) for key in ("check", "offender", "detail"))
    table = Table("", "name", *words)
    for row in found.iter_rows(named=True):
        mark = "[red]✗[/red]" if not row["ok"] else "[yellow]![/yellow]" if row["offender"] else "[green]✓[/green]"
        table.add_row(mark, row["check"], row[f"title_{lang}"], escape(row["offender"]), escape(row["detail"]))
    _console().print(table)
