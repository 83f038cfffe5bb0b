"""Waterfalls: from all that a column held, past what was rejected and dropped and why, down to what was loaded."""

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from erp_core.foundation.words import word
from pipelines.intake.findings import field_words, issue_words, reason_words
from pipelines.intake.proof import Proof

SHOWN = 12
WIDTH, ROW, LABEL = 720, 24, 220


@dataclass(frozen=True)
class Fall:
    """One column of one sheet: a title and its steps (name, amount); the last is what is left."""

    title: str
    steps: tuple[tuple[str, Decimal], ...]

    @property
    def bars(self) -> list[tuple[str, Decimal, Decimal, Decimal]]:
        """Return name, where the bar begins, where it ends, and the amount."""
        bars, level = [], Decimal(0)
        for place, (name, amount) in enumerate(self.steps):
            if place in (0, len(self.steps) - 1):
                bars.append((name, Decimal(0), amount, amount))
                level = amount if place == 0 else level
            else:
                bars.append((name, level, level + amount, amount))
                level += amount
        return bars


def falls(proof: Proof, language: str) -> list[Fall]:
    """Return the waterfall of each column of which anything is not loaded."""
    columns: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in proof.totals:
        columns.setdefault((one["file"], one["column"]), []).append(one)
    found = []
    for (file, column), rows in columns.items():
        aside: dict[str, Decimal] = {}
        for one in rows:
            if one["outcome"] != "loaded" and Decimal(one["amount"]):
                name = _words(one["outcome"], one["reason"], language)
                aside[name] = aside.get(name, Decimal(0)) - Decimal(one["amount"])
        if not aside:
            continue
        whole = sum((Decimal(one["amount"]) for one in rows), Decimal(0))
        left = sum((Decimal(one["amount"]) for one in rows if one["outcome"] == "loaded"), Decimal(0))
        first, last = (
            word("pipelines", "intake.all_parsed", language),
            word("pipelines", "intake.outcome.loaded", language),
        )
        found.append(Fall(f"{file} · {field_words(column, language)}", ((first, whole), *aside.items(), (last, left))))
    return found[:SHOWN]


def _words(outcome: str, reason: str, language: str) -> str:
    text = issue_words(reason, language)[0] if reason else ""
    told = reason_words(reason, language) if text == reason and reason else text
    return " · ".join(part for part in (word("pipelines", f"intake.outcome.{outcome}", language), told) if part)


def draw(fall: Fall) -> str:
    """Return the waterfall as a drawing that needs nothing but the page."""
    bars = fall.bars
    ends = [Decimal(0), *(edge for _, begin, end, _ in bars for edge in (begin, end))]
    low, high = min(ends), max(ends)
    span = (high - low) or Decimal(1)
    width = Decimal(WIDTH - LABEL - 120)
    parts = []
    for place, (name, begin, end, amount) in enumerate(bars):
        left = LABEL + (min(begin, end) - low) / span * width
        wide = max(abs(end - begin) / span * width, Decimal(1))
        color = "#3b7a57" if place in (0, len(bars) - 1) else "#c0504d"
        y = place * ROW
        parts.append(
            f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end" fill="currentColor">{escape(name[:28])}</text>'
            f'<rect x="{left:.1f}" y="{y + 4}" width="{wide:.1f}" height="{ROW - 8}" fill="{color}"/>'
            f'<text x="{left + wide + 6:.1f}" y="{y + 16}" fill="currentColor">{amount:,.2f}</text>'
        )
    height = len(bars) * ROW
    return (
        f'<h3>{escape(fall.title)}</h3><div class="scroll"><svg role="img" aria-label="{escape(fall.title)}" '
        f'width="{WIDTH}" height="{height}" font-size="12">{"".join(parts)}</svg></div>'
    )


def insert(book: Any, shown: list[Fall], name: str, step: str, formats: dict[str, Any]) -> None:
    """Add a sheet with the steps of each waterfall and its chart: a hidden base, what falls, what stands."""
    tab = book.add_worksheet(name[:31])
    tab.set_column(0, 0, 36)
    row = 0
    for fall in shown:
        tab.write_string(row, 0, fall.title, formats["head"])
        tab.write_row(row + 1, 0, (step, "", "-", "+"), formats["head"])
        bars = fall.bars
        for number, (text, begin, end, amount) in enumerate(bars):
            standing = number in (0, len(bars) - 1)
            tab.write_string(row + 2 + number, 0, text)
            tab.write_number(row + 2 + number, 1, Decimal(0) if standing else min(begin, end))
            tab.write_number(row + 2 + number, 2, Decimal(0) if standing else abs(amount))
            tab.write_number(row + 2 + number, 3, amount if standing else Decimal(0))
        first, last = row + 2, row + 1 + len(bars)
        chart = book.add_chart({"type": "column", "subtype": "stacked"})
        for column, fill in ((1, None), (2, "#C0504D"), (3, "#3B7A57")):
            chart.add_series({
                "name": [name[:31], row + 1, column], "gap": 40,
                "categories": [name[:31], first, 0, last, 0], "values": [name[:31], first, column, last, column],
                "fill": {"color": fill} if fill else {"none": True},
            })  # fmt: skip
        chart.set_title({"name": fall.title[:80]})
        chart.set_legend({"none": True})
        tab.insert_chart(row, 5, chart)
        row += max(len(bars) + 4, 17)
