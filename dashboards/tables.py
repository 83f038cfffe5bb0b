"""Tables as HTML: aligned figures, red negatives, links that are real addresses; pure functions, no screen library."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from dashboards import i18n

RIGHT = {"money", "quantity", "count", "percent", "price", "ratio"}


@dataclass(frozen=True)
class Column:
    """How one column is shown; link maps a row to an address, bar shades a cell by its share of the largest."""

    key: str
    title: str
    kind: str = "text"
    link: Callable[[dict], str | None] | None = None
    words: Callable[[object], str] | None = None
    bar: bool = False
    wide_only: bool = False
    group: str = ""


def cell(value: object, kind: str) -> str:
    """Write one value as its kind is written."""
    if value is None:
        return ""
    writers = {
        "money": i18n.amount,
        "quantity": i18n.quantity,
        "percent": i18n.percent,
        "date": i18n.day,
        "price": lambda number: i18n.amount(number, 4),
        "ratio": lambda number: i18n.amount(number, 2),
        "count": lambda number: f"{int(number):,}",
    }
    return escape(str(writers.get(kind, str)(value)))


def table(
    rows: Sequence[dict],
    columns: Sequence[Column],
    *,
    totals: dict | None = None,
    total_title: str = "",
    marked: Callable[[dict], str] | None = None,
    name: str = "",
) -> str:
    """Return a whole table; totals is a row like the others, marked gives a row its class."""
    largest = {c.key: max((abs(r[c.key] or 0) for r in rows), default=0) for c in columns if c.bar}
    body = "".join(_row(row, columns, largest, marked(row) if marked else "") for row in rows)
    foot = f"<tfoot>{_totals(totals, columns, total_title)}</tfoot>" if totals is not None else ""
    label = f' aria-label="{escape(name)}"' if name else ""
    return (
        f'<div class="erp-scroll"><table class="erp"{label}>{_head(columns)}<tbody>{body}</tbody>{foot}</table></div>'
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a definition list; values are HTML already."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs if value)
    return f'<dl class="erp-facts">{items}</dl>'


def anchor(text: object, address: str | None, css: str = "") -> str:
    """Return text as a link, or plain when there is nowhere to go."""
    if not address:
        return escape(str(text))
    kind = f' class="{css}"' if css else ""
    return f'<a href="{escape(address)}" target="_self"{kind}>{escape(str(text))}</a>'


def plain(text: object) -> str:
    """Return text as HTML."""
    return escape(str(text))


def badge(text: str, tone: str = "quiet") -> str:
    """Return a small label; tone is quiet, good, warn or bad."""
    return f'<span class="erp-badge {tone}">{escape(text)}</span>'


def chain(steps: Iterable[tuple[str, str, str | None, bool]]) -> str:
    """Return a flow of papers: (kind, number, address, is this one)."""
    parts = []
    for kind, number, address, here in steps:
        body = f"<small>{escape(kind)}</small><b>{escape(number)}</b>"
        if here or not address:
            parts.append(f'<span class="erp-step{" here" if here else ""}">{body}</span>')
        else:
            parts.append(f'<a class="erp-step" href="{escape(address)}" target="_self">{body}</a>')
    return f'<div class="erp-chain">{"".join(parts)}</div>'


def _head(columns: Sequence[Column]) -> str:
    if not any(column.group for column in columns):
        return f"<thead><tr>{''.join(_title(column) for column in columns)}</tr></thead>"
    upper, lower, position = [], [], 0
    while position < len(columns):
        column = columns[position]
        if not column.group:
            upper.append(_title(column, ' rowspan="2"'))
            position += 1
            continue
        members = [c for c in columns[position:] if c.group == column.group]
        hidden = " wide" if all(member.wide_only for member in members) else ""
        upper.append(f'<th class="group{hidden}" colspan="{len(members)}">{escape(column.group)}</th>')
        lower += [_title(member) for member in members]
        position += len(members)
    return f"<thead><tr>{''.join(upper)}</tr><tr>{''.join(lower)}</tr></thead>"


def _title(column: Column, span: str = "") -> str:
    return f'<th class="{_classes(column)}"{span} scope="col">{escape(column.title)}</th>'


def _row(row: dict, columns: Sequence[Column], largest: dict, css: str) -> str:
    cells = "".join(_cell(row, column, largest) for column in columns)
    return f'<tr class="{css}">{cells}</tr>' if css else f"<tr>{cells}</tr>"


def _cell(row: dict, column: Column, largest: dict) -> str:
    value = row.get(column.key)
    text = escape(column.words(value)) if column.words and value is not None else cell(value, column.kind)
    classes = _classes(column)
    if column.kind in ("money", "quantity", "percent") and value is not None and value < 0:
        classes += " neg"
    address = column.link(row) if column.link and text else None
    if address:
        text = f'<a href="{escape(address)}" target="_self">{text}</a>'
    style = ""
    if column.bar and value and largest.get(column.key):
        share = min(100.0, float(abs(value)) / float(largest[column.key]) * 100)
        style, classes = f' style="--share:{share:.1f}%"', classes + " bar"
    return f'<td class="{classes}"{style}>{text}</td>'


def _totals(totals: dict, columns: Sequence[Column], title: str) -> str:
    cells, titled = [], False
    for column in columns:
        text = cell(totals.get(column.key), column.kind)
        if not titled and not text:
            text, titled = escape(title), True
        negative = column.kind in ("money", "percent") and (totals.get(column.key) or 0) < 0
        cells.append(f'<td class="{_classes(column)}{" neg" if negative else ""}">{text}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _classes(column: Column) -> str:
    side = "num" if column.kind in RIGHT else "mid" if column.kind == "date" else "txt"
    return f"{side} wide" if column.wide_only else side
