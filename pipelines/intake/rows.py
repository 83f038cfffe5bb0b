"""Which rows below a header are no data: blanks, repeated headers, totals, page carries, sections, footers."""

import re
from dataclasses import dataclass

import polars as pl

from pipelines.intake.cells import Grid
from pipelines.intake.header import Header, plain_name
from pipelines.intake.parsers.kinds import folded

TOTAL = re.compile(r"^(合计|总计|共计|累计|总合计|全部合计|grandtotal|total)([::(].*)?$")
SUBTOTAL = re.compile(
    r"^(小计|本页合计|本页小计|本日合计|本月合计|本年累计|本期合计|分类小计|subtotal)([::(].*)?$|^.{1,20}(小计|合计)$"
)
CARRY = re.compile(r"^(承前页|过次页|转次页|接上页|上页结转)$")
FOOTER = re.compile(
    r"^(制表|制单|审核|打印|复核|单位负责人|会计主管|财务主管|经办|导出时间|打印时间|制表人|第\d+页|共\d+页|份数)"
)
NOTE = re.compile(r"^(备注|注|说明|附注)[::]")
SECTION = re.compile(r"^[一二三四五六七八九十]+、")
DITTO = ("同上", "〃", '"', "''", "″", "々")


@dataclass(frozen=True)
class Body:
    """The rows of a table: frame (as the grid's), dropped (row, reason), totals (row, kind) to be checked first."""

    frame: pl.DataFrame
    dropped: pl.DataFrame
    totals: pl.DataFrame


def body_of(grid: Grid, header: Header) -> Body:
    """Return the data rows below the header and the rows that are none, each with its reason."""
    below = grid.frame.filter(pl.col("row") > header.last_row)
    marks = _marked(below, header)
    dropped = pl.concat([_blank_rows(grid, header, below), marks])
    frame = below.join(marks, on="row", how="anti", maintain_order="left")
    totals = marks.filter(pl.col("reason").is_in(["total", "subtotal"]))
    return Body(_filled(frame, grid), dropped.sort("row"), totals)


def _blank_rows(grid: Grid, header: Header, below: pl.DataFrame) -> pl.DataFrame:
    """Return the empty rows between data rows; blanks after the last one belong to no table."""
    schema = {"row": pl.Int32, "reason": pl.String}
    if below.is_empty():
        return pl.DataFrame(schema=schema)
    last = int(below["row"].max())
    unread = {number for number, _ in grid.bad_lines}
    if last - header.last_row == below.height:
        return pl.DataFrame(schema=schema)
    every = pl.DataFrame({"row": pl.int_range(header.last_row + 1, last + 1, eager=True, dtype=pl.Int32)})
    gaps = every.join(below.select("row"), on="row", how="anti").filter(~pl.col("row").is_in(list(unread)))
    # A quoted line break makes one row of two lines; the second line is no blank row.
    if grid.encoding and not grid.sheet:
        gaps = gaps.clear()
    return gaps.with_columns(reason=pl.lit("blank"))


def _marked(below: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Return the rows that are no data by what their texts say; only candidates are looked at one by one."""
    width = (below.width - 1) // 2
    columns = [f"t{column}" for column in range(width)]
    words = (
        "合计|总计|共计|小计|累计|承前页|过次页|转次页|结转|接上页|(?i)total"
        "|^(制|审核|打印|复核|单位|会计|财务|经办|导出|第|共|份数|备注|注|说明|附注)"
    )
    few = pl.sum_horizontal(pl.col(columns).is_not_null().cast(pl.Int32)) <= 2 if columns else pl.lit(value=False)
    first = pl.coalesce(columns) if columns else pl.lit(None, pl.String)
    spaced = first.str.replace_all(r"\s", "")
    head = next((column for column, name in enumerate(header.names) if name), 0)
    same = (
        pl.col(f"t{head}")
        .str.replace_all(r"\s", "")
        .str.to_lowercase()
        .str.contains(header.names[head][:2], literal=True)
    )
    candidates = below.filter(
        spaced.str.contains(words) | (few & spaced.str.contains("^[一二三四五六七八九十]+、")) | same
    )
    found = [(row["row"], _reason(row, header, width)) for row in candidates.iter_rows(named=True)]
    kept = [(row, reason) for row, reason in found if reason]
    return pl.DataFrame(kept, schema={"row": pl.Int32, "reason": pl.String}, orient="row")


def _reason(row: dict[str, str | None], header: Header, width: int) -> str:
    texts = [row[f"t{column}"] or "" for column in range(width)]
    filled = [text for text in texts if text.strip()]
    first = re.sub(r"\s+", "", folded(filled[0])).lower()
    names = [plain_name(text) for text in texts]
    shared = sum(bool(name) and name == wanted for name, wanted in zip(names, header.names, strict=False))
    if shared >= max(2, len([name for name in header.names if name]) * 0.6):
        return "repeated_header"
    sparse = len(filled) <= max(2, len([name for name in header.names if name]) - 1)
    if TOTAL.match(first) and sparse:
        return "total"
    if SUBTOTAL.match(first) and sparse:
        return "subtotal"
    if CARRY.match(first):
        return "carry"
    if FOOTER.match(first) and _lonely(filled, texts):
        return "footer"
    if NOTE.match(first) and len(filled) == 1:
        return "note"
    return "section" if SECTION.match(first) and len(filled) == 1 else ""


def _lonely(filled: list[str], texts: list[str]) -> bool:
    return len(filled) <= max(2, len(texts) // 3) or all(re.search(r"[::]", folded(text)) for text in filled)


def _filled(frame: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Return the rows with ditto marks and vertically merged cells filled from above, and nothing else."""
    width = (frame.width - 1) // 2
    for column in range(width):
        text, kind = pl.col(f"t{column}"), pl.col(f"k{column}")
        ditto = text.str.strip_chars().is_in(DITTO)
        if frame.select(ditto.any()).item():
            frame = frame.with_columns(
                pl.when(~ditto).then(text).forward_fill().alias(f"t{column}"),
                pl.when(~ditto).then(kind).forward_fill().alias(f"k{column}"),
            )
    for first, left, last, right in grid.merges:
        if last > first and left == right and left < width:
            frame = _fill_merge(frame, first, last, left)
    return frame


def _fill_merge(frame: pl.DataFrame, first: int, last: int, column: int) -> pl.DataFrame:
    top = frame.filter(pl.col("row") == first)
    if top.is_empty():
        return frame
    inside = pl.col("row").is_between(first, last)
    return frame.with_columns(
        pl.when(inside)
        .then(pl.lit(top[f"{part}{column}"][0], frame.schema[f"{part}{column}"]))
        .otherwise(pl.col(f"{part}{column}"))
        .alias(f"{part}{column}")
        for part in "tk"
    )
