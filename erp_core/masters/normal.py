"""The normal forms of masters: how codes, names, phones and numbers are written in the books."""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
from stdnum.cn import uscc as credit_code

from erp_core.masters import refusals

YES = ("true", "1", "yes", "y", "是", "启用")
NO = ("false", "0", "no", "n", "否", "停用")
LEGAL_FORMS = (
    r"(股份有限公司|有限责任公司|有限公司|分公司|公司|个体工商户|经营部|商行|co\.?,? ?ltd\.?|limited|ltd|inc|llc)"
)


def as_frame(given: pl.DataFrame | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A frame from what a caller may hand in: a frame, one dict, or many dicts with different keys."""
    if isinstance(given, pl.DataFrame):
        return given
    rows = [given] if isinstance(given, Mapping) else list(given)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(
        {name: [_text(row.get(name)) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )


def typed(frame: pl.DataFrame, dtypes: Mapping[str, pl.DataType], *, codes: Collection[str]) -> pl.DataFrame:
    """Every column in the type the books keep; text trimmed, codes in NFKC; refuse what cannot be read."""
    columns = []
    for name, dtype in dtypes.items():
        column = frame[name]
        read = (
            column
            if column.dtype == dtype and dtype != pl.String
            else _read(column.cast(pl.String), dtype, code=name in codes)
        )
        lost = (read.is_null() & column.is_not_null() & (column.cast(pl.String).str.strip_chars() != "")).arg_true()
        if len(lost):
            raise refusals.UnreadableValue(row=lost[0] + 1, field=name, value=str(column[lost[0]]), count=len(lost))
        columns.append(read.alias(name))
    return pl.DataFrame(columns)


def code(text: str) -> str:
    """A code as the books write it: half width, no blanks around it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def tax_number(text: str) -> str | None:
    """A unified social credit code in capitals without separators; None when its check digit is wrong."""
    compact = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    return compact if credit_code.is_valid(compact) else None


def phone(text: str) -> str:
    """A Chinese number as 13812345678 or 0731-88881234[-801]; anything else only trimmed."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s\-()+.]", "", plain)
    digits = re.sub(r"^(0086|86)(?=1\d{10}$|0?[1-9]\d{8,11}$)", "", digits)
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return digits
    area = re.fullmatch(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})(?:(?:转|ext|x|#)(\d{1,6}))?", digits, flags=re.IGNORECASE)
    extension = re.search(r"-(\d{1,6})$", plain)
    if area:
        return "-".join(part for part in area.groups() if part)
    long = re.fullmatch(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})(\d{1,6})", digits)
    if long and extension and digits.endswith(extension[1]):
        rest = digits[len(long[1]) : -len(extension[1])]
        return f"{long[1]}-{rest}-{extension[1]}"
    return plain


def compared_name(column: str) -> pl.Expr:
    """What two names are compared by: half width, lower case, without punctuation and legal form."""
    plain = pl.col(column).str.normalize("NFKC").str.to_lowercase()
    return plain.str.replace_all(LEGAL_FORMS, "").str.replace_all(r"[\s\p{P}\p{S}]", "")


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.date, Decimal)):
        return str(value)
    return str(value)


def _read(column: pl.Series, dtype: pl.DataType, *, code: bool) -> pl.Series:
    plain = column.str.strip_chars().str.replace_all(r"\s+", " ")
    if dtype == pl.String:
        return plain.str.normalize("NFKC").str.strip_chars() if code else plain
    plain = plain.str.normalize("NFKC")
    plain = plain.set(plain == "", None)
    if dtype == pl.Boolean:
        lower = plain.str.to_lowercase()
        frame = pl.DataFrame({"x": lower}).select(
            pl.when(pl.col("x").is_in(YES)).then(statement=True).when(pl.col("x").is_in(NO)).then(statement=False)
        )
        return frame.to_series()
    if dtype == pl.Date:
        return plain.str.replace_all(r"[/.]", "-").str.head(10).str.to_date("%Y-%m-%d", strict=False)
    if dtype.is_numeric():
        return plain.str.replace_all(",", "").cast(dtype, strict=False)
    return plain.cast(dtype, strict=False)
