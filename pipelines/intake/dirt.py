"""What is unclean in a column nobody has mapped yet, by kind of dirt, and what the column seems to hold."""

import re
from typing import Any

import polars as pl

from pipelines.intake.parsers import PARSERS
from pipelines.intake.parsers.kinds import NULL_MARKS

SAMPLE = 400
# Of what a column holds this share must read cleanly before it is called by that kind.
CLEARLY = 0.8
# From the most to the least demanding: what passes as a tax number is no mere code.
GUESSES = ("uscc", "id_card", "email", "phone", "date", "direction", "boolean")
WORDED = ("direction", "boolean")
CODED = re.compile(r"(编码|代码|编号|货号|单号|号码|条码|账号|帐号|税号|code)(_\d+)?$")
# A header that says what the column is makes up for cells that are not.
HALF = 0.5
NAMED = {"phone": "电话|手机|联系方式", "date": "日期|时间", "email": "邮箱|邮件|email"}
NUMBER = r"^\s*[-+]?\d[\d,]*(\.\d+)?\s*$"
WIDE = r"[\u3000\uff01-\uff5e\u00a0]"
UNSEEN = r"[\u200b-\u200f\u2028\u2029\u2060\ufeff\u00ad]"
GARBLED = "锟斤拷|\ufffd|\\?{4,}"
SHAPES = (r"^\d{4}-\d", r"^\d{4}/\d", r"^\d{4}\.\d", r"^\d{8}$", r"^\d{4}年", r"^\d{1,2}[-/]\d{1,2}[-/]\d{4}")


def dirt_of(text: pl.Series, kind: pl.Series) -> dict[str, int]:
    """Return how many cells of a column have each kind of dirt; kinds that do not occur are left out."""
    cells = pl.DataFrame({"text": text, "kind": kind.cast(pl.String)}).drop_nulls("text")
    value, told = pl.col("text"), pl.col("kind") == "text"
    numbers, dates = pl.col("kind") == "number", pl.col("kind") == "date"
    written = told & value.str.contains(NUMBER)
    counts = cells.select(
        error=(pl.col("kind") == "error").sum(),
        outer_blanks=(told & (value != value.str.strip_chars())).sum(),
        line_break=(told & value.str.contains(r"[\r\n]")).sum(),
        wide_signs=(told & value.str.contains(WIDE)).sum(),
        unseen_signs=(told & value.str.contains(UNSEEN)).sum(),
        garbled=(told & value.str.contains(GARBLED)).sum(),
        null_mark=(told & value.str.strip_chars().str.to_lowercase().is_in(list(NULL_MARKS))).sum(),
        digits_lost=(numbers & value.str.contains(r"^-?\d{16,}")).sum(),
        scientific=(told & value.str.contains(r"^\d(\.\d+)?[eE]\+?\d+$")).sum(),
        number_as_text=pl.when(numbers.any()).then(written.sum()).otherwise(0),
        date_as_text=pl.when(dates.any()).then((told & value.str.contains(r"^\d{4}[-/.年]\d")).sum()).otherwise(0),
        mixed_dates=_shapes(value, told),
    ).row(0, named=True)
    return {name: count for name, count in counts.items() if count}


def _shapes(value: pl.Expr, told: pl.Expr) -> pl.Expr:
    """Return how many cells are dates written in another way than most; 0 when they are written alike."""
    counts = [(told & value.str.contains(shape)).sum() for shape in SHAPES]
    dated = pl.sum_horizontal(counts)
    # A few codes of eight figures make no column of dates.
    return pl.when(dated > pl.len() / 2).then(dated - pl.max_horizontal(counts)).otherwise(0)


def kind_of(text: pl.Series, kind: pl.Series, name: str = "") -> str:
    """Return what a column seems to hold: a field kind of the readers, number, text or empty."""
    cells = pl.DataFrame({"text": text, "kind": kind.cast(pl.String)}).drop_nulls("text").unique(maintain_order=True)
    cells = cells.filter(~pl.col("text").str.strip_chars().str.to_lowercase().is_in(list(NULL_MARKS))).head(SAMPLE)
    if cells.is_empty():
        return "empty"
    kinds = dict(cells.group_by("kind").len().iter_rows())
    if kinds.get("date", 0) >= CLEARLY * cells.height:
        return "date"
    plain = cells.filter(pl.col("kind") != "error")
    for guess in GUESSES:
        figures = plain["text"].str.contains(r"^\d+(\.\d+)?$").all()
        # 0 and 1 are figures before they are yes and no; numbers are serials only where a format says so.
        if (guess == "date" and kinds.get("number")) or (guess in WORDED and figures):
            continue
        said = guess in NAMED and re.search(NAMED[guess], name)
        if _share(plain, guess) >= (HALF if said else CLEARLY):
            return guess
    if _share(plain, "amount") >= CLEARLY:
        return "code" if CODED.search(name) or _coded(plain) else "number"
    coded = plain.filter(pl.col("text").str.contains(r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"))
    return "code" if coded.height >= CLEARLY * plain.height else "text"


def _share(cells: pl.DataFrame, guess: str) -> float:
    reader = PARSERS[guess].one
    options: dict[str, Any] = {"strict": True} if guess == "uscc" else {}
    good = sum(value is not None and not code.startswith("E_") for value, code in _read(cells, reader, options))
    return good / cells.height if cells.height else 0.0


def _read(cells: pl.DataFrame, reader: Any, options: dict[str, Any]) -> list[tuple[Any, str]]:
    return [reader(text, kind, options) for text, kind in cells.iter_rows()]


def _coded(cells: pl.DataFrame) -> bool:
    """Return whether figures are codes: texts of one length, or with leading zeros."""
    texts = cells.filter(pl.col("kind") == "text")["text"].str.strip_chars()
    if texts.len() < CLEARLY * cells.height or texts.is_empty():
        return False
    return bool(texts.str.contains(r"^0\d").any()) or texts.str.len_chars().n_unique() == 1
