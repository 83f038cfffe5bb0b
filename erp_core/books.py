"""The books of one company as every client sees them: verbs, reports and read-only SQL behind one interface."""

from __future__ import annotations

import difflib
import inspect
import os
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import polars as pl

from erp_core import rewind
from erp_core.access import register, who
from erp_core.foundation import copying
from erp_core.foundation.database import Database
from erp_core.foundation.errors import NotPermitted, Refusal, UnknownArgument, UnknownVerb
from erp_core.foundation.reading import reading
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import EVERYBODY, Session, business_today, load_actor
from erp_core.foundation.verbs import VERBS, Verb
from erp_core.masters import company
from erp_core.rehearsal import Rehearsal, rehearse
from erp_core.reports import catalog, guard, invariants
from erp_core.reports.stamps import stamps

# What may be done in a throw-away copy; who may enter and what others may see stays as it is.
TRADE = ("ledger", "masters", "inventory", "budget", "sales", "purchasing", "finance", "assets", "banking", "claims")
BRANCH_RIGHTS = frozenset(f"{name}.*" for name in (*TRADE, "intake", "company"))
DEPARTMENTS = ("access", "approval", *TRADE, "intake")


@cache
def _register_departments() -> None:
    """Import every department once, so that its verbs stand in the register."""
    root = Path(__file__).parent
    for department in DEPARTMENTS:
        for place in sorted((root / department).glob("*.py")):
            if place.stem != "__init__":
                import_module(f"erp_core.{department}.{place.stem}")
    import_module("erp_core.operations.acts")
    import_module("erp_core.connectors.acts")


class CheckClosed(Refusal):
    """{actor} may not check the books: it needs read.audit."""


class Books:
    """Open books, bound to the file in this process. A remote binding offers the same methods; nobody asks which."""

    def __init__(self, database: Database, user: str | Actor) -> None:
        _register_departments()
        self.database = database
        register.publish_once(database)
        self.actor: Actor = load_actor(database, user) if isinstance(user, str) else user
        self.throw_away: Path | None = None

    @property
    def path(self) -> str:
        """Where the file lies."""
        return self.database.path

    @property
    def user(self) -> str:
        """Who acts."""
        return self.actor.login

    def as_user(self, login: str) -> Books:
        """The same books in the hands of another user."""
        return Books(self.database, login)

    def me(self) -> dict[str, Any]:
        """Who is reading, and how far: login, name, roles, permissions, areas, masks, scope, sight, profile."""
        return who.describe(self.database, self.actor)

    def version(self) -> int:
        """A number that rises with every commit: the key of caches."""
        return self.database.version

    def versions(self) -> dict[str, int]:
        """A number per report that rises when its answer may have changed; '' for the books, 'me' for one's rights."""
        return stamps(self.database)

    def call(self, verb: str, /, **arguments: Any) -> dict[str, Any]:
        """Do one act; key= makes it happen once only, reason= says why. Raises a Refusal, and then nothing changed."""
        session, registered = self._prepared(verb, arguments)
        return registered.function(session, **arguments)

    def rehearse(self, verb: str, /, **arguments: Any) -> Rehearsal:
        """See what an act would do (result, voucher lines, stock values, impact on earlier moves) without doing it."""
        session, registered = self._prepared(verb, arguments)
        seen = rehearse(session, verb, registered.function, {k: v for k, v in arguments.items() if k != "key"})
        return seen if "ledger" in self.actor.areas else seen.without_amounts()

    def _prepared(self, verb: str, arguments: dict[str, Any]) -> tuple[Session, Verb]:
        registered = VERBS.get(verb)
        if registered is None:
            raise UnknownVerb(verb=verb, near=", ".join(difflib.get_close_matches(verb, VERBS, 3)) or "-")
        session = Session(self.database, self.actor, business_today())
        bare = {k: v for k, v in arguments.items() if k not in ("key", "reason")}
        wanted = dict(bare, reason="") if "reason" in registered.parameters else bare
        try:
            inspect.signature(inspect.unwrap(registered.function)).bind(session, **wanted)
        except TypeError as problem:
            raise UnknownArgument(verb=verb, problem=str(problem)) from problem
        return session, registered

    def verbs(self) -> pl.DataFrame:
        """What can be done here: name, summary, parameters, and whether this user may."""
        known = sorted(VERBS.values(), key=lambda verb: verb.name)
        return pl.DataFrame(
            {
                "name": [verb.name for verb in known],
                "summary": [verb.summary for verb in known],
                "parameters": [", ".join(verb.parameters) for verb in known],
                "may": [verb.name in EVERYBODY or self.actor.may(verb.name) for verb in known],
            }
        )

    def report(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Run a named report; amounts come as Decimal. books.reports() lists names, parameters and columns."""
        with reading(self.database, self.actor) as cursor:
            return catalog.run(cursor, name, parameters, self.actor)

    def reports(self) -> pl.DataFrame:
        """The catalogue: every report with its grain, parameters and columns in Chinese and English."""
        return catalog.catalogue()

    def sql(self, query: str, /, **parameters: Any) -> pl.DataFrame:
        """Read with SQL of one's own: one SELECT over the published views of schema rpt, $name for parameters."""
        with reading(self.database, self.actor) as cursor:
            return guard.run(cursor, query, parameters, reader=self.actor)

    def branch(self) -> Books:
        """A writable throw-away copy: post, close, compare; closing it throws it away. Everything may be done there.

        The eyes stay the same: areas, rows and columns are those of the reader. Refuses who lacks books.branch.
        """
        if not self.actor.may("books.branch"):
            raise NotPermitted(actor=self.actor.login, verb="books.branch")
        return self._copied(replace(self.actor, permissions=self.actor.permissions | BRANCH_RIGHTS))

    def as_of(self, when: rewind.When) -> Books:
        """The books as they were known: by the end of a day, at an instant, or after an act. Read-only, until closed.

        Reports of the copy take their own dates, so both questions can be asked: known when, and about when.
        """
        if not self.actor.may("books.branch"):
            raise NotPermitted(actor=self.actor.login, verb="books.branch")
        with self.database.read() as cursor:
            act_id = rewind.act_at(cursor, when)
        known = self._copied(self.actor, act_id)
        known.database.frozen = True
        return known

    def _copied(self, actor: Actor, act_id: int | None = None) -> Books:
        folder = Path(tempfile.mkdtemp(prefix="erp-branch-"))
        try:
            path = copying.copy_to(self.database, folder / "books.duckdb")
            if act_id is not None:
                rewind.rewind(path, act_id)
            branched = Books(Database(path), actor)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        branched.throw_away = folder
        branched.database.throw_away = act_id is None
        return branched

    def check(self) -> pl.DataFrame:
        """Every invariant of the books: check, ok, first offender, detail. It sees everything: it asks read.audit."""
        if not self.actor.may("read.audit"):
            raise CheckClosed(actor=self.actor.login)
        with self.database.read() as cursor:
            return invariants.run(cursor)

    def close(self) -> None:
        """Write everything down and let the file go; a branch is thrown away."""
        self.database.close()
        if self.throw_away:
            shutil.rmtree(self.throw_away, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_books(path: str | Path | None = None, *, user: str = company.OWNER) -> Books:
    """Open books: the given file, else $ERP_BOOKS, else data/books/company.duckdb."""
    database = Database(path or os.environ.get("ERP_BOOKS") or default_path())
    try:
        return Books(database, user)
    except BaseException:
        database.close()
        raise


def create_books(path: str | Path, **details: Any) -> Books:
    """Make new books: company=, standard=, start=, taxpayer=, language=, name_en=, uscc=."""
    database = Database(path, create=True)
    try:
        session = Session(database, Actor(company.OWNER, frozenset("*")), business_today())
        with session.act("company.establish", details) as act:
            act.result = company.establish(session, **details)
        return Books(database, company.OWNER)
    except BaseException:
        database.close()
        if not database.in_memory:
            for leftover in (database.path, database.path + ".wal", database.path + ".mark"):
                Path(leftover).unlink(missing_ok=True)
        raise


def default_path() -> Path:
    """Where books lie unless told otherwise."""
    return Path("data") / "books" / "company.duckdb"
