"""Text as it may stand in XML, and templates filled row by row."""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from string import Formatter

import polars as pl

UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# The longest text a cell can hold, less what a program may add.
TEXT_MAX = 32_000


@lru_cache(1 << 14)
def xml_text(text: str) -> str:
    """Return text as it may stand in XML."""
    return text if text.isalnum() else escape(UNSAFE.sub(" ", text), quote=True)


def safe_texts(texts: Iterable[str]) -> pl.Series:
    """Return texts as they may stand in XML, each distinct one looked at once."""
    given = pl.Series(list(texts), dtype=pl.String)
    distinct = given.unique()
    safe = pl.Series([xml_text(text[:TEXT_MAX]) for text in distinct], dtype=pl.String)
    return given.replace_strict(distinct, safe, return_dtype=pl.String) if len(given) else given


def woven(template: str, rows: pl.DataFrame) -> str:
    """Return the template once per row, one after the other, its {names} filled from the columns."""
    parts = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(pl.lit(text))
        if name:
            parts.append(pl.col(name).cast(pl.String))
    return "".join(rows.select(pl.concat_str(parts)).to_series().to_list())
