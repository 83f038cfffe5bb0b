"""The parts of an .xlsx beside its cells: sheet list, shared texts, which styles are dates."""

import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import polars as pl

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Sheet:
    """One worksheet part: its name, where it lies in the archive, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """What is needed to read the cells of an archive's sheets."""

    sheets: tuple[Sheet, ...]
    texts: pl.Series
    date_styles: frozenset[str]
    epoch_1904: bool


def open_parts(archive: zipfile.ZipFile) -> Workbook:
    """Return the sheet list, shared texts and date styles of a workbook; KeyError or ParseError when it is damaged."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))
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
        texts=_shared_texts(archive) if "xl/sharedStrings.xml" in names else pl.Series([], dtype=pl.String),
        date_styles=_date_styles(archive) if "xl/styles.xml" in names else frozenset(),
        epoch_1904=facts is not None and facts.get("date1904") in ("1", "true"),
    )


def _links(archive: zipfile.ZipFile) -> dict[str, str]:
    root = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    return {link.get("Id", ""): link.get("Target", "") for link in root}


def _shared_texts(archive: zipfile.ZipFile) -> pl.Series:
    texts: list[str] = []
    with archive.open("xl/sharedStrings.xml") as source:
        for _, element in ET.iterparse(source):
            if element.tag == f"{MAIN}si":
                texts.append(unescape(_spoken(element)))
                element.clear()
    return pl.Series(texts, dtype=pl.String)


def _spoken(element: ET.Element) -> str:
    # Phonetic runs repeat the text as it is read aloud; they are no part of it.
    parts = [child for child in element if child.tag in (f"{MAIN}t", f"{MAIN}r")]
    return "".join(text.text or "" for part in parts for text in part.iter(f"{MAIN}t"))


def unescape(text: str) -> str:
    """Return text with the workbook's own escapes resolved: _x000D_ is a carriage return."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    root = ET.fromstring(archive.read("xl/styles.xml"))
    own = {fmt.get("numFmtId"): is_date_format(fmt.get("formatCode", "")) for fmt in root.iter(f"{MAIN}numFmt")}
    styles = root.find(f"{MAIN}cellXfs")
    found = []
    for index, style in enumerate(styles if styles is not None else ()):
        number = style.get("numFmtId", "0")
        if own.get(number, int(number) in BUILT_IN_DATES):
            found.append(str(index))
    return frozenset(found)


def is_date_format(code: str) -> bool:
    """Return whether a number format shows a date or time: quoted text, colours and conditions left aside."""
    plain = re.sub(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.', "", code.lower())
    return bool(re.search(r"[ymdhs年月日]", plain)) and "general" not in plain
