"""Comments in a workbook's cells, with the shapes they are shown in; comments that are there already stay."""

import re

import polars as pl

from pipelines.intake.cells import letter
from pipelines.intake.patch_rows import UnusualParts
from pipelines.intake.patch_text import woven, xml_text

AUTHOR = "erp"
MARK = "\u2014\u2014 erp \u2014\u2014"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTY = f'{HEAD}<comments xmlns="{SPACE}"><authors></authors><commentList></commentList></comments>'.encode()
SHAPES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel">%s<v:shapetype id="_x0000_t202" coordsize="21600,21600"'
    b' o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t"'
    b' o:connecttype="rect"/></v:shapetype></xml>'
)
SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:240pt;height:{height}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{c},15,{r},10,{right},15,{below},4'
    "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{r}</x:Row><x:Column>{c}</x:Column></x:ClientData></v:shape>"
)
COMMENT = '<comment ref="{cell}" authorId="{author}"><text><r><t xml:space="preserve">{text}</t></r></text></comment>'
# Shape numbers come in blocks of 1,024; ours begin where drawings of people do not reach.
FIRST_BLOCK = 200

Texts = dict[tuple[int, int], str]
"""Comment by (row, column from 0)."""


def with_comments(part: bytes | None, texts: Texts) -> tuple[bytes, Texts]:
    """Return the comments part with ours, and those that need a shape: the cells that had no comment before."""
    content = (part or EMPTY).decode("utf-8")
    content = re.sub(r"<authors\s*/>", "<authors></authors>", content)
    content = re.sub(r"<commentList\s*/>", "<commentList></commentList>", content)
    if "</authors>" not in content or "</commentList>" not in content:
        raise UnusualParts
    author = content.partition("</authors>")[0].count("<author>")
    author += content.partition("</authors>")[0].count("<author/>")
    content = content.replace("</authors>", f"<author>{AUTHOR}</author></authors>", 1)
    fresh = dict(texts)
    there = set(re.findall(r'<comment [^>]*\bref="(\w+)"', content))
    for place in list(texts) if there else ():
        name = f"{letter(place[1])}{place[0]}"
        if name not in there:
            continue
        found = re.search(rf'<comment [^>]*\bref="{name}"[^>]*>.*?</comment>', content, re.DOTALL)
        if found:
            content = content[: found.start()] + _added(found[0], texts[place]) + content[found.end() :]
            del fresh[place]
    places = sorted(fresh)
    rows = pl.DataFrame({
        "cell": [f"{letter(column)}{row}" for row, column in places],
        "text": [xml_text(fresh[place]) for place in places],
    })  # fmt: skip
    ours = woven(COMMENT.replace("{author}", str(author)), rows) if places else ""
    return content.replace("</commentList>", ours + "</commentList>", 1).encode("utf-8"), fresh


def _added(comment: str, text: str) -> str:
    """Return a person's comment with ours below it."""
    comment = re.sub(r"<text><t\b([^>]*)>(.*?)</t>", r"<text><r><t\1>\2</t></r>", comment, count=1, flags=re.DOTALL)
    ours = f'<r><t xml:space="preserve">\n{MARK}\n{xml_text(text)}</t></r>'
    return comment.replace("</text>", ours + "</text>", 1)


def with_shapes(part: bytes | None, texts: Texts, sheet: int) -> bytes:
    """Return the drawing part with one hidden shape per comment."""
    first = FIRST_BLOCK + sheet * 400
    blocks = ",".join(str(first + n) for n in range(len(texts) // 1024 + 1))
    layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'.encode()
    places = sorted(texts)
    c, r = pl.col("c"), pl.col("r")
    rows = pl.DataFrame({"r": [row - 1 for row, _ in places], "c": [column for _, column in places]}).with_columns(
        order=pl.int_range(1, pl.len() + 1), right=c + 4, below=r + 6,
        height=pl.Series([30 + 14 * texts[place].count("\n") for place in places], dtype=pl.Int64),
    )  # fmt: skip
    made = woven(SHAPE, rows.with_columns(number=pl.col("order") + first * 1024)) if places else ""
    content = part or SHAPES % layout
    if b'id="_x0000_t202"' not in content:
        kind = SHAPES.split(b"%s", 1)[1].removesuffix(b"</xml>")
        content = content.replace(b"</xml>", kind + b"</xml>", 1)
    at = content.rfind(b"</xml>")
    return content[:at] + made.encode() + content[at:]


def without_comments(part: bytes) -> tuple[bytes, set[str]]:
    """Return the comments part without ours, and the names of the cells whose comment went away altogether."""
    content = part.decode("utf-8")
    authors = re.findall(r"<author>(.*?)</author>|<author/>", content.partition("</authors>")[0])
    ours = {str(number) for number, name in enumerate(authors) if name == AUTHOR}
    gone: set[str] = set()

    def judged(found: re.Match[str]) -> str:
        head = found[0].partition(">")[0]
        author, name = re.search(r'authorId="(\d+)"', head), re.search(r'\bref="(\w+)"', head)
        if author and name and author[1] in ours:
            gone.add(name[1])
            return ""
        return re.sub(rf"\s*{MARK}.*?(?=</t>)", "", found[0], flags=re.DOTALL)

    return re.sub(r"<comment .*?</comment>", judged, content, flags=re.DOTALL).encode("utf-8"), gone


def without_shapes(part: bytes, places: set[tuple[int, int]]) -> bytes:
    """Return the drawing part without the shapes of the comments at (row, column from 0)."""

    def judged(found: re.Match[bytes]) -> bytes:
        row, column = (re.search(rb"<x:%s>(\d+)</x:%s>" % (name, name), found[0]) for name in (b"Row", b"Column"))
        return b"" if row and column and (int(row[1]) + 1, int(column[1])) in places else found[0]

    return re.sub(rb"<v:shape\b.*?</v:shape>", judged, part, flags=re.DOTALL)
