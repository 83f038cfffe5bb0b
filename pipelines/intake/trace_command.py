"""`erp migrate trace`: from a cell to the line and the statement it ended in, or from there back to the cell."""

import json
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import erp_core
from erp_core.foundation.words import word
from erp_core.reports.definition import definitions
from pipelines.intake.findings import issue_words, reason_words
from pipelines.intake.trace import trace

SHOWN = {
    "lineage_of_cell": (
        "cell", "header", "rule", "outcome", "target", "target_key", "voucher", "line", "account", "party", "debit",
        "credit", "statement", "line_no", "name",
    ),
    "lineage_of_line": (
        "period", "voucher", "line", "account", "party", "debit", "credit", "file", "sheet", "cell", "header", "rule",
    ),
    "lineage_of_card": ("target", "target_key", "action", "file", "sheet", "cell", "header", "field", "rule", "run_id"),
}  # fmt: skip
ROWS_SHOWN = 200


def register(group: typer.Typer) -> None:
    """Add `trace` to the group `migrate`."""
    group.command("trace")(follow)


def follow(
    address: Annotated[
        str,
        typer.Argument(help="应收!F214 · 记-12:3 · 1122@2026-01 · balance_sheet:4 · customer:C01"),
    ],
    books: Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")] = None,
    user: Annotated[str, typer.Option("--user", help="操作员 · who asks")] = "owner",
    format_: Annotated[str, typer.Option("--format", help="table | json")] = "table",
    lang: Annotated[str | None, typer.Option("--lang", help="zh | en")] = None,
) -> None:
    """从单元格追到凭证和报表，或从账追回单元格 · From a cell to where it ended, or back to the cell."""
    if format_ not in ("table", "json"):
        raise typer.BadParameter(format_, param_hint="--format")
    with erp_core.open(books, user=user) as opened:
        language = lang if lang in ("zh", "en") else opened.sql("select language from rpt.company")["language"][0]
        asked, rows = trace(opened, address)
    if format_ == "json":
        typer.echo(json.dumps(rows.to_dicts(), ensure_ascii=False, indent=1, default=str))
        return
    _show(Console(), asked.report, rows, language)


def _show(console: Console, report: str, rows: pl.DataFrame, language: str) -> None:
    """Show the columns in which the rows differ as a table, and what they have in common as one line above it."""
    rows = _worded(rows, report, language)
    columns = [name for name in SHOWN[report] if name in rows.columns and (rows[name].cast(pl.String) != "").any()]
    same = [name for name in columns if rows.height > 1 and rows[name].n_unique() == 1]
    titles = {column.name: column.title.to(language) for column in definitions()[report].columns}
    titles["name"] = titles.get(f"name_{language}", "")
    if same:
        console.print(escape(" · ".join(f"{titles[name]} {rows[name][0]}" for name in same)))
    table = Table()
    shown = [name for name in columns if name not in same] or columns
    for name in shown:
        table.add_column(titles[name], justify="right" if name in ("debit", "credit", "line", "line_no") else "left")
    for row in rows.head(ROWS_SHOWN).select(shown).iter_rows():
        table.add_row(*(escape("" if value is None else str(value)) for value in row))
    console.print(table)
    if rows.height > ROWS_SHOWN:
        console.print(word("pipelines", "intake.trace.more", language, shown=ROWS_SHOWN, rows=rows.height))


def _worded(rows: pl.DataFrame, report: str, language: str) -> pl.DataFrame:
    for column in definitions()[report].columns:
        if column.values:
            words = {value: title.to(language) for value, title in column.values.items()}
            rows = rows.with_columns(pl.col(column.name).replace(words))
    if report != "lineage_of_cell":
        return rows
    why = {text: _why(text, language) for text in rows["reason"].drop_nulls().unique()}
    statements = {name: definitions()[name].title.to(language) for name in rows["statement"].drop_nulls().unique()}
    reason = (
        pl.when(pl.col("reason").is_in(["added", "changed"])).then(pl.lit("")).otherwise(pl.col("reason").replace(why))
    )
    return rows.with_columns(
        pl.col("statement").replace(statements), name=pl.col(f"name_{language}"),
        outcome=pl.concat_str(["outcome", reason], separator=" ").str.strip_chars(),
    )  # fmt: skip


def _why(reason: str, language: str) -> str:
    return issue_words(reason, language)[0] if reason.startswith("E_") else reason_words(reason, language)
