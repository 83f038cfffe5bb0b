"""`erp migrate duplicates`: likely duplicates in files or books, answers kept beside them, merges in the books."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import erp_core
from erp_core.foundation.words import word
from pipelines.intake.duplicates.answers import read_answers
from pipelines.intake.duplicates.pairs_book import write_book
from pipelines.intake.duplicates.search import Decisions, Found, groups, read_decisions, search, survivor, write_pairs
from pipelines.intake.pack import gather

TARGETS = ("customers", "suppliers", "items")
FILE, BOOK = "duplicates.csv", "duplicates.xlsx"
SHOWN = 30
QUERIES = {
    "customers": "select * from rpt.party where customer and status <> 'blocked'",
    "suppliers": "select * from rpt.party where supplier and not customer and status <> 'blocked'",
    "items": "select * from rpt.item where active",
}


def duplicates(
    paths: Annotated[list[Path] | None, typer.Argument(help="文件或文件夹 · files or folders")] = None,
    books: Annotated[Path | None, typer.Option("--books", help="账套文件 · look into the books instead")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="放在这里 · folder for duplicates.csv")] = None,
    merge: Annotated[bool, typer.Option("--merge", help="在账套中合并 · merge in the books")] = False,
    user: Annotated[str, typer.Option("--user", help="操作员 · who acts")] = "owner",
    lang: Annotated[str, typer.Option("--lang", help="zh | en")] = "zh",
) -> None:
    """查找重复的客户、供应商、商品 · Find duplicate customers, suppliers and items; answers in duplicates.csv count."""
    if not paths and not books:
        raise typer.BadParameter("PATH | --books")
    folder = out or (paths[0] if paths and paths[0].is_dir() else paths[0].parent if paths else books.parent)
    folder.mkdir(parents=True, exist_ok=True)
    decisions = _answered(folder)
    if paths:
        found = [search(target, cards, lang, decisions) for target, cards in _of_files(paths)]
    else:
        with erp_core.open(books, user=user) as opened:
            held = [(target, opened.sql(QUERIES[target])) for target in TARGETS]
            found = [search(target, cards, lang, decisions) for target, cards in held]
            if merge:
                _merge(opened, found, dict(held), lambda text: Console().print(escape(text)), lang)
    _show(found, lang)
    Console().print(f"  → {write_pairs(folder / FILE, found)}")
    Console().print(f"  → {write_book(folder / BOOK, found, lang)}")


def _answered(folder: Path) -> Decisions:
    """Return the answers given beside the files, in the list or in the workbook; where both say, the workbook."""
    found = read_decisions(folder / FILE)
    return found | read_answers(folder / BOOK) if (folder / BOOK).is_file() else found


def _of_files(paths: list[Path]) -> list[tuple[str, pl.DataFrame]]:
    pack = gather(paths)
    lists = []
    for target in TARGETS:
        sheets = pack.of(target)
        if sheets:
            rows = pl.concat([sheet.prepared.rows.drop("row") for sheet in sheets], how="diagonal_relaxed")
            lists.append((target, rows.unique("code", keep="first", maintain_order=True)))
    return lists


def _merge(
    books: Any, found: list[Found], held: dict[str, pl.DataFrame], tell: Callable[[str], None], language: str
) -> None:
    """Merge what is certain or was decided, one act per card that goes."""
    for one in found:
        for code, head in groups(one.pairs).items():
            cards = held[one.target].filter(pl.col("code").is_in([code, head]))
            card = survivor(cards, head)
            fields = {name: value for name, value in card.items() if name != "code" and value not in (None, "")}
            kind = "item" if one.target == "items" else "party"
            pair = pl.col("code_a").is_in([code, head]) & pl.col("code_b").is_in([code, head])
            why = [*one.pairs.filter(pair)["reasons"], word("pipelines", "duplicates.chain", language)][0]
            done = books.call(f"masters.{kind}.merge", code=code, into=head, fields=_texts(fields), reason=why)
            tell(word("pipelines", "duplicates.merged", language, **done))


def _texts(fields: dict[str, Any]) -> dict[str, str]:
    kept = ("name", "short_name", "uscc", "contact", "phone", "address", "specification", "barcode", "bank_name")
    return {name: str(fields[name]) for name in kept if name in fields}


def _show(found: list[Found], language: str) -> None:
    console = Console()
    for one in found:
        target = word("pipelines", f"intake.target.{one.target}", language)
        title = word(
            "pipelines", "duplicates.title", language, target=target,
            cards=one.cards, auto=one.of("auto").height, ask=one.of("ask").height, no=one.of("no").height,
        )  # fmt: skip
        table = Table(title=title, title_justify="left")
        for name in ("tier", "pair", "points", "reasons"):
            table.add_column(word("pipelines", f"duplicates.column.{name}", language))
        for row in one.pairs.head(SHOWN).iter_rows(named=True):
            pair = escape(f"{row['code_a']} {row['name_a']}\n{row['code_b']} {row['name_b']}")
            tier = word("pipelines", f"duplicates.tier.{row['tier']}", language)
            table.add_row(tier, pair, str(row["points"]), escape(row["reasons"]))
        console.print(table)
