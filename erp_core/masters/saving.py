"""How every master table is saved: normal form, checks, difference, write, always as a set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.masters import refusals
from erp_core.masters.normal import as_frame, typed

Given = pl.DataFrame | Mapping[str, Any] | Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Table:
    """A master table: its keys, what must be filled, which columns are codes, which have a list of choices."""

    name: str
    keys: tuple[str, ...] = ("code",)
    required: tuple[str, ...] = ("name",)
    codes: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def complete(session: Session, table: Table, given: Given) -> pl.DataFrame:
    """The given rows in normal form, completed from the books; `_row` counts from 1, `_known` tells old from new.

    A column that is not given keeps what it was; an empty cell empties a column that may be empty and else keeps it.
    """
    columns = _columns(session, table)
    frame = shaped(session, table, given).with_row_index("_row", offset=1)
    _refuse_bad_keys(table, frame)
    frame = _fill(session, table, frame, columns)
    _refuse_empty(table, frame)
    _refuse_outside_choices(table, frame)
    return frame


def shaped(session: Session, table: Table, given: Given) -> pl.DataFrame:
    """The given rows in the types of the table, only the columns given; refuse columns the table does not have."""
    columns = _columns(session, table)
    frame = as_frame(given)
    unknown = [name for name in frame.columns if name not in columns]
    if unknown:
        raise refusals.UnknownColumn(column=unknown[0], table=table.name)
    return typed(frame, {name: columns[name].dtype for name in frame.columns}, codes={*table.keys, *table.codes})


def write(session: Session, table: Table, frame: pl.DataFrame) -> dict[str, Any]:
    """Write what is new or changed; the counts of added, changed and unchanged rows."""
    columns = [name for name in frame.columns if not name.startswith("_")]
    added = frame.filter(~pl.col("_known")).select(columns)
    known = frame.filter(pl.col("_known")).select(columns)
    held = session.frame(f"select * from core.{table.name}").select(columns)
    changed = known.join(held, on=columns, how="anti", nulls_equal=True)
    session.insert(table.name, added)
    session.upsert(table.name, changed, table.keys)
    return {"added": added.height, "changed": changed.height, "unchanged": known.height - changed.height}


def refuse_unknown(frame: pl.DataFrame, column: str, known: pl.Series, what: str) -> None:
    """Refuse rows whose non-empty `column` is not among the known codes."""
    bad = frame.filter((pl.col(column) != "") & ~pl.col(column).is_in(known.implode()))
    if bad.height:
        raise refusals.UnknownCode(**refusals.first_of(bad, code=_named_by(bad), value=column), what=what)


def refuse_stock(frame: pl.DataFrame, stocked: pl.DataFrame, on: tuple[str, ...] = ("code",)) -> None:
    """Refuse to switch off what still holds stock; `stocked` has the keys and on_hand."""
    bad = frame.filter(~pl.col("active")).join(stocked, on=list(on))
    if bad.height:
        raise refusals.StillInStock(**refusals.first_of(bad, code="code"), on_hand=str(bad["on_hand"][0]))


def refuse_numbers(
    frame: pl.DataFrame, columns: Iterable[str], *, code: str = "code", above_zero: bool = False
) -> None:
    """Refuse negative numbers, and with above_zero also nought."""
    for name in columns:
        bad = frame.filter(pl.col(name) <= 0 if above_zero else pl.col(name) < 0)
        if bad.height:
            raise refusals.WrongNumber(**refusals.first_of(bad, code=code, value=name), field=name)


def refuse_cycles(session: Session, table: Table, frame: pl.DataFrame) -> None:
    """Refuse a parent that is not there, or one that is its own ancestor."""
    held = session.frame(f"select code, parent from core.{table.name}")
    both = pl.concat([held.join(frame, on="code", how="anti"), frame.select("code", "parent")])
    refuse_unknown(frame, "parent", both["code"], "parent")
    parent = dict(both.iter_rows())
    for code in frame["code"]:
        seen = {code}
        above = parent[code]
        while above:
            if above in seen:
                raise refusals.CircularTree(code=code, parent=parent[code])
            seen.add(above)
            above = parent[above]


@dataclass(frozen=True)
class _Column:
    dtype: pl.DataType
    nullable: bool
    default: str | None


def _columns(session: Session, table: Table) -> dict[str, _Column]:
    dtypes = session.frame(f"select * from core.{table.name} limit 0").schema
    facts = session.rows(
        "select column_name, is_nullable = 'YES', column_default from information_schema.columns "
        "where table_schema = 'core' and table_name = $name order by ordinal_position",
        name=table.name,
    )
    return {name: _Column(dtypes[name], nullable, default) for name, nullable, default in facts}


def _refuse_bad_keys(table: Table, frame: pl.DataFrame) -> None:
    for key in table.keys:
        if key not in frame.columns:
            raise refusals.MissingField(field=key, code="", row=1)
        bad = frame.filter(pl.col(key).is_null() | (pl.col(key).cast(pl.String) == ""))
        if bad.height:
            raise refusals.MissingField(**refusals.first_of(bad, code="", field=key))
    twice = frame.filter(pl.struct(table.keys).is_duplicated())
    if twice.height:
        raise refusals.GivenTwice(**refusals.first_of(twice, code=table.keys[0]), lines=_few(twice["_row"]))


def _fill(session: Session, table: Table, frame: pl.DataFrame, columns: dict[str, _Column]) -> pl.DataFrame:
    held = session.frame(f"select *, true as _known from core.{table.name}")
    frame = frame.join(held, on=table.keys, how="left", suffix="_held", maintain_order="left")
    filled = []
    for name, column in columns.items():
        if name in table.keys:
            filled.append(pl.col(name))
            continue
        given = name in frame.columns and f"{name}_held" in frame.columns
        before = pl.col(f"{name}_held") if given else pl.col(name)
        if given and column.nullable:
            filled.append(pl.col(name))
            continue
        value = pl.coalesce(pl.col(name), before) if given else before
        filled.append(value.fill_null(_default(column)).alias(name) if not column.nullable else value.alias(name))
    return frame.select("_row", pl.col("_known").fill_null(value=False), *filled)


def _default(column: _Column) -> pl.Expr:
    if column.default is None:
        return pl.lit("" if column.dtype == pl.String else None, dtype=column.dtype)
    text = column.default.strip("'")
    if column.dtype == pl.Boolean:
        return pl.lit(text.lower() == "true")
    return pl.lit(text).cast(column.dtype)


def _refuse_empty(table: Table, frame: pl.DataFrame) -> None:
    for name in table.required:
        bad = frame.filter(pl.col(name).is_null() | (pl.col(name).cast(pl.String) == ""))
        if bad.height:
            raise refusals.MissingField(**refusals.first_of(bad, code=table.keys[0], field=name))


def _refuse_outside_choices(table: Table, frame: pl.DataFrame) -> None:
    for name, allowed in table.choices.items():
        bad = frame.filter(~pl.col(name).is_in(allowed))
        if bad.height:
            facts = refusals.first_of(bad, code=table.keys[0], value=name)
            raise refusals.NotAChoice(**facts, what=name, allowed=", ".join(allowed))


def _named_by(frame: pl.DataFrame) -> str:
    return next(name for name in ("code", "item", "warehouse") if name in frame.columns)


def _few(numbers: pl.Series) -> str:
    return ", ".join(str(number) for number in numbers.head(refusals.SHOWN))
