"""erp bisect: where two totals part, told in words; exit 0 when they agree, 1 when they do not."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

import erp_core
from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import word
from pipelines.bisect import totals
from pipelines.bisect.parting import Parting

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
UserOption = Annotated[str, typer.Option("--user", help="操作员 · who reads")]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--lang", help="zh | en")]
AnyAccount = Annotated[str, typer.Option("--account", help="科目 · account")]
OneAccount = Annotated[str, typer.Option("--account", help="科目 · account")]


class InstantNotRead(Refusal):
    """{given} is no day or instant such as 2026-03-31 or 2026-03-31T18:00."""


def register(app: typer.Typer) -> None:
    """Add `erp bisect`."""
    bisect = typer.Typer(help="两个总数从哪一笔开始不一致 · Where two totals part", no_args_is_help=True)
    bisect.command("stock")(stock)
    bisect.command("open-items")(open_items)
    bisect.command("since")(since)
    bisect.command("running")(running)
    app.add_typer(bisect, name="bisect")


def stock(
    account: AnyAccount = "", books: BooksOption = None, user: UserOption = "owner", lang: LanguageOption = "zh"
) -> None:
    """库存金额对总账 · The value of stock against the ledger."""
    with erp_core.open(books, user=user) as opened:
        _tell("stock", totals.stock(opened, account=account), lang)


def open_items(
    account: AnyAccount = "", books: BooksOption = None, user: UserOption = "owner", lang: LanguageOption = "zh"
) -> None:
    """往来未清项对控制科目 · Open items against their control accounts."""
    with erp_core.open(books, user=user) as opened:
        _tell("open_items", totals.open_items(opened, account=account), lang)


def since(
    when: Annotated[str, typer.Argument(help="当时 · day or instant, 2026-03-31")],
    account: OneAccount,
    period: Annotated[str, typer.Option("--period", help="到哪个期间 · up to this period")] = "",
    books: BooksOption = None,
    user: UserOption = "owner",
    lang: LanguageOption = "zh",
) -> None:
    """现在对当时 · An account today against what was known of it then."""
    try:
        then = datetime.fromisoformat(when)
    except ValueError as problem:
        raise InstantNotRead(given=when) from problem
    with erp_core.open(books, user=user) as opened:
        found = totals.since(
            opened, then.date() if len(when) == len("2026-03-31") else then, account=account, period=period
        )
    _tell("since", found, lang)


def running(
    file: Annotated[Path, typer.Argument(help="CSV：日期,余额 · date,balance")],
    account: OneAccount,
    books: BooksOption = None,
    user: UserOption = "owner",
    lang: LanguageOption = "zh",
) -> None:
    """本账对旧账的逐日余额 · An account against the running total of another system."""
    with erp_core.open(books, user=user) as opened:
        _tell("running", totals.running(opened, file, account=account), lang)


def explained(kind: str, found: Parting | None, language: str) -> str:
    """Where two totals part, in words. kind: stock, open_items, since or running."""
    left, right = (word("pipelines", f"bisect.{kind}.{side}", language) for side in ("left", "right"))
    if found is None:
        return word("pipelines", "bisect.same", language, left=left, right=right)
    facts = {name: f"{value:,.2f}" if name not in ("event", "place", "events", "later") else value
             for name, value in asdict(found).items()}  # fmt: skip
    facts |= {"left": left, "right": right, "own_left": facts["left"], "own_right": facts["right"]}
    return word("pipelines", "bisect.apart", language, **facts)


def _tell(kind: str, found: Parting | None, language: str) -> None:
    Console(soft_wrap=True).print(explained(kind, found, language), highlight=False)
    if found is not None:
        raise typer.Exit(1)
