"""Plain JSON brought to the types that a verb declares: dates, amounts, tables; what does not fit is named."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.verbs import Verb
from erp_core.gateway.refusals import ArgumentUnfit

# Polars reports a number without end as a RuntimeError of its bindings.
_UNFIT = (ValueError, TypeError, ArithmeticError, RuntimeError, pl.exceptions.PolarsError)


def fit(verb: Verb, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments as the verb declares them; names it does not know stay, since the books refuse those themselves."""
    declared = inspect.signature(inspect.unwrap(verb.function)).parameters
    fitted = dict(given)
    for name, value in given.items():
        if name in declared and name != "session":
            annotation = str(declared[name].annotation)
            try:
                fitted[name] = _fitted(value, annotation)
            except _UNFIT as problem:
                raise ArgumentUnfit(verb=verb.name, argument=name, wanted=annotation) from problem
    return fitted


def alternatives(annotation: str) -> list[str]:
    """The kinds an annotation allows, as written: 'list[str] | str' is two."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(annotation):
        depth += (sign == "[") - (sign == "]")
        if sign == "|" and depth == 0:
            parts.append(annotation[start:at].strip())
            start = at + 1
    return [*parts, annotation[start:].strip()]


def outer_and_inner(kind: str) -> tuple[str, str]:
    """'list[str]' as its outer and its inner name."""
    outer, _, inner = kind.partition("[")
    return outer.rsplit(".", 1)[-1], inner.removesuffix("]")


def _fitted(value: Any, annotation: str) -> Any:
    kinds = alternatives(annotation)
    # Rows that a verb takes as rows it reads itself, with refusals that name the column.
    kinds.sort(key=lambda kind: outer_and_inner(kind)[0] == "DataFrame")
    for kind in kinds:
        outer, inner = outer_and_inner(kind)
        if outer not in _READERS:
            return value
        try:
            return _READERS[outer](value, inner)
        except _UNFIT:
            continue
    raise ValueError(annotation)


def _exactly(kind: type) -> Callable[[Any, str], Any]:
    def read(value: Any, inner: str) -> Any:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(value)
        return value

    return read


def _nothing(value: Any, inner: str) -> None:
    if value is not None:
        raise TypeError(value)


def _date(value: Any, inner: str) -> date:
    if not isinstance(value, str):
        raise TypeError(value)
    return date.fromisoformat(value)


def _amount(value: Any, inner: str) -> Decimal:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise TypeError(value)
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError(value)
    return amount


def _list(value: Any, inner: str) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return [_fitted(one, inner) for one in value] if inner else value


def _rows(value: Any, inner: str) -> Any:
    rows = [value] if isinstance(value, dict) else value
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TypeError(value)
    return value


def _frame(value: Any, inner: str) -> pl.DataFrame:
    rows = _rows(value, inner)
    return pl.DataFrame([rows] if isinstance(rows, dict) else rows, infer_schema_length=None)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "str": _exactly(str),
    "int": _exactly(int),
    "bool": _exactly(bool),
    "None": _nothing,
    "date": _date,
    "Decimal": _amount,
    "list": _list,
    "dict": _exactly(dict),
    "Given": _rows,
    "Mapping": _exactly(dict),
    "Iterable": _rows,
    "DataFrame": _frame,
}
