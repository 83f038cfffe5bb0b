"""Warns of masters that are probably one and the same."""

import polars as pl

from erp_core.masters.normal import compared_name

SHOWN = 50


def alike(held: pl.DataFrame, fresh: pl.Series, columns: list[str]) -> list[dict[str, str]]:
    """Pairs (code, like, why) where a fresh code shares a compared name or another mark with an earlier card."""
    found: list[dict[str, str]] = []
    for column in columns:
        mark = compared_name(column) if column == "name" else pl.col(column)
        marked = held.select("code", mark.alias("mark")).filter(pl.col("mark") != "")
        shared = marked.filter(pl.col("mark").is_duplicated())
        pairs = shared.filter(pl.col("code").is_in(fresh.implode())).join(shared, on="mark", suffix="_like")
        pairs = pairs.filter(pl.col("code") != pl.col("code_like")).sort("code", "code_like")
        pairs = pairs.unique("code", keep="first", maintain_order=True).head(SHOWN)
        found += [{"code": a, "like": b, "why": column} for a, b in pairs.select("code", "code_like").iter_rows()]
    return found
