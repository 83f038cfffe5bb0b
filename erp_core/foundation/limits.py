"""Hands reach no further than eyes: papers outside the actor's rows are neither written nor taken a step on."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.reading import parties_of_persons
from erp_core.foundation.rights import Scope
from erp_core.foundation.session import Session

_TEXTS = ("party", "warehouse", "to_warehouse", "project", "employee", "department", "made_by")


class OutOfScope(Refusal):
    """{actor} is limited to {scope}; {first} is outside ({count} such)."""


def refuse_beyond(session: Session, heads: pl.DataFrame, lines: pl.DataFrame | None = None, *, name: str) -> None:
    """Refuse the first document (or line, by its warehouse) outside the actor's scope; name is what it is called by.

    The same rule as core.sees_document of the views: what a person cannot see, that person cannot touch.
    """
    scope = session.actor.scope
    if scope.whole or heads.is_empty():
        return
    filled = _filled(heads)
    outside = filled.filter(~_within(session, scope))[name].to_list()
    if lines is not None and scope.warehouses is not None and "warehouse" in lines.columns:
        warehouse = pl.col("warehouse").fill_null("")
        elsewhere = lines.filter((warehouse != "") & ~warehouse.is_in(list(scope.warehouses)))
        outside += elsewhere["warehouse"].to_list()
    if outside:
        raise OutOfScope(actor=session.actor.login, scope=scope.told, first=outside[0], count=len(outside))


def _filled(heads: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit("").alias(column) for column in _TEXTS if column not in heads.columns]
    return heads.with_columns(absent).with_columns(pl.col(_TEXTS).cast(pl.String).fill_null(""))


def _within(session: Session, scope: Scope) -> pl.Expr:
    within = pl.lit(True)
    if scope.parties is not None:
        within &= (pl.col("party") == "") | pl.col("party").is_in(list(scope.parties))
    if scope.projects is not None:
        within &= pl.col("project").is_in(list(scope.projects))
    if scope.warehouses is not None:
        there = pl.col("to_warehouse").is_in(list(scope.warehouses))
        within &= (pl.col("warehouse") == "") | pl.col("warehouse").is_in(list(scope.warehouses)) | there
    if scope.employees is not None:
        mine = pl.col("made_by") == session.actor.login
        mine |= pl.col("employee").is_in(list(scope.employees)) | pl.col("department").is_in(
            list(scope.departments or ())
        )
        within &= mine | pl.col("party").is_in(parties_of_persons(session.cursor, scope))
    return within
