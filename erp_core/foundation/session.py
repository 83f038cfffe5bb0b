"""One person's act upon the books: permission, database transaction, audit row and idempotency key in one line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import duckdb
import polars as pl

from erp_core.foundation import last_checks
from erp_core.foundation.chain import Written
from erp_core.foundation.changes import WATCHED, compare
from erp_core.foundation.database import Database
from erp_core.foundation.errors import (
    ChangeProtected,
    ColumnMissing,
    KeyReused,
    NotPermitted,
    ParameterMissing,
    UnknownUser,
)
from erp_core.foundation.reading import scope_of
from erp_core.foundation.rights import Actor
from erp_core.foundation.written import audited, digest_of, without_secrets

BOOKS_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
VALUES_ROWS_MAX = 64
# What everybody who is signed in may do; these verbs look themselves at whose things they are asked to touch.
EVERYBODY = frozenset({
    "access.password.set", "access.profile.save", "access.token.issue", "access.token.revoke",
    "access.pass.end", "access.message.read", "approval.decide", "approval.delegate", "approval.withdraw",
})  # fmt: skip
_WRITTEN = re.compile(r"(?:insert\s+into|update|delete\s+from)\s+core\.(\w+)", re.IGNORECASE)


@dataclass
class Act:
    """What is being done: a result that is already there means that this key was seen before."""

    act_id: int
    result: dict[str, Any] | None = None
    nested: bool = False
    arguments: str = ""
    arguments_hash: str = ""


@dataclass
class Session:
    """The actor, the books and the clock handed to every verb."""

    database: Database
    actor: Actor
    today: date
    cursor: duckdb.DuckDBPyConnection | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    _act: Act | None = None
    _touched: set[str] = field(default_factory=set)
    _sealed: Written | None = None
    # Whether somebody else has agreed to what this act changes.
    agreed: bool = False

    @property
    def act_id(self) -> int:
        """The number of the act under way, for rows that name their cause."""
        return self._running().act_id

    def _running(self) -> Act:
        if self._act is None:
            raise RuntimeError("no act is under way")
        return self._act

    @contextmanager
    def act(self, verb: str, arguments: dict[str, Any], *, key: str | None = None, reason: str = "") -> Iterator[Act]:
        """Do one permitted, audited thing as a whole or not at all; inside another act, be part of that one."""
        if self._act is not None:
            yield Act(self._act.act_id, nested=True)
            return
        self._permit(verb, arguments)
        with self.database.write() as cursor:
            self._begin(cursor)
            try:
                yield from self._whole_act(verb, arguments, key, reason)
            finally:
                self.cursor, self._act, self._sealed, self.agreed = None, None, None, False
        self.database.changed.update(dict.fromkeys(self._touched, self.database.version))
        for place in list(self.database.reference):
            if place.partition("/")[0] in self._touched:
                self.database.reference.pop(place, None)

    def _begin(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self.cursor, self._touched = cursor, set()
        self._sealed = Written(self.database.chain, cursor)

    def _whole_act(self, verb: str, arguments: dict[str, Any], key: str | None, reason: str) -> Iterator[Act]:
        # An empty key is no key; it would stand in the way of the next one.
        key = key or None
        digest = digest_of(arguments) if key else ""
        first = self._first_result(key, verb, digest) if key else None
        if first is not None:
            yield Act(first[0], result=first[1])
            return
        self._act = Act(self.database.take_ids(self.cursor, "act", "act_id", 1))
        yield self._act
        last_checks.run(self, self._act)
        self._write_changes()
        row = (self._act.act_id, verb, self.actor.login, self.now, "done", reason, key)
        self.database.mark(self._act.act_id, self._write_act(row, arguments, digest, self._act.result))

    def _permit(self, verb: str, arguments: dict[str, Any]) -> None:
        if verb in EVERYBODY or self.actor.may(verb):
            return
        with self.database.write() as cursor:
            self._begin(cursor)
            act_id = self.database.take_ids(cursor, "act", "act_id", 1)
            row = (act_id, verb, self.actor.login, self.now, "denied", "", None)
            self.database.mark(act_id, self._write_act(row, arguments, "", {}))
        raise NotPermitted(actor=self.actor.login, verb=verb)

    def _first_result(self, key: str, verb: str, digest: str) -> tuple[int, dict[str, Any]] | None:
        row = self.one(
            "select act_id, verb, arguments_hash, result from core.act where idempotency_key = $key", key=key
        )
        if row is None:
            return None
        if row[1] != verb or row[2] != digest:
            raise KeyReused(key=key, verb=row[1])
        return row[0], json.loads(row[3])

    def _write_act(self, row: tuple, arguments: dict[str, Any], digest: str, result: dict[str, Any] | None) -> str:
        """Write the act down, sealed together with all that it wrote and with the act before; returns the seal."""
        came_of_it = json.dumps(without_secrets(result or {}), default=str, ensure_ascii=False)
        whole = (*row, audited(arguments), digest, came_of_it)
        seal, contents = self._sealed.seal(whole)
        self.cursor.execute(
            "insert into core.act values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*whole, seal, self.database.chain.version, contents],
        )
        self.database.chain.raise_head(seal)
        return seal

    def _write_changes(self) -> None:
        """Keep what was written over: the transaction's own state against the committed one, which others still see."""
        for table in sorted(self._touched & WATCHED.keys()):
            with self.database.read() as cursor:
                before = cursor.sql(f"select * from core.{table}").pl()
            found = compare(table, before, self.frame(f"select * from core.{table}"))
            if not self.agreed:
                self._refuse_protected(table, found)
            self.insert("change", found.with_columns(act_id=pl.lit(self.act_id, pl.Int64)))

    def _refuse_protected(self, table: str, found: pl.DataFrame) -> None:
        """Refuse what nobody changes alone; the verb then asks for it instead (approval.changes)."""
        guarded = self._guards().filter((pl.col("table_name") == table) & pl.col("active"))
        if guarded.is_empty():
            return
        fields = guarded["field"].to_list()
        whole = "" in fields
        hit = found if whole else found.filter((pl.col("kind") == "changed") & pl.col("field").is_in(fields))
        if not hit.is_empty():
            first = hit.row(0, named=True)
            facts = {"table": table, "row": first["row_key"], "field": first["field"]}
            raise ChangeProtected(**facts, differences=hit.to_dicts())

    def _guards(self) -> pl.DataFrame:
        """What is protected, as committed: an act that lifts a guard is itself still under it."""
        if "protection" not in self._touched:
            return self.reference("protection")
        with self.database.read() as cursor:
            return cursor.sql("select * from core.protection").pl()

    def touch(self, *places: str) -> None:
        """Note what changed more closely than by table, such as 'document/sales_order', for whoever keeps answers."""
        self._touched.update(places)

    def execute(self, sql: str, **parameters: Any) -> None:
        """Run one statement that writes; caches of the tables it names are dropped at commit."""
        self._note_written(sql)
        self.cursor.execute(sql, parameters).fetchall()

    def rows(self, sql: str, **parameters: Any) -> list[tuple]:
        """All rows of a query as tuples."""
        self._note_written(sql)
        return self.cursor.execute(sql, parameters).fetchall()

    def _note_written(self, sql: str) -> None:
        names = _WRITTEN.findall(sql)
        if names and self._sealed is not None and not self._sealed.forms.keys().isdisjoint(names):
            raise RuntimeError(
                f"{', '.join(names)}: what can only be added to is written through insert(), to be sealed"
            )
        self._touched.update(names)

    def one(self, sql: str, **parameters: Any) -> tuple | None:
        """The first row of a query, or nothing."""
        rows = self.rows(sql, **parameters)
        return rows[0] if rows else None

    def frame(self, sql: str, **parameters: Any) -> pl.DataFrame:
        """All rows of a query as a Polars frame."""
        return self.cursor.sql(sql, params=parameters or None).pl()

    def frame_with(self, sql: str, frames: dict[str, pl.DataFrame], **parameters: Any) -> pl.DataFrame:
        """All rows of a query that also reads the given frames by name."""
        for name, frame in frames.items():
            self.cursor.register(name, frame)
        try:
            return self.cursor.sql(sql, params=parameters or None).pl()
        finally:
            self._forget(*frames)

    def reference(self, table: str) -> pl.DataFrame:
        """A small table as a frame, kept in memory until an act changes it."""
        if table in self._touched:
            return self.frame(f"select * from core.{table}")
        if table not in self.database.reference:
            self.database.reference[table] = self.frame(f"select * from core.{table}")
        return self.database.reference[table]

    def derived(self, table: str, name: str, build: Callable[[], Any]) -> Any:
        """What is worked out from a small table, kept in memory as long as the table itself does not change."""
        if table in self._touched:
            return build()
        place = f"{table}/{name}"
        if place not in self.database.reference:
            self.database.reference[place] = build()
        return self.database.reference[place]

    def insert(self, table: str, frame: pl.DataFrame, **constants: Any) -> None:
        """Add rows to core.<table>, columns by name; few rows travel as parameters, many as a registered frame.

        Columns that say the same in every row are given once, by keyword.
        """
        if self._sealed is not None and table in self._sealed.forms and not frame.is_empty():
            frame = self._sealed.add(table, frame, constants)
        self._write(
            f"insert into core.{table} ({', '.join([*frame.columns, *constants])})", frame, "", table, constants
        )

    def upsert_add(self, table: str, frame: pl.DataFrame, keys: Sequence[str], sums: Sequence[str]) -> None:
        """Add rows, or add their sums to the rows that have the same keys."""
        adds = ", ".join(f"{name} = {name} + excluded.{name}" for name in sums)
        ending = f" on conflict ({', '.join(keys)}) do update set {adds}"
        self._write(f"insert into core.{table} ({', '.join(frame.columns)})", frame, ending, table)

    def upsert(self, table: str, frame: pl.DataFrame, keys: Sequence[str], **constants: Any) -> None:
        """Add rows, or put their values over the rows that have the same keys; constants as for insert."""
        names = [*frame.columns, *constants]
        missing = [name for name in keys if name not in names]
        if missing:
            raise ColumnMissing(table=table, column=missing[0])
        values = [name for name in names if name not in keys]
        action = "update set " + ", ".join(f"{n} = excluded.{n}" for n in values) if values else "nothing"
        ending = f" on conflict ({', '.join(keys)}) do {action}"
        self._write(f"insert into core.{table} ({', '.join(names)})", frame, ending, table, constants)

    def _write(
        self, start: str, frame: pl.DataFrame, ending: str, table: str, constants: dict[str, Any] | None = None
    ) -> None:
        same = constants or {}
        self._touched.add(table)
        if frame.is_empty():
            return
        if frame.height <= VALUES_ROWS_MAX:
            places = "(" + ", ".join("?" * (frame.width + len(same))) + ")"
            values = [value for row in frame.rows() for value in (*row, *same.values())]
            self.cursor.execute(f"{start} values {', '.join([places] * frame.height)}{ending}", values).fetchall()
            return
        self.cursor.register("_rows", frame)
        try:
            columns = ", ".join([*(f'"{name}"' for name in frame.columns), *(f"${name}" for name in same)])
            # "where true" keeps the parser from reading ON CONFLICT as a join condition.
            self.cursor.execute(f"{start} select {columns} from _rows where true{ending}", same or None).fetchall()
        finally:
            self._forget("_rows")

    def _forget(self, *names: str) -> None:
        """Unregister frames; inside an aborted database transaction that fails too, and must not hide the cause."""
        for name in names:
            with suppress(duckdb.Error):
                self.cursor.unregister(name)

    def take_ids(self, table: str, column: str, count: int) -> int:
        """Reserve surrogate ids of a table and return the first."""
        return self.database.take_ids(self.cursor, table, column, count)

    def draw(self, series: str, cycle: str, count: int) -> int:
        """Draw consecutive numbers inside the commit and return the first; a rolled-back act draws none."""
        place = {"series": series, "cycle": cycle, "count": count}
        # An update by key costs half of "insert or else update", and only the first number of a cycle needs the insert.
        row = self.one(
            "update core.number_counter set last_number = last_number + $count"
            " where series = $series and cycle = $cycle returning last_number",
            **place,
        )
        if row is None:
            self.execute("insert into core.number_counter values ($series, $cycle, $count)", **place)
            return 1
        return row[0] - count + 1

    def draw_numbers(self, series: str, days: Sequence[date]) -> list[str]:
        """Draw document numbers such as SO2603-00012, one a day given, in the order given."""
        kinds = {row["series"]: row for row in self.reference("number_series").to_dicts()}
        kind = kinds[series]
        cycles = [_cycle(kind["cycle"], day) for day in days]
        following = {cycle: self.draw(series, cycle, cycles.count(cycle)) for cycle in sorted(set(cycles))}
        numbers = []
        for cycle in cycles:
            numbers.append(f"{kind['prefix']}{cycle}-{following[cycle]:0{kind['width']}d}")
            following[cycle] += 1
        return numbers

    def parameter(self, key: str, day: date | None = None) -> str:
        """The value of a parameter on a day, by default today."""
        rows = self.reference("parameter").filter(
            (pl.col("key") == key) & (pl.col("valid_from") <= (day or self.today))
        )
        if rows.is_empty():
            raise ParameterMissing(key=key)
        return rows.sort("valid_from", "act_id")["value"][-1]


def load_actor(database: Database, login: str) -> Actor:
    """Find a user and gather the permissions of all roles that the user holds."""
    with database.read() as cursor:
        user = cursor.execute("select active from core.app_user where login = ?", [login]).fetchall()
        if not user or not user[0][0]:
            raise UnknownUser(login=login)
        rows = cursor.execute(
            "select role, permission from core.user_role left join core.role_permission using (role)"
            " where login = ? order by role",
            [login],
        ).fetchall()
        scope = scope_of(cursor, login)
    roles = tuple(dict.fromkeys(role for role, _ in rows))
    return Actor(login, frozenset(permission for _, permission in rows if permission), scope, roles)


def business_today() -> date:
    """Today in the zone of the books; the only clock of the core besides the instant of an act."""
    return datetime.now(BOOKS_ZONE).date()


def _cycle(kind: str, day: date) -> str:
    return {"month": f"{day:%y%m}", "year": f"{day:%y}", "never": ""}[kind]
