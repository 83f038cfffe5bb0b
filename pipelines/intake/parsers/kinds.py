"""What a cell reader is, and what all of them have in common."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

TEXT = pl.String()
AMOUNT = pl.Decimal(18, 2)
PRICE = pl.Decimal(18, 6)
DAY = pl.Date()
MOMENT = pl.Datetime("us")
TRUTH = pl.Boolean()
WHOLE = pl.Int64()

Options = Mapping[str, Any]
Fast = Callable[[pl.Expr, pl.Expr, Options], tuple[pl.Expr, pl.Expr]]
"""A sweep: from text, kind and options to (is plain, value) of every cell at once."""
Read = tuple[Any, str]
"""Value and code: '' when clean, W_… when the value was repaired or assumed, E_… when there is no value."""

NULL_MARKS = frozenset(
    [
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "空",
        "暂无",
        "不详",
        "未知",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "(空)",
        "#",
    ]
)
INVISIBLE = re.compile(r"[\u200b-\u200f\u2028\u2029\u2060\ufeff\u00ad]")
SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")


@dataclass(frozen=True)
class Parser:
    """A reader of one cell, the type of its values, and a Polars expression that reads the plain ones at once.

    fast(text, kind, options) gives (is plain, value); the rest goes through `one` by distinct cell.
    """

    one: Callable[[str, str, Options], Read]
    dtype: pl.DataType
    fast: Fast | None = None


def folded(text: str) -> str:
    """Return text in half width without invisible signs and outer blanks: right for codes, numbers and keys."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip().lstrip("'").strip()


def is_null(text: str, options: Options) -> bool:
    """Return whether the text stands for nothing, by the common marks or those of the layout."""
    return text.lower() in NULL_MARKS or text in options.get("nulls", ())


def too_long_for_a_number(text: str) -> bool:
    """Return whether a number cell held more digits than a double keeps."""
    digits = text.lstrip("-").split(".")[0]
    return len(digits) >= 16
