"""Texts of a workbook: those its cells share, and what stands for signs that XML or a workbook cannot hold."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl

from pipelines.intake.xlsx_scan import PADDING, texts_at
from pipelines.intake.zipped import reading

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PART = "xl/sharedStrings.xml"
CHUNK_BYTES = 16 << 20
NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|quot|apos|amp));")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
PRESERVED = int.from_bytes(b"t xml:sp", "little")
PRESERVED_LENGTH = len('<t xml:space="preserve">')
LAST_SIGN = 0x10FFFF


def shared_texts(archive: zipfile.ZipFile) -> pl.Series:
    """Return the texts that cells name by number; rich texts joined, without what is only read aloud."""
    found = []
    with reading(archive, PART) as source:
        for piece in _pieces(source):
            texts = _plain(piece)
            if texts is None:
                return _any_way(archive)
            found.append(without_entities(texts))
    return pl.concat(found, rechunk=True) if found else pl.Series([], dtype=pl.String)


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML in pieces that end after a text, the first without what stands before."""
    rest, started = b"", False
    while block := source.read(CHUNK_BYTES):
        rest += block
        if not started:
            if b"<!" in rest:
                raise ET.ParseError("DOCTYPE")
            start = rest.find(b"<si>")
            if start < 0:
                continue
            rest, started = rest[start:], True
        cut = rest.rfind(b"</si>") + 5
        if cut > 4:
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest if not started else rest.removesuffix(b"</sst>").rstrip() or b""


def _plain(piece: bytes) -> pl.Series | None:
    """Return the texts of a piece that holds nothing but <si><t>…</t></si>; None when it holds more."""
    if not piece:
        return pl.Series([], dtype=pl.String)
    if b"\r" in piece or b"<!" in piece:
        return None
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return None
    data = np.frombuffer(piece + PADDING, np.uint8)
    words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
    at = np.flatnonzero(data == ord("<"))
    # Tags come four by four: si, t, /t, /si.
    if at.size % 4 or not at.size:
        return None
    item, text, end, over = at.reshape(-1, 4).T
    bare = data[text + 2] == ord(">")
    kept = (words[text + 1] == PRESERVED) & (data[text + PRESERVED_LENGTH - 1] == ord(">"))
    regular = (
        (words[item] & np.uint64(0xFFFFFFFF) == int.from_bytes(b"<si>", "little")).all()
        and ((data[text + 1] == ord("t")) & (bare | kept)).all()
        and (words[end] & np.uint64(0xFFFFFFFF) == int.from_bytes(b"</t>", "little")).all()
        and (words[over] & np.uint64(0xFFFFFFFFFF) == int.from_bytes(b"</si>", "little")).all()
        and (text == item + 4).all()
        and (over == end + 4).all()
    )
    starts = text + np.where(bare, 3, PRESERVED_LENGTH)
    return texts_at(data, starts, end - starts) if regular and (end >= starts).all() else None


def _any_way(archive: zipfile.ZipFile) -> pl.Series:
    texts: list[str] = []
    with archive.open(PART) as source:
        for _, element in ET.iterparse(source):  # noqa: S314 - a document type was refused before
            if element.tag == f"{MAIN}si":
                texts.append(_unescaped(_spoken(element)))
                element.clear()
    return pl.Series(texts, dtype=pl.String)


def _spoken(element: ET.Element) -> str:
    # Phonetic runs repeat the text as it is read aloud; they are no part of it.
    parts = [child for child in element if child.tag in (f"{MAIN}t", f"{MAIN}r")]
    return "".join(text.text or "" for part in parts for text in part.iter(f"{MAIN}t"))


def _unescaped(text: str) -> str:
    """Return text with the workbook's own escapes resolved: _x000D_ is a carriage return."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def without_entities(text: pl.Series) -> pl.Series:
    """Return texts as they were before they were written into XML; only the odd ones cost Python time."""
    odd = text.str.contains("&", literal=True) | text.str.contains("_x", literal=True)
    if not odd.any():
        return text
    distinct = text.filter(odd).unique()
    plain = [_unescaped(ENTITY.sub(_sign, value)) for value in distinct]
    return text.replace(distinct, pl.Series([_printable(value) for value in plain], dtype=pl.String))


def _sign(found: re.Match[str]) -> str:
    if found[3]:
        return NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if code <= LAST_SIGN else found[0]


def _printable(text: str) -> str:
    """Return text without halves of a sign, which no encoding can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
