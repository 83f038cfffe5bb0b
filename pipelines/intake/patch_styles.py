"""Styles of a workbook with two fills more: a marked cell keeps its format, font and border and is only coloured."""

import re

from pipelines.intake.patch_rows import UnusualParts

COLOURS = {"reject": b"FFF4B6B0", "warn": b"FFFBE3A8"}
FILLS = re.compile(rb"<(\w+:)?fills\b[^>]*>(.*?)</(?:\w+:)?fills>", re.DOTALL)
FILL = re.compile(rb"<(?:\w+:)?fill\b[^>]*?(?:/>|>.*?</(?:\w+:)?fill>)", re.DOTALL)
STYLES = re.compile(rb"<(\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*?(?:/>|>.*?</(?:\w+:)?xf>)", re.DOTALL)
FILL_ID = re.compile(rb'\bfillId="(\d+)"')


class Styles:
    """The styles part of a workbook; new styles are numbered as they are asked for."""

    def __init__(self, part: bytes) -> None:
        fills, styles = FILLS.search(part), STYLES.search(part)
        if fills is None or styles is None:
            raise UnusualParts
        self.part = part
        self.prefix = fills[1] or b""
        self.fills = FILL.findall(fills[2])
        self.styles = STYLE.findall(styles[2])
        self.made: dict[tuple[int, int], int] = {}
        self.known = len(self.fills)
        self._coloured: dict[tuple[int, str], int] = {}

    def coloured(self, style: int, severity: str) -> int:
        """Return the style that looks like another one but is filled in the colour of the severity."""
        if (style, severity) not in self._coloured:
            self._coloured[style, severity] = self.with_fill(style, self.fill(COLOURS[severity]))
        return self._coloured[style, severity]

    def fill(self, colour: bytes) -> int:
        """Return the number of the plain fill of a colour (ARGB), which is added when there is none."""
        for number, fill in enumerate(self.fills):
            if b'fgColor rgb="%s"' % colour in fill:
                return number
        p = self.prefix
        self.fills.append(
            b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="%s"/><%sbgColor indexed="64"/></%spatternFill>'
            b"</%sfill>" % (p, p, p, colour, p, p, p)
        )
        return len(self.fills) - 1

    def with_fill(self, style: int, fill: int) -> int:
        """Return the style like another one, but with the fill of a number."""
        known = self.made.get((style, fill))
        if known is not None:
            return known
        old = self.styles[style] if style < len(self.styles) else self.styles[0]
        head, rest = old.split(b">", 1) if not old.split(b">", 1)[0].endswith(b"/") else (old[:-2], None)
        attributes = re.sub(rb'\s(?:fillId|applyFill)="[^"]*"', b"", head)
        new = attributes + b' fillId="%d" applyFill="1"' % fill + (b"/>" if rest is None else b">" + rest)
        self.styles.append(new)
        self.made[style, fill] = len(self.styles) - 1
        return len(self.styles) - 1

    def fill_of(self, style: int) -> int:
        """Return the number of the fill a style has."""
        found = FILL_ID.search(self.styles[style].split(b">", 1)[0]) if style < len(self.styles) else None
        return int(found[1]) if found else 0

    def is_mark(self, style: int) -> bool:
        """Return whether a style is coloured in one of our colours."""
        fill = self.fill_of(style)
        return fill < len(self.fills) and any(b'rgb="%s"' % colour in self.fills[fill] for colour in COLOURS.values())

    def xml(self) -> bytes:
        """Return the styles part with what was added."""
        part = _filled(self.part, FILLS, "fills", self.fills, self.prefix)
        return _filled(part, STYLES, "cellXfs", self.styles, self.prefix)


def _filled(part: bytes, pattern: re.Pattern[bytes], name: str, items: list[bytes], prefix: bytes) -> bytes:
    found = pattern.search(part)
    tag = name.encode()
    made = b'<%s%s count="%d">%s</%s%s>' % (prefix, tag, len(items), b"".join(items), prefix, tag)
    return part[: found.start()] + made + part[found.end() :] if found else part
