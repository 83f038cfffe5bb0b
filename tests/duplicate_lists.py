"""Lists of customers and items with truth: entities, dirty copies of some, and neighbours that only look alike."""

import random

import polars as pl
from stdnum.cn import uscc

CITIES = [
    "长沙",
    "株洲",
    "湘潭",
    "衡阳",
    "武汉",
    "南昌",
    "广州",
    "深圳",
    "杭州",
    "宁波",
    "苏州",
    "成都",
    "西安",
    "郑州",
    "济南",
    "青岛",
]
SIGNS = "宏鸿达大华兴新盛泰安瑞祥丰利源恒昌顺佳美康乐永信诚德仁和金银铜鑫森林海洋江河山川云天宇宙飞腾龙凤麒麟雅典博文明亮辉煌百千万"
TRADES = [
    "商贸",
    "贸易",
    "电子科技",
    "机电设备",
    "五金",
    "建材",
    "食品",
    "服饰",
    "化工",
    "物流",
    "医疗器械",
    "办公用品",
    "汽车配件",
]
FORMS = ["有限公司", "有限责任公司", "股份有限公司"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华文辉玲健"
STREETS = ["人民路", "解放路", "中山路", "建设路", "芙蓉路", "五一大道", "韶山路", "劳动路", "湘江路", "车站路"]
ALIKE = {
    "宏": "鸿",
    "鸿": "宏",
    "达": "大",
    "新": "鑫",
    "鑫": "新",
    "和": "河",
    "华": "花",
    "安": "按",
    "诚": "成",
    "德": "得",
    "丰": "峰",
}
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _tax(lot: random.Random) -> str:
    body = "91" + "430100" + "".join(lot.choice(LETTERS) for _ in range(9))
    return body + uscc.calc_check_digit(body)


def _phone(lot: random.Random) -> str:
    return f"1{lot.choice('35789')}{lot.randrange(10**9):09}"


def _entity(lot: random.Random) -> dict[str, str]:
    city, word = lot.choice(CITIES), "".join(lot.sample(SIGNS, lot.choice([2, 2, 2, 3])))
    return {
        "city": city, "word": word, "trade": lot.choice(TRADES), "form": lot.choice(FORMS), "branch": "",
        "uscc": _tax(lot) if lot.random() < 0.7 else "", "phone": _phone(lot) if lot.random() < 0.85 else "",
        "contact": lot.choice(SURNAMES) + "".join(lot.sample(GIVEN, lot.choice([1, 2]))) if lot.random() < 0.8 else "",
        "address": f"{city}市{lot.choice(STREETS)}{lot.randrange(1, 900)}号" if lot.random() < 0.7 else "",
    }  # fmt: skip


def _neighbour(lot: random.Random, one: dict[str, str]) -> dict[str, str]:
    """Another company that looks alike: other city, other trade, a branch, one sign apart; at times of the same boss."""
    other = _entity(lot) | {name: one[name] for name in ("city", "word", "trade", "form")}
    kind = lot.choice(["city", "trade", "branch", "sign"])
    if kind == "city":
        other["city"] = lot.choice([city for city in CITIES if city != one["city"]])
    elif kind == "trade":
        other["trade"] = lot.choice([trade for trade in TRADES if trade != one["trade"]])
    elif kind == "branch":
        other["branch"] = lot.choice(["长沙分公司", "第一分公司", "二厂", "城南分店"])
    else:
        other["word"] = lot.choice([sign for sign in SIGNS if sign != one["word"][0]]) + one["word"][1:]
    if lot.random() < 0.25:
        other |= {"phone": one["phone"], "contact": one["contact"]}
    return other


def _shown(one: dict[str, str]) -> str:
    return f"{one['city']}市{one['word']}{one['trade']}{one['form']}{one['branch']}"


def _dirty(lot: random.Random, one: dict[str, str]) -> dict[str, str]:
    """The same company as a tired clerk types it again."""
    city = lot.choice([one["city"] + "市", one["city"], "", one["city"]])
    word, trade, form = one["word"], one["trade"], lot.choice([one["form"], "有限公司", "公司", "", one["form"]])
    if lot.random() < 0.12:
        word = "".join(ALIKE.get(sign, sign) for sign in word)
    if lot.random() < 0.08:
        trade = trade[:2]
    name = lot.choice(
        [f"{city}{word}{trade}{form}", f"{word}{trade}({one['city']}){form}", f"{city}{word}{trade}{form}"]
    )
    name += one["branch"] + lot.choice(["", "", "", "(停用)", " "])
    phone, address, tax = one["phone"], one["address"], one["uscc"]
    if phone:
        phone = lot.choice([phone, phone, f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"+86 {phone}", "", _phone(lot)])
    if one["contact"] and lot.random() < 0.3:
        one = one | {"contact": one["contact"][0] + lot.choice(["总", "经理", "生"])}
    return {
        "name": name, "phone": phone, "contact": lot.choice([one["contact"], one["contact"], ""]),
        "address": lot.choice([address, address.partition("市")[2], ""]),
        "uscc": lot.choice([tax, tax.replace("0", "O", 1), "", ""]),
    }  # fmt: skip


def parties(seed: int, entities: int = 2000) -> tuple[pl.DataFrame, set[tuple[str, str]]]:
    """A list of parties, and the pairs of codes that are one company."""
    lot = random.Random(seed)
    whole = [_entity(lot) for _ in range(int(entities * 0.92))]
    whole += [_neighbour(lot, lot.choice(whole)) for _ in range(entities - len(whole))]
    rows = [
        {"entity": n, "name": _shown(one), **{k: one[k] for k in ("uscc", "phone", "contact", "address")}}
        for n, one in enumerate(whole)
    ]
    for n in lot.choices(range(len(whole)), k=entities // 9):
        rows.append({"entity": n, **_dirty(lot, whole[n])})
    return _numbered(lot, rows, "C")


def items(seed: int, entities: int = 1500) -> tuple[pl.DataFrame, set[tuple[str, str]]]:
    """A list of items, and the pairs of codes that are one item; sizes one step apart are different items."""
    lot = random.Random(seed)
    nouns = [
        "六角螺栓",
        "平垫圈",
        "不锈钢管",
        "电缆",
        "轴承",
        "密封圈",
        "扳手",
        "钻头",
        "砂轮片",
        "球阀",
        "法兰",
        "角铁",
    ]
    makes = ["", "镀锌", "304", "加厚", "国标", "德式", "高强度"]
    seen, rows = set(), []
    while len(seen) < entities:
        one = (
            lot.choice(makes) + lot.choice(nouns),
            f"M{lot.randrange(3, 40)}*{lot.randrange(1, 60) * 5}",
            lot.choice(["个", "kg"]),
        )
        if one not in seen:
            seen.add(one)
            rows.append({"entity": len(rows), "name": one[0], "specification": one[1], "unit": one[2]})
    for n in lot.choices(range(len(rows)), k=entities // 9):
        one = rows[n]
        spec = lot.choice(
            [
                one["specification"].replace("*", "×"),
                one["specification"].replace("*", "X").lower(),
                one["specification"] + " ",
            ]
        )
        unit = {"个": lot.choice(["个", "只", "PCS"]), "kg": lot.choice(["kg", "公斤", "KG"])}[one["unit"]]
        together = lot.random() < 0.3
        rows.append(
            {
                "entity": n,
                "name": one["name"] + (f" {spec}" if together else ""),
                "specification": "" if together else spec,
                "unit": unit,
            }
        )
    return _numbered(lot, rows, "I")


def _numbered(lot: random.Random, rows: list[dict], sign: str) -> tuple[pl.DataFrame, set[tuple[str, str]]]:
    lot.shuffle(rows)
    frame = pl.DataFrame(rows).with_columns(code=pl.format(sign + "{}", pl.int_range(1, pl.len() + 1)))
    same = (
        frame.select("entity", "code")
        .join(frame.select("entity", other="code"), on="entity")
        .filter(pl.col("code") != pl.col("other"))
    )
    truth = {tuple(sorted(pair)) for pair in same.select("code", "other").iter_rows()}
    return frame.drop("entity"), truth
