"""Commands about people: erp user list, add, password, ticket, suspend, unlock, token, rights, conflicts, review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self

import polars as pl
import typer
from rich.console import Console

from erp_core.foundation.session import business_today
from erp_core.foundation.words import word

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
LanguageOption = Annotated[Literal["zh", "en"], typer.Option("--lang", help="zh | en")]
ReasonOption = Annotated[str, typer.Option("--reason", help="原因 · why")]
LoginArgument = Annotated[str, typer.Argument(help="登录名 · login")]
Show = Callable[[str, pl.DataFrame, dict[str, Any], str], None]


class Administrable(Protocol):
    """What these commands need of books."""

    def call(self, verb: str, /, **arguments: Any) -> dict[str, Any]:
        """Do one act."""

    def report(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Run a report."""

    def as_user(self, login: str) -> Self:
        """The same books in the hands of another user."""

    def close(self) -> None:
        """Let the file go."""


def register(app: typer.Typer, open_books: Callable[[Path | None], Administrable], show: Show) -> None:
    """Add `erp user`; how to open books and how to print a report stand above, so both are handed down."""
    desk = Desk(open_books, show)
    people = typer.Typer(help="用户与权限 · Users and rights", no_args_is_help=True)
    people.command("list")(desk.list_users)
    people.command("add")(desk.add)
    people.command("password")(desk.password)
    people.command("ticket")(desk.ticket)
    people.command("suspend")(desk.suspend)
    people.command("unlock")(desk.unlock)
    people.command("token")(desk.token)
    people.command("rights")(desk.rights)
    people.command("conflicts")(desk.conflicts)
    people.command("review")(desk.review)
    app.add_typer(people, name="user")


class Desk:
    """The commands about people, the way to open books and the way to print a report."""

    def __init__(self, open_books: Callable[[Path | None], Administrable], show: Show) -> None:
        self.open_books, self.show = open_books, show

    @contextmanager
    def _opened(self, path: Path | None) -> Iterator[Administrable]:
        books = self.open_books(path)
        try:
            yield books
        finally:
            books.close()

    def _shown(self, path: Path | None, lang: str, name: str, **parameters: Any) -> None:
        with self._opened(path) as books:
            self.show(name, books.report(name, **parameters), parameters, lang)

    def list_users(self, books: BooksOption = None, lang: LanguageOption = "zh") -> None:
        """列出用户 · List users, their roles and limits."""
        self._shown(books, lang, "access_users")

    def add(
        self,
        login: LoginArgument,
        name: Annotated[str, typer.Option("--name", help="姓名 · name")],
        role: Annotated[list[str], typer.Option("--role", help="角色，可重复 · role, may be repeated")],
        scope: Annotated[list[str] | None, typer.Option("--scope", help="范围 · e.g. warehouse=W1, own")] = None,
        email: Annotated[str | None, typer.Option("--email", help="邮箱 · e-mail")] = None,
        employee: Annotated[str | None, typer.Option("--employee", help="职员编码 · employee")] = None,
        accept: Annotated[str, typer.Option("--accept", help="签批不相容职务的理由 · why a conflict is accepted")] = "",
        books: BooksOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """新增或修改用户 · Add or change a user, and print a one-use ticket for a new one."""
        # None leaves the limits as they are.
        limits = None if scope is None else [_limit(text) for text in scope]
        with self._opened(books) as opened:
            known = login in opened.report("access_users")["login"].to_list()
            given = {"email": email, "employee": employee, "accept_reason": accept, "scopes": limits}
            opened.call("access.user.save", login=login, name=name, roles=role, **given)
            _say("user_saved", lang, login=login, roles=", ".join(role))
            if not known:
                _print_ticket(opened.call("access.password.issue", login=login), lang)

    def password(
        self,
        login: LoginArgument,
        issue: Annotated[
            bool, typer.Option("--issue", help="作废密码并签发一次性链接 · void it, issue a ticket")
        ] = False,
        books: BooksOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """设置密码，或用 --issue 作废 · Set a password, or void it with --issue."""
        with self._opened(books) as opened:
            if issue:
                _print_ticket(opened.call("access.password.issue", login=login), lang)
                return
            old = typer.prompt(_words("old_password", lang), default="", hide_input=True, show_default=False)
            new = typer.prompt(_words("new_password", lang), hide_input=True, confirmation_prompt=True)
            opened.as_user(login).call("access.password.set", old_password=old, new_password=new)
            _say("password_set", lang, login=login)

    def ticket(self, login: LoginArgument, books: BooksOption = None, lang: LanguageOption = "zh") -> None:
        """签发一次性登录链接 · Print a one-use ticket to enter with."""
        with self._opened(books) as opened:
            _print_ticket(opened.call("access.ticket.issue", login=login), lang)

    def suspend(
        self, login: LoginArgument, reason: ReasonOption, books: BooksOption = None, lang: LanguageOption = "zh"
    ) -> None:
        """停用用户 · Suspend a user; sessions and tokens end at once."""
        with self._opened(books) as opened:
            done = opened.call("access.user.suspend", login=login, reason=reason)
            _say("user_suspended", lang, login=login, ended=done["ended"])

    def unlock(
        self,
        reason: ReasonOption,
        login: Annotated[str, typer.Argument(help="登录名 · login")] = "",
        address: Annotated[str, typer.Option("--address", help="地址 · address")] = "",
        books: BooksOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """解除锁定 · Let a login or an address try again after too many failures."""
        with self._opened(books) as opened:
            opened.call("access.unlock", login=login, address=address, reason=reason)
            _say("unlocked", lang, login=login or address)

    def token(
        self,
        login: LoginArgument,
        name: Annotated[str, typer.Option("--name", help="用途 · what for")],
        days: Annotated[int | None, typer.Option("--days", help="有效天数 · days")] = None,
        books: BooksOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """签发令牌 · Print a token for notebooks and programs of a user."""
        with self._opened(books) as opened:
            made = opened.as_user(login).call("access.token.issue", name=name, days=days)
            _say("token_made", lang, number=made["pass_id"], ends=made["ends_at"][:16])
            print(made["token"])

    def rights(
        self,
        login: LoginArgument,
        permission: Annotated[str, typer.Argument(help="权限或通配 · permission or pattern")] = "",
        books: BooksOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """解释权限 · Why a user may do something, or why not."""
        self._shown(books, lang, "access_rights", login=login, permission=permission)

    def conflicts(self, books: BooksOption = None, lang: LanguageOption = "zh") -> None:
        """不相容职务 · Who holds duties that should be apart."""
        self._shown(books, lang, "access_conflicts", as_of=business_today())

    def review(
        self,
        period: Annotated[str, typer.Argument(help="会计期间 · month, 2026-03")],
        login: Annotated[str, typer.Argument(help="登录名 · login, to decide")] = "",
        decision: Annotated[str, typer.Option("--decide", help="confirmed | withdrawn")] = "",
        note: Annotated[str, typer.Option("--note", help="说明 · note")] = "",
        books: BooksOption = None,
        lang: LanguageOption = "zh",
    ) -> None:
        """复核权限 · Look through the rights of a month, or decide about one user."""
        if login:
            with self._opened(books) as opened:
                opened.call("access.review.decide", period=period, login=login, decision=decision, note=note)
        self._shown(books, lang, "access_review", period=period)


def _limit(text: str) -> dict[str, str]:
    kind, _, value = text.partition("=")
    return {"kind": kind.strip(), "value": value.strip()}


def _words(key: str, lang: str, **facts: Any) -> str:
    return word("erp_core", f"cli.{key}", lang, **facts)


def _say(key: str, lang: str, **facts: Any) -> None:
    Console(stderr=True).print(_words(key, lang, **facts), markup=False)


def _print_ticket(made: dict[str, Any], lang: str) -> None:
    # Only the ticket goes to the standard output, so that it can be piped onwards.
    _say("ticket_made", lang, login=made["login"], ends=made["ends_at"][:16])
    print(made["ticket"])
