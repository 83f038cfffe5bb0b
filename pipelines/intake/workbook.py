"""The parts of an .xlsx beside its cells: sheet list, shared texts, which styles are dates, codes or struck out."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import polars as pl

from pipelines.intake.xlsx_texts import MAIN, PART, shared_texts

LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
FORMAT_SIGN = re.compile(r'"([^"]*)"|\\(.)|(.)')
CURRENCY = frozenset("¥￥$€£元")


@dataclass(frozen=True)
class Sheet:
    """One worksheet part: its name, where it lies in the archive, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Styles:
    """Cell styles by their number: those of dates, those that show a number as a code (format), those struck out."""

    dates: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Workbook:
    """What is needed to read the cells of an archive's sheets."""

    sheets: tuple[Sheet, ...]
    texts: pl.Series
    styles: "Styles"
    epoch_1904: bool


def open_parts(archive: zipfile.ZipFile) -> Workbook:
    """Return the sheet list, shared texts and date styles of a workbook; KeyError or ParseError when it is damaged."""
    book = _parsed(archive, "xl/workbook.xml")
    links = _links(archive)
    names = set(archive.namelist())
    sheets = []
    for sheet in book.iter(f"{MAIN}sheet"):
        target = links.get(sheet.get(LINK, ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part and part in names:
            sheets.append(Sheet(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
    facts = book.find(f"{MAIN}workbookPr")
    return Workbook(
        sheets=tuple(sheets),
        texts=shared_texts(archive) if PART in names else pl.Series([], dtype=pl.String),
        styles=_styles(archive) if "xl/styles.xml" in names else Styles(),
        epoch_1904=facts is not None and facts.get("date1904") in ("1", "true"),
    )


def _parsed(archive: zipfile.ZipFile, part: str) -> ET.Element:
    """Return a small part; nothing an office program writes has a document type, which could unfold without end."""
    content = archive.read(part)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ET.ParseError("DOCTYPE")
    return ET.fromstring(content)


def _links(archive: zipfile.ZipFile) -> dict[str, str]:
    root = _parsed(archive, "xl/_rels/workbook.xml.rels")
    return {link.get("Id", ""): link.get("Target", "") for link in root}


def _styles(archive: zipfile.ZipFile) -> Styles:
    root = _parsed(archive, "xl/styles.xml")
    own = {fmt.get("numFmtId"): fmt.get("formatCode", "") for fmt in root.iter(f"{MAIN}numFmt")}
    fonts = root.find(f"{MAIN}fonts")
    crossed = {str(n) for n, font in enumerate(fonts if fonts is not None else ()) if _is_struck(font)}
    styles = root.find(f"{MAIN}cellXfs")
    dates, codes, struck = [], {}, []
    for index, style in enumerate(styles if styles is not None else ()):
        number = style.get("numFmtId", "0")
        if is_date_format(own[number]) if number in own else int(number) in BUILT_IN_DATES:
            dates.append(str(index))
        elif is_code_format(own.get(number, "")):
            codes[str(index)] = own[number]
        if style.get("fontId", "0") in crossed:
            struck.append(str(index))
    return Styles(frozenset(dates), codes, frozenset(struck))


def _is_struck(font: ET.Element) -> bool:
    strike = font.find(f"{MAIN}strike")
    return strike is not None and strike.get("val", "1") in ("1", "true")


def is_date_format(code: str) -> bool:
    """Return whether a number format shows a date or time: quoted text, colours and conditions left aside."""
    plain = re.sub(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.', "", code.lower())
    return bool(re.search(r"[ymdhs年月日]", plain)) and "general" not in plain


def is_code_format(code: str) -> bool:
    """Return whether a number format shows a number as a code: 000000, or "K"0000, but no amount or quantity."""
    signs = _signs(code)
    return signs is not None and sum(sign == "0" for sign, fixed in signs if not fixed) > 1


def _signs(code: str) -> list[tuple[str, bool]] | None:
    """Return the signs of a format as (sign, stands for itself); None when it can show more than a code."""
    first = code.split(";", maxsplit=1)[0]
    signs: list[tuple[str, bool]] = []
    for quoted, escaped, bare in FORMAT_SIGN.findall(first):
        if bare and bare not in "0-/ ()":
            return None
        text = quoted or escaped
        if set(text) & CURRENCY:
            return None
        signs += [(sign, True) for sign in text] if text else [(bare, bare != "0")]
    return signs or None


def shown_as_code(number: str, code: str) -> str:
    """Return a whole number as its format shows it: 12 under 000000 is 000012; any other number as it is."""
    signs = _signs(code)
    if signs is None or not number.isdigit():
        return number
    places = sum(sign == "0" for sign, fixed in signs if not fixed)
    digits = number.zfill(places)
    extra, shown = digits[: len(digits) - places], list(digits[len(digits) - places :])
    text = ""
    for sign, fixed in signs:
        if fixed:
            text += sign
        else:
            text += extra + shown.pop(0)
            extra = ""
    return text
