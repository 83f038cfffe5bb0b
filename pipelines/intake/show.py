"""What the terminal shows of a migration: profiles, closing counts, sums by reason, what was loaded."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from erp_core.foundation.words import refusal_text, word
from pipelines.intake.findings import field_words, issue_words, reason_words
from pipelines.intake.load import Loaded
from pipelines.intake.pack import Pack, Sheet
from pipelines.intake.profile import FolderProfile
from pipelines.intake.proof import Proof

ISSUES_SHOWN, CHANGES_SHOWN, RESIDUAL_ROWS, FOUND_SHOWN = 12, 30, 6, 5
AMOUNTS = ("said", "proven", "difference")
COLUMNS_SHOWN = ("column", "name", "holds", "kinds", "empty", "distinct", "samples")


def _w(key: str, language: str, **facts: Any) -> str:
    return word("pipelines", f"intake.{key}", language, **facts)


def _table(language: str, title: str, columns: tuple[str, ...], right: tuple[str, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(
            _w(f"column.{name}", language), justify="right" if name in right else "left", no_wrap=name in right
        )
    return table


def profiles(console: Console, folder: FolderProfile, language: str) -> None:
    """Show one table of sheets with the layout that fits, one of columns per sheet, and the standard of the chart."""
    found = folder.files
    table = _table(
        language, "", ("file", "sheet", "encoding", "header_row", "data_rows", "layout", "fit"), ("data_rows",)
    )
    for one in found:
        if one.refusal:
            text, fix = refusal_text(one.refusal, language)
            table.add_row(escape(one.path.name), "[red]✗[/red]", "", "", "", escape(f"{text} {fix}"), "")
        for facts in one.sheets:
            best = facts["layouts"][0] if facts["layouts"] else None
            verdict = facts.get("verdict") or _w("no_layout", language)
            share = f"{best['found']}/{best['wanted']}" if best else ""
            numbers = (str(facts["header_row"] or ""), f"{facts.get('data_rows', 0):,}")
            table.add_row(escape(one.path.name), escape(facts["sheet"]), facts["encoding"], *numbers, verdict, share)
    console.print(table)
    for one in found:
        for facts in one.sheets:
            _columns(console, one.path.name, facts, language)
    if any(folder.standard.votes.values()):
        console.print(_w("profile.standard", language) + " " + _w(f"standard.{folder.standard.standard}", language))
    for lost in folder.references:
        examples = escape("、".join(lost["examples"]))
        console.print(f"  [yellow]![/yellow] {escape(lost['file'])} {lost['field']}: {lost['rows']:,} ({examples})")


def _columns(console: Console, file: str, facts: dict[str, Any], language: str) -> None:
    title = escape(f"{file} {facts['sheet']}".strip())
    table = _table(language, title, COLUMNS_SHOWN, ("empty", "distinct"))
    for column in facts["columns"]:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in column["kinds"].items())
        samples = escape(" · ".join(column["samples"]))
        table.add_row(
            column["column"],
            escape(column["name"]),
            _w(f"holds.{column['holds']}", language),
            kinds,
            f"{column['empty']:,}",
            f"{column['distinct']:,}",
            samples,
        )
    console.print(table)


def pack(console: Console, found: Pack, language: str) -> None:
    """Show the closing counts of every sheet, then its sums, issues and drops by reason."""
    names = ("file", "sheet", "layout", "target", "read", "loaded", "rejected", "dropped")
    table = _table(language, _w("counts", language), names, names[4:])
    for sheet in found.sheets:
        counts = sheet.prepared.batch.notes["counts"]
        numbers = [f"{counts[name]:,}" for name in names[4:]]
        table.add_row(
            escape(sheet.path.name),
            escape(sheet.fit.grid.sheet),
            sheet.fit.layout.layout,
            _target(sheet, language),
            *numbers,
        )
    console.print(table)
    for sheet in found.sheets:
        _details(console, sheet, language)
    for file, tab in found.passed_over:
        console.print(_w("passed_over", language, file=escape(file), sheet=escape(tab)))


def _target(sheet: Sheet, language: str) -> str:
    return _w(f"target.{sheet.prepared.target}", language)


def _details(console: Console, sheet: Sheet, language: str) -> None:
    notes = sheet.prepared.batch.notes
    if notes["sums"]:
        columns = ("column", "outcome", "reason", "group", "rows", "amount")
        table = _table(language, escape(sheet.place), columns, ("rows", "amount"))
        for total in notes["sums"]:
            reason = reason_words(total["reason"], language) if total["reason"] else ""
            outcome = _w(f"outcome.{total['outcome']}", language)
            table.add_row(
                field_words(total["column"], language),
                outcome,
                reason,
                total["group"],
                f"{total['rows']:,}",
                amount(total["amount"]),
            )
        for column in dict.fromkeys(total["column"] for total in notes["sums"]):
            all_rows = [total for total in notes["sums"] if total["column"] == column]
            rows, whole = sum(one["rows"] for one in all_rows), sum((one["amount"] for one in all_rows), Decimal(0))
            table.add_row(
                field_words(column, language),
                _w("all_parsed", language),
                "",
                "",
                f"{rows:,}",
                amount(whole),
                style="bold",
            )
        console.print(table)
    for reason, count in notes["dropped_by"].items():
        console.print(f"  – {reason_words(reason, language)}: {count:,}")
    found = pl.col("found").unique(maintain_order=True).head(FOUND_SHOWN)
    cell = (pl.col("column") + pl.col("row").cast(pl.String)).first()
    issues = sheet.prepared.batch.rejects.sort("row", maintain_order=True).group_by("code", "severity")
    told = issues.agg(pl.len(), cell, found).sort("severity", "code").head(ISSUES_SHOWN)
    for code, severity, count, row, values in told.iter_rows():
        mark = "[red]✗[/red]" if severity == "reject" else "[yellow]![/yellow]"
        where = _w("first_in", language, row=row)
        named = f" {escape('、'.join(values))}" if "ORPHAN" in code or "LOOKUP" in code else ""
        console.print(f"  {mark} {code} {escape(issue_words(code, language)[0])}: {count:,} ({where}){named}")
    for wrong in notes["findings"]:
        console.print("  [red]✗[/red] " + _w("wrong_total", language, **wrong))
    if sheet.fit.header.doubled:
        console.print("  " + _w("doubled_headers", language, names=escape("、".join(sheet.fit.header.doubled))))
    if sheet.prepared.target == "rows":
        console.print("  " + _w("not_loaded", language))
    if sheet.fit.unknown:
        console.print("  " + _w("unknown_columns", language, names=escape("、".join(sheet.fit.unknown))))


def amount(value: Decimal) -> str:
    """Return an amount with separators and at least two decimals, without trailing zeros beyond them."""
    text = f"{value:,.6f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def loaded(console: Console, done: list[Loaded], language: str, *, rehearsed: bool) -> None:
    """Show what each act did, and the accounts that were created on the way."""
    names = ("run", "target", "file", "added", "changed", "unchanged")
    table = _table(language, _w("loaded_title", language), names, names[3:])
    for one in done:
        numbers = [f"{number:,}" for number in (one.added, one.changed, one.unchanged)]
        table.add_row(one.run_id or "–", _w(f"target.{one.target}", language), escape(one.place), *numbers)
    console.print(table)
    for one in done:
        for account in one.result.get("created", []):
            console.print("  + " + _w("account_created", language, **account))
    console.print(_w("rehearsed" if rehearsed else "load_done", language))


def residuals(console: Console, proof: Proof, language: str) -> None:
    """Show where the files of an opening disagree with each other, why probably, and the rows that say so."""
    if not proof.residuals:
        return
    table = Table(title=_p("residuals", language), title_justify="left")
    for name in ("kind", "account", "said", "proven", "difference", "cause"):
        table.add_column(_p(f"column.{name}", language), justify="right" if name in AMOUNTS else "left")
    for one in proof.residuals:
        numbers = [amount(Decimal(one[name])) for name in AMOUNTS]
        cause = _p(f"cause.{one['cause']}", language)
        rows = "\n".join(escape(row) for row in one["rows"][:RESIDUAL_ROWS])
        table.add_row(_p(f"kind.{one['kind']}", language), one["account"], *numbers, f"{cause}\n{rows}".strip())
    console.print(table)


def changed(console: Console, found: list[dict[str, str]], before: dict[str, Any], language: str) -> None:
    """Show what is better, worse or otherwise since the rehearsal signed last."""
    if not before.get("rehearsal"):
        return
    if not found:
        console.print(_p("no_changes", language, **before))
        return
    table = Table(title=_p("since", language, **before), title_justify="left")
    for name in ("part", "what", "measure", "before", "now", "verdict"):
        table.add_column(_p(f"column.{name}", language))
    for one in found[:CHANGES_SHOWN]:
        mark = {"better": "green", "worse": "red"}.get(one["verdict"], "dim")
        table.add_row(
            _p(f"part.{one['part']}", language), escape(one["what"]), _p(f"column.{one['measure']}", language),
            one["before"], one["now"], f"[{mark}]{_p('verdict.' + one['verdict'], language)}[/{mark}]",
        )  # fmt: skip
    console.print(table)


def _p(key: str, language: str, **facts: Any) -> str:
    return word("pipelines", f"proof.{key}", language, **facts)


def written(console: Console, files: list[Path], left: list[str], language: str) -> None:
    """Show which findings were written and which files were too large to be marked."""
    for path in files:
        console.print(f"  → {path}")
    for name in left:
        console.print("  " + _w("too_large_to_mark", language, name=escape(name)))
