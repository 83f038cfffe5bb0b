"""Cards with one key figure: a number, its unit, what it compares with, its definition, its way down."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboards import i18n


@dataclass(frozen=True)
class Comparison:
    """A figure to compare with: its name, the figure then, and whether more is better; None when neither is."""

    name: str
    before: object
    more_is_better: bool | None = True


@dataclass(frozen=True)
class Card:
    """One key figure. Amounts are in yuan; the card chooses the unit."""

    key: str
    title: str
    value: object
    address: str = ""
    definition: str = ""
    kind: str = "money"
    comparisons: tuple[Comparison, ...] = ()
    note: str = ""
    tone: str = ""
    spark: tuple[object, ...] = ()


def card(it: Card, language: str) -> str:
    """Return one card as HTML; the number is a link to the rows behind it."""
    figure, unit = _figure(it, language)
    negative = it.kind in ("money", "percent") and it.value is not None and it.value < 0
    number = f'<b class="{"neg" if negative else it.tone}">{escape(figure)}</b><i>{escape(unit)}</i>'
    exact = f' title="{escape(i18n.amount(it.value))}"' if it.kind == "money" and it.value is not None else ""
    if it.address:
        number = f'<a href="{escape(it.address)}" target="_self" data-card="{it.key}"{exact}>{number}</a>'
    else:
        number = f'<span data-card="{it.key}"{exact}>{number}</span>'
    meaning = _question(it.definition) if it.definition else ""
    rows = "".join(_compared(it.value, comparison, language) for comparison in it.comparisons)
    note = f'<div class="erp-note">{escape(it.note)}</div>' if it.note else ""
    spark = f'<img class="erp-spark" alt="" src="{sparkline(it.spark)}">' if len(it.spark) > 1 else ""
    head = f'<div class="erp-card-h"><span>{escape(it.title)}</span>{meaning}</div>'
    return f'<div class="erp-card">{head}<div class="erp-card-v">{number}{spark}</div>{rows}{note}</div>'


def cards(items: Sequence[Card], language: str) -> str:
    """Return a row of cards that wraps to the width there is."""
    return f'<div class="erp-cards">{"".join(card(it, language) for it in items)}</div>'


def change(now: object, before: object) -> object:
    """Return the change as a share of before, or None when there was nothing to compare with."""
    if now is None or not before:
        return None
    return (now - before) / abs(before)


def sparkline(values: Sequence[object]) -> str:
    """Return a small line as an image address, for inside a card."""
    figures = [float(value or 0) for value in values]
    low, high = min(figures), max(figures)
    span, step = (high - low) or 1.0, 100 / (len(figures) - 1)
    points = " ".join(f"{i * step:.1f},{27 - (figure - low) / span * 24:.1f}" for i, figure in enumerate(figures))
    line = f'<polyline points="{points}" fill="none" stroke="#5B8DEF" stroke-width="2" stroke-linejoin="round"/>'
    area = f'<polygon points="0,30 {points} 100,30" fill="#5B8DEF" opacity="0.12"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 30" preserveAspectRatio="none">{area}{line}</svg>'
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _figure(it: Card, language: str) -> tuple[str, str]:
    if it.kind == "money":
        return i18n.compact(it.value, language)
    if it.kind == "percent":
        return i18n.percent(it.value), ""
    if it.kind == "count":
        return ("–" if it.value is None else f"{int(it.value):,}"), it.note and ""
    return i18n.amount(it.value, 1), ""


def _compared(now: object, comparison: Comparison, language: str) -> str:
    share = change(now, comparison.before)
    if share is None:
        moved = '<span class="flat">–</span>'
    else:
        good = (share >= 0) == comparison.more_is_better
        still = round(share, 4) == 0
        tone = "flat" if still or comparison.more_is_better is None else "good" if good else "bad"
        arrow = "" if still else "▲ " if share > 0 else "▼ "
        moved = f'<span class="{tone}">{arrow}{escape(i18n.percent(abs(share)))}</span>'
    if not comparison.before:
        return f'<div class="erp-vs"><span>{escape(comparison.name)}</span>{moved}</div>'
    figure, unit = i18n.compact(comparison.before, language)
    was = f'<em title="{escape(i18n.amount(comparison.before))}">{escape(figure)} {escape(unit)}</em>'
    return f'<div class="erp-vs">{moved}<span>{escape(comparison.name)}</span>{was}</div>'


def _question(definition: str) -> str:
    said = escape(definition)
    return f'<span class="erp-q" tabindex="0" role="note" aria-label="{said}" data-tip="{said}">?</span>'
