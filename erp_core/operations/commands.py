"""Commands that keep the books safe: erp backup, erp restore, erp upgrade."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import word
from erp_core.operations import desk, sealing
from erp_core.operations.blocks import Tell
from erp_core.operations.clock import given, instant, told
from erp_core.operations.restore import Bringing, restore
from erp_core.operations.upgrade import upgrade

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--lang", help="zh | en")]
PassphraseOption = Annotated[
    str, typer.Option("--passphrase-env", help="口令所在的环境变量名 · environment variable that holds the passphrase")
]
IdentityOption = Annotated[Path | None, typer.Option("--identity", help="age 私钥文件 · file with the secret age key")]


class Openable(Protocol):
    """What these commands need of books: a path, and either the database itself or a way to ask the host."""

    path: str

    def close(self) -> None:
        """Let the file go."""


class PassphraseMissing(Refusal):
    """The environment variable {name} is empty or not set."""


class InstantUnreadable(Refusal):
    """{given} is no day or instant."""


def register(app: typer.Typer, open_books: Callable[[Path | None], Openable], default_path: Callable[[], Path]) -> None:
    """Add the commands; how books are opened and where they lie is handed down."""
    counter = Counter(open_books, default_path)
    app.command("backup")(counter.backup)
    app.command("restore")(counter.restore)
    app.command("upgrade")(counter.upgrade)


class Counter:
    """The commands, and the way to open books."""

    def __init__(self, open_books: Callable[[Path | None], Openable], default_path: Callable[[], Path]) -> None:
        self.open_books = open_books
        self.default_path = default_path

    def backup(
        self,
        folder: Annotated[Path, typer.Argument(help="备份文件夹 · the folder of the backups")],
        books: BooksOption = None,
        incremental: Annotated[bool, typer.Option("--incremental", help="增量 · only what is new")] = False,
        encrypt_to: Annotated[str, typer.Option("--encrypt-to", help="age 公钥 · public age key")] = "",
        passphrase_env: PassphraseOption = "",
        identity: IdentityOption = None,
        second: Annotated[Path | None, typer.Option("--second", help="第二处 · second location")] = None,
        keep: Annotated[bool, typer.Option("--keep", help="按保留期清理 · remove what need not be kept")] = False,
        parquet_too: Annotated[bool, typer.Option("--parquet", help="另存 Parquet · also as Parquet files")] = False,
        lang: LanguageOption = "zh",
    ) -> None:
        """备份账套 · Back up the books while they are in use; every backup is proved by restoring it."""
        passphrase, key = _passphrase(passphrase_env), sealing.read_identity(identity) if identity else ""
        wish = {
            "folder": str(folder.absolute()),
            "incremental": incremental,
            "second": str(second.absolute()) if second else "",
            "recipient": encrypt_to,
            "passphrase": passphrase,
            "identity": key,
            "keep": keep,
        }
        with closing(self.open_books(books)) as opened, _bar(lang) as tell:
            done = _ask(opened, "backup", wish, tell)
            if parquet_too:
                done |= _ask(
                    opened, "parquet", {name: wish[name] for name in ("folder", "recipient", "passphrase")}, tell
                )
        _show(done, lang, "cli.backup_done", name=done["name"])

    def restore(
        self,
        backup: Annotated[Path, typer.Argument(help="备份文件夹或清单 · folder of backups, or one manifest")],
        books: BooksOption = None,
        at: Annotated[str, typer.Option("--at", help="不晚于此时 · as of, 2026-03-31T18:00")] = "",
        dry_run: Annotated[bool, typer.Option("--dry-run", help="只验证 · only prove that it could be")] = False,
        replace: Annotated[bool, typer.Option("--replace", help="旧文件移到旁边 · move the old file aside")] = False,
        passphrase_env: PassphraseOption = "",
        identity: IdentityOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """恢复账套 · Restore a backup to a file; says which acts it does not hold."""
        wish = Bringing(
            backup=backup.absolute(),
            target=(books or self._usual()).absolute(),
            at=_instant(at),
            replace=replace,
            dry_run=dry_run,
            passphrase=_passphrase(passphrase_env) or None,
            identity=sealing.read_identity(identity) if identity else None,
        )
        with _bar(lang) as tell:
            done = restore(wish, now=instant(), tell=tell)
        done["made_at"] = told(given(done["made_at"] + "+00:00"))
        _show(done, lang, "cli.restore_dry" if dry_run else "cli.restore_done", name=done["backup"])
        lost = "cli.restore_lost_unknown" if done["acts_lost"] is None else "cli.restore_lost"
        Console().print(word("erp_core", lost, lang, last=done["last_act"], lost=done["acts_lost"]))

    def upgrade(
        self,
        books: BooksOption = None,
        rehearse: Annotated[bool, typer.Option("--rehearse", help="只演练 · only rehearse on a copy")] = False,
        backup: Annotated[Path | None, typer.Option("--backup", help="旧文件存于 · where the old file is kept")] = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """升级账套 · Raise the books to this version: rehearsed, saved first, proved, taken back if it fails."""
        with _bar(lang) as tell:
            done = upgrade(books or self._usual(), rehearse=rehearse, folder=backup, now=instant(), tell=tell)
        key = "upgrade_none" if not done["files"] else "upgrade_done" if done["done"] else "upgrade_rehearsed"
        _show(done, lang, f"cli.{key}", name=done["to"])

    def _usual(self) -> Path:
        return Path(os.environ.get("ERP_BOOKS") or self.default_path())


def _ask(opened: Any, task: str, wish: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Do a task here where the file is held by this process, else have the host do it."""
    if getattr(opened, "database", None) is None:
        return opened.operate(task, wish)
    if task == "parquet":
        return desk.parquet_here(opened.database, opened.actor, **wish, now=instant())
    return desk.backup_here(opened.database, opened.actor, **wish, now=instant(), tell=tell)


def _passphrase(name: str) -> str:
    if name and not os.environ.get(name):
        raise PassphraseMissing(name=name)
    return os.environ.get(name, "") if name else ""


def _instant(text: str) -> Any:
    if not text:
        return None
    try:
        return given(text)
    except ValueError as problem:
        raise InstantUnreadable(given=text) from problem


@contextmanager
def _bar(lang: str) -> Iterator[Tell]:
    """A bar a person can follow; one line per stage."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        stages: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = progress.add_task(word("erp_core", f"stage.{stage}", lang), total=total)
            progress.update(stages[stage], completed=done, total=total)

        yield tell


def _show(done: dict[str, Any], lang: str, key: str, name: str) -> None:
    table = Table("", "", show_header=False, title=word("erp_core", key, lang, name=name))
    for field, value in done.items():
        if value not in ("", None, []):
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            table.add_row(word("erp_core", f"operations.{field}", lang), shown)
    Console().print(table)
