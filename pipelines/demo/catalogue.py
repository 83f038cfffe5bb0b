"""The goods of the demo company: families of hardware with sizes, makes, prices and how often they are asked for."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

from pipelines.demo.company import SEED, stream

CATEGORIES = (
    ("01", "紧固件"),
    ("02", "电动工具"),
    ("03", "水暖"),
    ("04", "门锁"),
    ("05", "五金工具"),
    ("06", "电工"),
    ("07", "劳保"),
    ("08", "化工辅料"),
)
# Makes are invented.
MAKES = ("湘锚", "楚砺", "岳固", "沅匠", "麓工", "洣川")
COST_METHODS = {"02": "fifo", "04": "moving_average"}


@dataclass(frozen=True)
class Family:
    """One kind of goods: names are families, sizes its specifications, cheapest and dearest its gross cost in 元."""

    category: str
    name: str
    unit: str
    pack: int
    cheapest: int
    dearest: int
    sizes: tuple[str, ...]
    grades: tuple[str, ...]


def families() -> list[Family]:
    """The kinds of hardware that families.csv lists."""
    with (Path(__file__).parent / "families.csv").open(encoding="utf-8", newline="") as source:
        return [
            Family(
                row["category"], row["name"], row["unit"], int(row["pack"]), int(row["cheapest"]), int(row["dearest"]),
                tuple(row["sizes"].split("|")), tuple(row["grades"].split("|")),
            )
            for row in csv.DictReader(source)
        ]  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One item: cost and price in 分 with tax and per unit; weight is its share of demand within the category."""

    code: str
    name: str
    specification: str
    category: str
    unit: str
    pack: int
    cost_method: str
    cost_fen: int
    price_fen: int
    weight: float
    lead_days: int
    barcode: str


def items(scale: float = 1.0, seed: int = SEED) -> list[Item]:
    """About 800 items at full scale, codes like '01-0001', every category present, demand distributed by rank (ABC)."""
    draw = stream("items", seed)
    variants = [
        (family, size, grade, make)
        for family in families()
        for size, grade, make in product(family.sizes, family.grades, MAKES)
    ]
    kept = sorted(draw.sample(range(len(variants)), min(len(variants), max(48, round(800 * scale)))))
    ranks = list(range(1, len(kept) + 1))
    draw.shuffle(ranks)
    counters: dict[str, int] = {}
    result = []
    for position, rank in zip(kept, ranks, strict=True):
        family, size, grade, make = variants[position]
        counters[family.category] = counters.get(family.category, 0) + 1
        result.append(_item(family, size, grade, make, counters[family.category], rank / len(kept), draw))
    return result


def _item(family: Family, size: str, grade: str, make: str, number: int, rank: float, draw: Random) -> Item:
    step = family.sizes.index(size) / max(1, len(family.sizes) - 1)
    cost = family.cheapest * (family.dearest / family.cheapest) ** step
    cost *= (1 + 0.28 * family.grades.index(grade)) * draw.uniform(0.88, 1.14)
    cost_fen = max(150, round(cost * 100))
    markup = draw.uniform(1.27, 1.46)
    # The last eighth of the range hardly moves: the slow movers an owner wants to see.
    weight = 0.004 if rank > 0.88 else (rank + 0.015) ** -0.95
    return Item(
        code=f"{family.category}-{number:04d}",
        name=f"{make}{family.name}",
        specification=f"{size} {grade}".strip(),
        category=family.category,
        unit=family.unit,
        pack=family.pack,
        cost_method=COST_METHODS.get(family.category, "month_average"),
        cost_fen=cost_fen,
        price_fen=_round_price(cost_fen * markup),
        weight=weight,
        lead_days=draw.choice((3, 4, 5, 5, 7, 7, 10, 14)),
        barcode=_barcode(f"690{family.category}9{number:06d}"),
    )


def _round_price(fen: float) -> int:
    """List prices end in 5 角 above ten yuan and in 5 分 below."""
    step = 50 if fen > 1000 else 5
    return max(step, round(fen / step) * step)


def _barcode(twelve: str) -> str:
    """EAN-13 with its check digit; the number range is invented."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)
