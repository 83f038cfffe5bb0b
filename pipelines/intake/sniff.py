"""What a file is by its bytes, never by its name."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipelines.intake import errors

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = ("utf-8", "gb18030", "big5")
WORKBOOK_NAMES = {".xlsx", ".xlsm", ".xltx"}
UNPACKED_LIMIT = 2 << 30
RATIO_LIMIT = 400
# Parts that are read in one piece; those of honest workbooks have some hundred kilobytes.
READ_WHOLE = frozenset({"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"})
WHOLE_LIMIT = 64 << 20
# The commonest characters of business sheets: what a right decoding shows and a wrong one does not.
COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同"
    "现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日期编号码名称单位数量金额客户供应商品规格型号电话地址备注合计科目凭证摘要借贷余额"
    "仓库部门业务员税率价格元公司有限贸易账款收付银行現時說來這個們為國會對後過發經麼學動進還從實號碼稱單數額規電話備註計業務員稅價帳銀"
)


@dataclass(frozen=True)
class FileKind:
    """Format (xlsx, xls, spreadsheetml, html, text) and, for text, encoding.

    Bad lines are possible when `broken` is true.
    """

    format: str
    encoding: str = ""
    broken: bool = False


def sniff(path: Path) -> FileKind:
    """Return what the file is, or refuse it by name: missing, empty, encrypted, damaged, web page, too large."""
    if not path.is_file():
        raise errors.FileNotFound(file=str(path))
    with path.open("rb") as source:
        head = source.read(1 << 16)
    if not head:
        raise errors.EmptyFile(file=path.name)
    if head.startswith(OLE):
        return _old_workbook(path)
    if head.startswith(b"PK"):
        return _zip_workbook(path)
    return _text(path, head)


def _old_workbook(path: Path) -> FileKind:
    content = path.read_bytes()
    if _wide("EncryptedPackage") in content:
        raise errors.EncryptedWorkbook(file=path.name)
    if _wide("Workbook") not in content and _wide("Book") not in content:
        raise errors.DamagedWorkbook(file=path.name, detail="OLE without Workbook")
    return FileKind("xls")


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _zip_workbook(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename for info in archive.infolist()}
            unpacked = sum(info.file_size for info in archive.infolist())
            whole = max((info.file_size for info in archive.infolist() if info.filename in READ_WHOLE), default=0)
    except zipfile.BadZipFile as problem:
        raise errors.DamagedWorkbook(file=path.name, detail=str(problem)) from problem
    if whole > WHOLE_LIMIT:
        raise errors.WorkbookTooLarge(file=path.name, size=whole >> 20, limit=WHOLE_LIMIT >> 20)
    if unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * max(path.stat().st_size, 1 << 20):
        raise errors.WorkbookTooLarge(file=path.name, size=unpacked >> 20, limit=UNPACKED_LIMIT >> 20)
    if not any(name.startswith("xl/") for name in names):
        raise errors.UnknownFileKind(file=path.name)
    return FileKind("xlsx")


def _text(path: Path, head: bytes) -> FileKind:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith(b"<"):
        return _marked_up(path, head)
    if path.suffix.lower() in WORKBOOK_NAMES:
        raise errors.TextNamedWorkbook(file=path.name)
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return FileKind("text", encoding)
    if head.count(b"\x00") > len(head) // 50:
        return _without_bom(path, head)
    if sum(byte < 9 or 13 < byte < 32 for byte in head) > len(head) // 50:
        raise errors.UnknownFileKind(file=path.name)
    return encoding_of(path.read_bytes(), path.name)


def _marked_up(path: Path, head: bytes) -> FileKind:
    """Return what kind of table XML or a web page holds, or refuse it when it holds none."""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"Workbook" in head and b"<html" not in head.lower():
        return FileKind("spreadsheetml")
    content = path.read_bytes()
    if re.search(rb"<t[dh][\s>]", content, re.IGNORECASE):
        return FileKind("html", encoding_of(content, path.name).encoding)
    raise errors.WebPageNamedWorkbook(file=path.name)


def _without_bom(path: Path, head: bytes) -> FileKind:
    half = len(head) // 2
    for encoding, zeros in (("utf-16-le", head[1::2].count(0)), ("utf-16-be", head[0::2].count(0))):
        if zeros > half // 4:
            try:
                path.read_bytes().decode(encoding)
            except UnicodeDecodeError:
                continue
            return FileKind("text", encoding)
    raise errors.UnknownFileKind(file=path.name)


def encoding_of(content: bytes, name: str) -> FileKind:
    """Return the encoding of text without a mark: UTF-8, else GB18030 or Big5 by their common characters."""
    scores = {}
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8":
            return FileKind("text", encoding)
        scores[encoding] = _likeness(text)
    if scores:
        _refuse_two_encodings(content, name)
        return FileKind("text", max(scores, key=scores.__getitem__))
    return _mostly(content, name)


def _likeness(text: str) -> float:
    wide = [sign for sign in text[:200_000] if ord(sign) > 127]
    return sum(sign in COMMON for sign in wide) / len(wide) if wide else 0.0


def _refuse_two_encodings(content: bytes, name: str) -> None:
    """Refuse text in which UTF-8 lines stand among others: GB18030 would read them without complaint, as nonsense."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if _wide_bytes(line) >= 6]
    utf8 = [_reads(line, "utf-8") for _, line in lines]
    if not any(utf8) or all(utf8):
        return
    if utf8[0] or sum(utf8) > len(utf8) // 10:
        raise errors.WrongEncoding(file=name, tried=", ".join(ENCODINGS), line=lines[utf8.index(not utf8[0])][0])


def _wide_bytes(line: bytes) -> int:
    return len(line) - len(line.translate(None, bytes(range(128, 256))))


def _mostly(content: bytes, name: str) -> FileKind:
    """Return the encoding in which nearly every line can be read; the others will be set aside one by one."""
    lines = content.split(b"\n")
    bad = {encoding: [n for n, line in enumerate(lines, 1) if not _reads(line, encoding)] for encoding in ENCODINGS}
    best = min(ENCODINGS, key=lambda encoding: len(bad[encoding]))
    # A header in one encoding over rows in another cannot be read as one table.
    if len(bad[best]) > max(1, len(lines) // 10) or bad[best][0] == 1:
        raise errors.WrongEncoding(file=name, tried=", ".join(ENCODINGS), line=bad[best][0])
    return FileKind("text", best, broken=True)


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
