"""`erp migrate compare`: the legacy export beside our books while both run, each residual with its cause."""

import json
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Annotated, Any

import typer
import xlsxwriter
from rich.console import Console
from rich.markup import escape as plain
from rich.table import Table

import erp_core
from erp_core.foundation.words import word
from pipelines.intake.duplicates.answers import answers_of, merged
from pipelines.intake.errors import NothingToCompare
from pipelines.intake.findings import safe
from pipelines.intake.pack import gather
from pipelines.intake.profile_page import STYLE
from pipelines.intake.references import named
from pipelines.intake.show import amount
from pipelines.intake.twin import CAUSES, Twin, compared
from pipelines.intake.waterfall import Fall, draw

COLUMNS = ("kind", "key", "legacy", "books", "difference", "cause", "explained")
SHOWN = 60


def compare(
    paths: Annotated[list[Path], typer.Argument(help="旧系统导出的文件或文件夹 · exports of the legacy system")],
    on: Annotated[str, typer.Option("--on", help="截止日 · as of, 2026-03-31")],
    books: Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")] = None,
    layout: Annotated[str | None, typer.Option("--layout", help="布局 · layout")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="报告放在这里 · folder for the report")] = None,
    user: Annotated[str, typer.Option("--user", help="操作员 · who looks")] = "owner",
    lang: Annotated[str | None, typer.Option("--lang", help="zh | en")] = None,
) -> None:
    """并行期对照，只读 · Compare a legacy export with the books, read-only; exit 1 while anything differs."""
    try:
        day = date.fromisoformat(on)
    except ValueError as problem:
        raise typer.BadParameter(on, param_hint="--on 2026-03-31") from problem
    with erp_core.open(books, user=user) as opened:
        language = lang or opened.sql("select language from rpt.company")["language"][0]
        # Cards that are one in the books are one in the export too.
        pack = named(merged(gather(paths, layout), answers_of(opened)), opened)
        twin = compared(opened, pack, day)
    if not twin.parts:
        raise NothingToCompare(file=", ".join(path.name for path in paths))
    _show(twin, language)
    if out:
        for path in write_twin(twin, out, language):
            Console().print(f"  → {path}")
    if twin.residuals:
        raise typer.Exit(1)


def _w(key: str, language: str, **facts: Any) -> str:
    return word("pipelines", f"twin.{key}", language, **facts)


def _cause(cause: str, language: str) -> str:
    return word("pipelines", f"proof.cause.{cause}", language)


def _title(column: str, language: str) -> str:
    own = _w(f"column.{column}", language)
    return word("pipelines", f"proof.column.{column}", language) if own.startswith("twin.") else own


def _cells(one: dict[str, Any], language: str) -> tuple[Any, ...]:
    numbers = (Decimal(one[name]) for name in ("legacy", "books", "difference"))
    return (
        _w(f"kind.{one['kind']}", language),
        one["key"],
        *numbers,
        _cause(one["cause"], language),
        "; ".join(one["rows"]),
    )


def _show(twin: Twin, language: str) -> None:
    console = Console()
    for part in twin.parts:
        told = {name: amount(Decimal(part[name])) for name in ("legacy", "books")}
        kind = _w(f"kind.{part['kind']}", language)
        console.print(_w("part", language, kind=kind, keys=part["keys"], apart=part["apart"], **told))
    if not twin.residuals:
        console.print(_w("agrees", language, on=twin.on))
        return
    table = Table(title=_w("title", language, on=twin.on), title_justify="left")
    for name in COLUMNS:
        table.add_column(_title(name, language), justify="right" if name in COLUMNS[2:5] else "left")
    for one in twin.residuals[:SHOWN]:
        cells = _cells(one, language)
        table.add_row(*(amount(cell) if isinstance(cell, Decimal) else plain(str(cell)) for cell in cells))
    console.print(table)
    for cause in CAUSES:
        count = sum(one["cause"] == cause for one in twin.residuals)
        if count:
            console.print(f"  {_cause(cause, language)}: {count:,}")


def falls(twin: Twin, language: str) -> list[Fall]:
    """Return per part the way from the legacy total over the causes to ours."""
    found = []
    for part in twin.parts:
        steps = [
            (_cause(cause, language), -sum((Decimal(one["difference"]) for one in twin.residuals
                                            if one["kind"] == part["kind"] and one["cause"] == cause), Decimal(0)))
            for cause in CAUSES
        ]  # fmt: skip
        ends = [(_title(name, language), Decimal(part[name])) for name in ("legacy", "books")]
        if any(value for _, value in steps):
            told = [one for one in steps if one[1]]
            found.append(Fall(_w(f"kind.{part['kind']}", language), (ends[0], *told, ends[1])))
    return found


def write_twin(twin: Twin, folder: Path, language: str) -> list[Path]:
    """Write compare.html, .xlsx and .json."""
    folder.mkdir(parents=True, exist_ok=True)
    page, book, facts = (folder / f"compare.{kind}" for kind in ("html", "xlsx", "json"))
    titles = [_title(name, language) for name in COLUMNS]
    rows = [_cells(one, language) for one in twin.residuals]
    plain_facts = {"on": str(twin.on), "parts": twin.parts, "residuals": twin.residuals}
    facts.write_text(json.dumps(plain_facts, ensure_ascii=False, indent=1), "utf-8")
    title = _w("title" if rows else "agrees", language, on=twin.on)
    head = "".join(f"<th>{escape(one)}</th>" for one in titles)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{cell:,}</td>" if isinstance(cell, Decimal) else f"<td>{escape(cell)}</td>" for cell in row)
        + "</tr>"
        for row in rows
    )
    drawn = "".join(draw(fall) for fall in falls(twin, language))
    page.write_text(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{drawn}"
        f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div></body></html>\n',
        "utf-8",
    )
    with xlsxwriter.Workbook(str(book), {"strings_to_formulas": False, "strings_to_urls": False}) as made:
        formats = {"guarded": made.add_format({"quote_prefix": True}), "head": made.add_format({"bold": True})}
        tab = made.add_worksheet()
        tab.write_row(0, 0, titles, formats["head"])
        tab.freeze_panes(1, 0)
        tab.set_column(0, len(titles) - 1, 18)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                safe(tab, number, place, cell, formats)
        tab.autofilter(0, 0, max(len(rows), 1), len(titles) - 1)
    return [page, book, facts]
