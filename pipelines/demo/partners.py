"""Customers and suppliers of the demo company: every name, number and account is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.demo.catalogue import CATEGORIES, Item
from pipelines.demo.company import BUYERS, SALES_PEOPLE, SEED, stream

# (region, district names, weight, administrative code)
REGIONS = (
    ("长沙", ("雨花区", "芙蓉区", "岳麓区", "望城区", "长沙县"), 46, "430100"),
    ("株洲", ("荷塘区", "天元区"), 12, "430200"),
    ("湘潭", ("雨湖区", "岳塘区"), 10, "430300"),
    ("衡阳", ("蒸湘区", "雁峰区"), 7, "430400"),
    ("岳阳", ("岳阳楼区",), 7, "430600"),
    ("常德", ("武陵区", "鼎城区"), 6, "430700"),
    ("益阳", ("赫山区",), 5, "430900"),
    ("娄底", ("娄星区",), 4, "431300"),
    ("郴州", ("北湖区",), 3, "431000"),
)
# How much of the trade the categories make.
SHARES = {"01": 17, "02": 15, "03": 14, "06": 13, "04": 9, "05": 8, "08": 7, "07": 4}
_FIRST, _SECOND = "禾砚澧岚榆棠汀舟麓原野朴素溪桐砺柏青松石", "砾畴筠槿栎沅澹汨穗垚屿川桥渡坊衡恪谷梁禾"
_TRADES = (
    "五金经营部",
    "五金店",
    "建材经营部",
    "机电有限公司",
    "建筑劳务有限公司",
    "装饰工程有限公司",
    "水电安装部",
    "五金机电有限公司",
    "物业服务有限公司",
    "家具厂",
    "门窗厂",
    "机械有限公司",
)
_MAKERS = {
    "01": "紧固件有限公司",
    "02": "电动工具有限公司",
    "03": "阀门管业有限公司",
    "04": "锁业有限公司",
    "05": "五金工具有限公司",
    "06": "电器有限公司",
    "07": "劳保用品有限公司",
    "08": "新材料有限公司",
}
_ORIGINS = ("浙江", "广东", "江苏", "山东", "河北", "湖南")
_SURNAMES, _GIVEN = (
    "江邹柳易文龙向成伍石田车侯贺盛谭殷苏彭曾",
    ("建安", "志远", "小满", "春生", "立冬", "海棠", "知行", "水生", "冬梅", "国泰"),
)


@dataclass(frozen=True)
class Customer:
    """One customer; manner says how it pays: prompt, normal, slow, bad or advance. weight is its share of orders."""

    code: str
    name: str
    uscc: str
    contact: str
    phone: str
    address: str
    region: str
    level: str
    credit_limit_fen: int
    credit_days: int
    employee: str
    manner: str
    weight: float
    size: float
    interests: tuple[str, ...]
    monthly_invoice: bool
    joined_on: date
    left_on: date


@dataclass(frozen=True)
class Supplier:
    """One supplier: what it makes, how long it waits for its money, how late it delivers and bills."""

    code: str
    name: str
    uscc: str
    contact: str
    phone: str
    address: str
    region: str
    credit_days: int
    employee: str
    category: str
    review: int
    late: float
    bills_with_goods: bool
    price_trouble: float
    bank_account: str


def uscc(area: str, number: int) -> str:
    """A unified social credit code with right check digits around an organisation number nobody has."""
    body = f"XX{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
    check = 11 - sum(a * b for a, b in zip(values, weights, strict=True)) % 11
    organisation = body + ("0" if check == 11 else "X" if check == 10 else str(check))
    text = "91" + area + organisation
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, place, 31) for place, c in enumerate(text))
    return text + alphabet[-total % 31]


def customers(scale: float = 1.0, seed: int = SEED) -> list[Customer]:
    """About 300 customers at full scale, few large and many small, most of them in and around Changsha."""
    draw = stream("customers", seed)
    names = _names(draw, max(24, round(300 * scale)))
    return [_customer(draw, number, name, number / len(names)) for number, name in enumerate(names, 1)]


def _names(draw: Random, count: int) -> list[str]:
    pairs = [first + second for first in _FIRST for second in _SECOND if first != second]
    return draw.sample(pairs, min(count, len(pairs)))


def _customer(draw: Random, number: int, name: str, rank: float) -> Customer:
    region, districts, _, area = draw.choices(REGIONS, weights=[r[2] for r in REGIONS])[0]
    district = draw.choice(districts)
    trade = draw.choice(_TRADES)
    level = "A" if rank <= 0.07 else "B" if rank <= 0.3 else "C"
    weights = (36, 43, 18, 3) if level == "C" else (45, 44, 11, 0)
    manner = draw.choices(("prompt", "normal", "slow", "bad"), weights=weights)[0]
    if level == "C" and number % 14 == 13:
        manner = "advance"
    days = {"prompt": draw.choice((0, 7, 15)), "advance": 0, "bad": 30}.get(manner, draw.choice((30, 30, 45, 60)))
    return Customer(
        code=f"C{number:04d}",
        name=f"{region}{'' if region in district else district[:-1]}{name}{trade}",
        uscc=uscc(area, 100000 + number),
        contact=draw.choice(_SURNAMES) + draw.choice(_GIVEN),
        phone=f"1990000{1000 + number:04d}",
        address=f"湖南省{region}市{district}{name}路{draw.randint(1, 399)}号",
        region=region,
        level=level,
        credit_limit_fen={"A": 80_000_000, "B": 30_000_000, "C": 10_000_000}[level],
        credit_days=days,
        employee=draw.choice(SALES_PEOPLE),
        manner=manner,
        weight=(number + 6) ** -0.8,
        size={"A": 1.7, "B": 1.15, "C": 0.8}[level] * draw.uniform(0.7, 1.35),
        interests=_interests(draw),
        monthly_invoice=level != "C" and draw.random() < 0.45,
        # Some customers are won while the story runs, some are lost.
        joined_on=date(2025, 1, 6) + timedelta(draw.randrange(600)) if number % 7 == 3 else date(2024, 1, 1),
        left_on=date(2025, 3, 1) + timedelta(draw.randrange(540)) if number % 11 == 5 else date(9999, 12, 31),
    )


def _interests(draw: Random) -> tuple[str, ...]:
    """Two to five categories, the larger ones more often."""
    found: dict[str, None] = {}
    wanted = draw.randint(2, 5)
    while len(found) < wanted:
        found[draw.choices(list(SHARES), weights=list(SHARES.values()))[0]] = None
    return tuple(found)


def suppliers(scale: float = 1.0, seed: int = SEED) -> list[Supplier]:
    """About 60 suppliers at full scale, each at home in one category, at least one for every category."""
    draw = stream("suppliers", seed)
    names = _names(draw, max(10, round(60 * scale)))
    return [_supplier(draw, number, name) for number, name in enumerate(names, 1)]


def _supplier(draw: Random, number: int, name: str) -> Supplier:
    category = CATEGORIES[(number - 1) % len(CATEGORIES)][0]
    origin = draw.choice(_ORIGINS)
    return Supplier(
        code=f"S{number:03d}",
        name=f"{origin}{name}{_MAKERS[category]}",
        uscc=uscc("330100", 500000 + number),
        contact=draw.choice(_SURNAMES) + draw.choice(_GIVEN),
        phone=f"1990000{5000 + number:04d}",
        address=f"{origin}省{name}工业园{draw.randint(1, 60)}栋",
        region=origin,
        credit_days=draw.choice((30, 30, 45, 60)),
        employee=draw.choice(BUYERS),
        category=category,
        review=draw.randrange(12),
        late=draw.choice((0.05, 0.1, 0.15, 0.35)),
        bills_with_goods=draw.random() < 0.45,
        price_trouble=draw.choice((0.0, 0.0, 0.02, 0.06)),
        bank_account=f"99{draw.randrange(10**15):015d}",
    )


def supplier_of(items: list[Item], sellers: list[Supplier], seed: int = SEED) -> dict[str, str]:
    """The usual supplier of every item: item code to supplier code."""
    draw = stream("sources", seed)
    by_category: dict[str, list[str]] = {}
    for seller in sellers:
        by_category.setdefault(seller.category, []).append(seller.code)
    return {item.code: draw.choice(by_category[item.category]) for item in items}
