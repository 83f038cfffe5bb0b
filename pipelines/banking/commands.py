"""`erp bank`: statements of banks at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import erp_core
from erp_core.foundation.words import word
from pipelines.banking.read import load as load_file

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
UserOption = Annotated[str, typer.Option("--user", help="操作员 · who acts")]


def register(app: typer.Typer) -> None:
    """Add the commands of the bank."""
    bank = typer.Typer(no_args_is_help=True, help="银行对账单 · statements of banks")
    bank.command("load")(load)
    app.add_typer(bank, name="bank")


def load(
    files: Annotated[list[Path], typer.Argument(help="CSV、XLS、XLSX、MT940、camt.053")],
    account: Annotated[str, typer.Option("--account", help="银行账户编码 · code of the bank account")],
    books: BooksOption = None,
    user: UserOption = "owner",
) -> None:
    """导入对账单并自动对账 · Load statements and search what belongs together."""
    console = Console()
    with erp_core.open(books, user=user) as opened:
        language = opened.report("company_card")["language"][0]
        for file in files:
            told = load_file(opened, file, bank_account=account)
            console.print(word("pipelines", "bank.loaded", language, file=file.name, **_facts(told)))
        found = opened.call("banking.match.propose", bank_account=account)
        console.print(word("pipelines", "bank.searched", language, **{k: found[k] for k in ("proposed", "matched")}))


def _facts(told: dict) -> dict[str, object]:
    names = ("layout", "read", "added", "known", "double")
    return {name: told[name] for name in names} | {
        "passed_over": sum(told["passed_over"].values()),
        "gaps": len(told["gaps"]),
    }
