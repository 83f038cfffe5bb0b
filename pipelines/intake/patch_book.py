"""What holds a workbook together: list of sheets, links between parts, kinds of parts; changed where needed."""

import posixpath
import re
import zipfile
from html import unescape

from pipelines.intake.patch_rows import UnusualParts
from pipelines.intake.patch_text import xml_text

BOOK, LINKS, KINDS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
NOTES_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
SHAPES_KIND = b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
NO_LINKS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
LINK = re.compile(r"<Relationship\b[^>]*/?>")


class Book:
    """A workbook's parts as they stand in the archive, and those that change, by name in `parts`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = frozenset(archive.namelist())
        self._taken = set(self.names)
        self.parts: dict[str, bytes] = {}
        self.front = ""
        self._drawn: dict[str, str] = {}
        for part in (BOOK, LINKS, KINDS):
            self.parts[part] = archive.read(part)
        if b"</Relationships>" not in self.parts[LINKS] or b"</Types>" not in self.parts[KINDS]:
            raise UnusualParts
        self.sheets = self._sheets()

    def _sheets(self) -> dict[str, str]:
        links, found = self._targets(BOOK), {}
        for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", self.parts[BOOK].decode("utf-8")):
            facts = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
            number = next((value for name, value in facts.items() if name.endswith(":id")), "")
            if number in links and links[number][1] in self.names:
                found[unescape(facts.get("name", ""))] = links[number][1]
        return found

    def read(self, part: str) -> bytes | None:
        """Return a part as it is by now; None when there is none."""
        if part in self.parts:
            return self.parts[part]
        return self.archive.read(part) if part in self.names else None

    def part_of(self, sheet: str) -> str:
        """Return the part of a sheet."""
        if sheet not in self.sheets:
            raise UnusualParts
        return self.sheets[sheet]

    def order_of(self, part: str) -> int:
        """Return the place of a sheet's part among all."""
        return list(self.sheets.values()).index(part)

    def add_sheet(self, name: str, *, front: bool = False, hidden: bool = False) -> str:
        """Add a sheet before or after all others and return its part."""
        book = self.parts[BOOK].decode("utf-8")
        taken = {sheet.lower() for sheet in self.sheets}
        while name.lower() in taken:
            name = f"{name[:28]}_"
        part = self._free("xl/worksheets/sheet{}.xml")
        number = self._link(LINKS, "worksheet", "/" + part)
        last = max([int(found) for found in re.findall(r'\bsheetId="(\d+)"', book)], default=0)
        space = f'xmlns:r="{OFFICE}"'
        opening = re.search(r"<(\w+:)?sheets>", book)
        if opening is None:
            raise UnusualParts
        prefix = opening[1] or ""
        state = ' state="hidden"' if hidden else ""
        tag = f'<{prefix}sheet {space} name="{xml_text(name)}" sheetId="{last + 1}"{state} r:id="{number}"/>'
        at = opening.end() if front else book.index(f"</{prefix}sheets>")
        self.parts[BOOK] = (book[:at] + tag + book[at:]).encode("utf-8")
        self._kind(part, SHEET_KIND)
        self.sheets[name] = part
        self.front = name if front else self.front
        return part

    def finish(self, area: str) -> None:
        """Move what counts sheets from the first one on, and name the area of the list's filter."""
        book = self.parts[BOOK].decode("utf-8")
        book = re.sub(r'localSheetId="(\d+)"', lambda found: f'localSheetId="{int(found[1]) + 1}"', book)
        book = re.sub(r"<(\w+:)?workbookView\b[^>]*>", _one_further, book)
        place = f"'{self.front}'!" + re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)
        name = f'name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">{xml_text(place)}<'
        opening = re.search(r"<(\w+:)?definedNames>", book)
        if opening:
            prefix = opening[1] or ""
            book = f"{book[: opening.end()]}<{prefix}definedName {name}/{prefix}definedName>{book[opening.end() :]}"
        else:
            ends = list(re.finditer(r"</(\w+:)?(sheets|functionGroups|externalReferences)>", book))
            prefix, at = ends[-1][1] or "", ends[-1].end()
            made = f"<{prefix}definedNames><{prefix}definedName {name}/{prefix}definedName></{prefix}definedNames>"
            book = book[:at] + made + book[at:]
        self.parts[BOOK] = book.encode("utf-8")

    def comments_of(self, part: str) -> str:
        """Return the comments part of a sheet, linked to it if it has none yet."""
        return self._linked(part, "comments") or self._add(part, "comments", "xl/comments{}.xml", NOTES_KIND)

    def shapes_of(self, part: str) -> str:
        """Return the drawing part that shows a sheet's comments."""
        return self._drawn[part]

    def keep_shapes(self, part: str, number: str) -> None:
        """Take the drawing a sheet has already, by the number of its link."""
        target = self._targets(part).get(number)
        if target is None:
            raise UnusualParts
        self._drawn[part] = target[1]

    def add_shapes(self, part: str) -> str:
        """Add a drawing to a sheet and return the number of its link."""
        drawing = self._free("xl/drawings/vmlDrawing{}.vml")
        self._drawn[part] = drawing
        kinds = self.parts[KINDS]
        if not re.search(rb'Extension="vml"', kinds, re.IGNORECASE):
            at = re.search(rb"<Types\b[^>]*>", kinds)
            if at is None:
                raise UnusualParts
            self.parts[KINDS] = kinds[: at.end()] + SHAPES_KIND + kinds[at.end() :]
        return self._link(_links_of(part), "vmlDrawing", posixpath.relpath(drawing, posixpath.dirname(part)))

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the links of a sheet: kind and part by number."""
        return self._targets(part)

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        content = (self.read(_links_of(part)) or b"").decode("utf-8")
        found = {}
        for tag in LINK.findall(content):
            facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            target = facts.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(
                posixpath.join(posixpath.dirname(part), target)
            )  # fmt: skip
            found[facts.get("Id", "")] = (facts.get("Type", "").rsplit("/", 1)[-1], whole)
        return found

    def _linked(self, part: str, kind: str) -> str:
        return next((target for name, target in self._targets(part).values() if name == kind), "")

    def _add(self, part: str, kind: str, pattern: str, content_type: str) -> str:
        made = self._free(pattern)
        self._link(_links_of(part), kind, posixpath.relpath(made, posixpath.dirname(part)))
        self._kind(made, content_type)
        return made

    def _free(self, pattern: str) -> str:
        number = 1
        while pattern.format(number) in self._taken:
            number += 1
        self._taken.add(pattern.format(number))
        return pattern.format(number)

    def _link(self, links: str, kind: str, target: str) -> str:
        content = self.read(links) or NO_LINKS
        content = re.sub(rb"<Relationships\b([^>]*)/>", rb"<Relationships\1></Relationships>", content)
        number, taken = 1, set(re.findall(rb'\bId="([^"]+)"', content))
        while f"rIdErp{number}".encode() in taken:
            number += 1
        tag = f'<Relationship Id="rIdErp{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'.encode()
        self.parts[links] = content.replace(b"</Relationships>", tag + b"</Relationships>", 1)
        return f"rIdErp{number}"

    def _kind(self, part: str, content_type: str) -> None:
        tag = f'<Override PartName="/{part}" ContentType="{content_type}"/>'.encode()
        self.parts[KINDS] = self.parts[KINDS].replace(b"</Types>", tag + b"</Types>", 1)


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _one_further(found: re.Match[str]) -> str:
    """Return a view with its sheets counted one further, so that the same sheet is the one that is open."""
    tag = found[0]
    for name in ("firstSheet", "activeTab"):
        held = re.search(rf'\b{name}="(\d+)"', tag)
        if held:
            tag = tag.replace(held[0], f'{name}="{int(held[1]) + 1}"')
        elif name == "activeTab":
            end = "/>" if tag.endswith("/>") else ">"
            tag = f'{tag.removesuffix(end)} activeTab="1"{end}'
    return tag
