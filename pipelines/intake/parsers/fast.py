"""The plain cells of each kind, read in one sweep of Polars; whatever is not certainly plain is left to the reader."""

from datetime import date

import polars as pl

from pipelines.intake.parsers.dates import FIRST, LAST
from pipelines.intake.parsers.kinds import DAY, MOMENT, NULL_MARKS, Fast, Options

# Characters whose first byte in GB18030 could begin a character of UTF-8: only texts with one of them may be garbled.
SUSPECT = "".join(sign for code in range(0x4E00, 0xA000) if 0xE4 <= (sign := chr(code)).encode("gb18030")[0] <= 0xE9)
PLAIN_TEXT = r"^[\u4e00-\u9fffA-Za-z0-9()\-_./+*#%:,;]+$"
COMPANY_ENDS = r"(公司|厂|店|中心|商行|超市|医院|学校|经营部|合作社)$"
TITLE_ENDS = r"(总|经理|老板|主任|先生|女士|小姐|师傅)$"
LANDLINE = r"^(0(?:10|2\d|[3-9]\d{2}))-(\d{7,8})$"

Pair = tuple[pl.Expr, pl.Expr]


def number(scale: int, *, signed: bool = True) -> Fast:
    """Return the sweep of numbers that need no rounding to `scale` decimals, thousands separators included."""
    sign = "-?" if signed else ""
    bare = rf"^{sign}\d{{1,12}}(\.\d{{1,{scale}}})?$"
    grouped = rf"^{sign}\d{{1,3}}(,\d{{3}}){{1,3}}(\.\d{{1,{scale}}})?$"
    dtype = pl.Decimal(18, scale)

    def read(text: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
        if options.get("unit") or options.get("nulls") or options.get("base"):
            return _none(dtype)
        separated = (kind == "text") & text.str.contains(grouped)
        plain = kind.is_in(["text", "number"]) & (text.str.contains(bare) | separated)
        value = pl.when(separated).then(text.str.replace_all(",", "", literal=True)).otherwise(text)
        return plain, pl.when(plain).then(value).cast(dtype, strict=False)

    return read


def quantity(text: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep quantities: negative ones only where the layout expects them, since elsewhere they are told."""
    return number(6, signed=bool(options.get("negative")))(text, kind, options)


def code(text: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep codes of capitals and figures, and numbers where they are usual."""
    if options.get("nulls"):
        return _none(pl.String())
    plain = (kind == "text") & text.str.contains(r"^[A-Z0-9]+([-_.][A-Z0-9]+)*$") & text.str.contains(r"\d")
    plain &= ~text.str.contains(r"^[0-9.]+E") & ~text.str.contains(r"\.0$")
    if options.get("numeric"):
        if not options.get("digits") and not options.get("scientific_guard"):
            plain |= (kind == "number") & text.str.contains(r"^\d{1,15}$")
    else:
        plain &= ~text.str.contains(r"^([OI]\d+|\d+[OI]\d*)$")
    return plain, text


def text(text_: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep texts of Chinese characters, letters and figures without blanks, wide signs or anything to repair."""
    if options.get("nulls"):
        return _none(pl.String())
    plain = kind.is_in(["text", "date"]) & text_.str.contains(PLAIN_TEXT) & ~text_.str.contains(f"[锟{SUSPECT}]|_x")
    return plain & ~text_.str.to_lowercase().is_in(list(NULL_MARKS)), text_


def company(text_: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep names that end as companies and shops do."""
    plain, value = text(text_, kind, options)
    return plain & text_.str.contains(COMPANY_ENDS) & ~text_.str.contains(r"^(测试|(?i:test))"), value


def person(text_: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep names of two or three Chinese characters that do not end in a title."""
    plain, value = text(text_, kind, options)
    return plain & text_.str.contains(r"^[\u4e00-\u9fff]{2,3}$") & ~text_.str.contains(TITLE_ENDS), value


def phone(text_: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep bare mobile numbers, and landlines with their area before a dash."""
    if options.get("nulls"):
        return _none(pl.String())
    mobile = kind.is_in(["text", "number"]) & text_.str.contains(r"^1[3-9]\d{9}$")
    line = (kind == "text") & text_.str.contains(LANDLINE)
    if options.get("style") == "national":
        return mobile | line, text_
    abroad = text_.str.replace(r"^0", "").str.replace("-", "", literal=True)
    return mobile | line, pl.lit("+86") + pl.when(line).then(abroad).otherwise(text_)


def day(text_: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep date cells and texts written as 2023-01-05, 2023/01/05 or 2023.01.05."""
    iso = r"^\d{4}-\d{2}-\d{2}$"
    written = (kind == "text") & text_.str.contains(r"^\d{4}(-\d{2}-|/\d{2}/|\.\d{2}\.)\d{2}$")
    plain = ((kind == "date") & text_.str.contains(iso)) | written
    value = pl.when(plain).then(text_.str.replace_all(r"[/.]", "-")).str.to_date("%Y-%m-%d", strict=False)
    latest = date.fromisoformat(str(options["latest"])) if "latest" in options else LAST
    if options.get("nulls"):
        return _none(DAY)
    return plain & value.is_between(FIRST, latest).fill_null(value=False), value


def moment(text_: pl.Expr, kind: pl.Expr, options: Options) -> Pair:
    """Sweep date cells with or without a time, and plainly written days."""
    days, value = day(text_, kind, options)
    timed = (kind == "date") & text_.str.contains(r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$")
    exact = pl.when(timed).then(text_).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    latest = date.fromisoformat(str(options["latest"])) if "latest" in options else LAST
    timed &= exact.dt.date().is_between(FIRST, latest).fill_null(value=False)
    return days | timed, pl.coalesce(exact, value.cast(MOMENT))


def _none(dtype: pl.DataType) -> Pair:
    return pl.lit(value=False), pl.lit(None, dtype)
