"""The goods of the demo company: families of hardware with sizes, makes, prices and how often they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from pipelines.demo.company import SEED, stream

CATEGORIES = (("01", "紧固件"), ("02", "电动工具"), ("03", "水暖"), ("04", "门锁"), ("05", "五金工具"), ("06", "电工"),
              ("07", "劳保"), ("08", "化工辅料"))
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
    grades: tuple[str, ...] = ("",)


def _sizes(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


_M = _sizes("M4×10|M5×16|M6×20|M6×40|M8×25|M8×50|M10×40|M10×80|M12×60|M12×100|M16×80")
_FASTENERS = ("镀锌 4.8级", "发黑 8.8级", "304不锈钢")
FAMILIES = (
    Family("01", "外六角螺栓", "盒", 5, 12, 96, _M, _FASTENERS), Family("01", "内六角螺栓", "盒", 5, 14, 110, _M, _FASTENERS),
    Family("01", "自攻螺丝", "盒", 10, 8, 36, _sizes("ST3.5×16|ST3.9×25|ST4.2×32|ST4.8×50"), ("镀锌", "304不锈钢")),
    Family("01", "膨胀螺栓", "盒", 5, 18, 88, _sizes("M6×60|M8×80|M10×100|M12×120"), ("镀锌", "304不锈钢")),
    Family("01", "六角螺母", "公斤", 5, 9, 32, _sizes("M6|M8|M10|M12|M16|M20"), _FASTENERS[::2]),
    Family("01", "平垫圈", "公斤", 5, 8, 30, _sizes("M6|M8|M10|M12|M16"), _FASTENERS[::2]),
    Family("01", "全螺纹丝杆", "根", 10, 6, 58, _sizes("M8×1m|M10×1m|M12×1m|M16×1m|M20×1m"), ("镀锌", "304不锈钢")),
    Family("01", "钻尾螺丝", "盒", 10, 15, 62, _sizes("4.2×16|4.8×25|5.5×38|5.5×63")),
    Family("01", "抽芯铆钉", "盒", 10, 11, 34, _sizes("3.2×8|4×10|4.8×13"), ("铝", "不锈钢")),
    Family("02", "冲击钻", "台", 1, 138, 365, _sizes("13mm 650W|13mm 850W|16mm 1050W")),
    Family("02", "角磨机", "台", 1, 118, 420, _sizes("100mm 850W|125mm 1100W|150mm 1400W|230mm 2200W")),
    Family("02", "电锤", "台", 1, 260, 780, _sizes("20mm 620W|26mm 880W|28mm 1050W|32mm 1500W")),
    Family("02", "锂电起子机", "台", 1, 165, 620, _sizes("12V 双电|16V 双电|20V 无刷")),
    Family("02", "曲线锯", "台", 1, 150, 310, _sizes("65mm 570W|85mm 750W")),
    Family("02", "手提电圆锯", "台", 1, 220, 460, _sizes("185mm 1200W|235mm 1800W")),
    Family("02", "型材切割机", "台", 1, 420, 880, _sizes("355mm 2200W|405mm 3000W")),
    Family("02", "电镐", "台", 1, 480, 1280, _sizes("15型 1500W|35型 2000W|65型 2400W")),
    Family("02", "热风枪", "台", 1, 78, 168, _sizes("1600W|2000W")),
    Family("03", "PPR热水管", "根", 10, 14, 92, _sizes("DN20×4m|DN25×4m|DN32×4m|DN40×4m|DN50×4m")),
    Family("03", "PPR弯头", "个", 50, 2, 16, _sizes("DN20|DN25|DN32|DN40|DN50"), ("90°", "45°")),
    Family("03", "铜球阀", "个", 10, 16, 138, _sizes("DN15|DN20|DN25|DN32|DN40|DN50")),
    Family("03", "角阀", "只", 20, 9, 28, _sizes("4分 冷|4分 热|4分 三通")),
    Family("03", "单冷水龙头", "只", 10, 18, 66, _sizes("4分 快开|4分 加长|6分"), ("黄铜", "304不锈钢")),
    Family("03", "冷热混水龙头", "套", 5, 68, 210, _sizes("面盆|厨房 抽拉|淋浴")),
    Family("03", "不锈钢编织软管", "根", 20, 5, 19, _sizes("30cm|40cm|60cm|100cm")),
    Family("03", "地漏", "只", 10, 12, 58, _sizes("100×100|110×110|50管"), ("铜", "不锈钢")),
    Family("03", "生料带", "盒", 5, 12, 22, _sizes("12mm×10m|20mm×15m")),
    Family("04", "球形门锁", "把", 5, 24, 58, _sizes("钥匙|浴室|通道")),
    Family("04", "执手锁", "套", 2, 62, 188, _sizes("50锁体|58锁体 静音|72锁体"), ("古铜", "哑黑")),
    Family("04", "挂锁", "把", 10, 8, 46, _sizes("32mm|40mm|50mm|63mm"), ("铜", "叶片")),
    Family("04", "智能门锁", "套", 1, 520, 1480, _sizes("半自动 指纹|全自动 可视")),
    Family("04", "锁芯", "只", 5, 22, 96, _sizes("70mm 双开|80mm 双开|80mm C级")),
    Family("04", "不锈钢合页", "副", 20, 7, 26, _sizes("4寸×3×2.5|4寸×3×3|5寸×3×3")),
    Family("04", "闭门器", "只", 2, 48, 165, _sizes("45kg|65kg|85kg")),
    Family("04", "门吸", "只", 20, 5, 18, _sizes("墙吸|地吸 磁力")),
    Family("05", "活动扳手", "把", 5, 16, 78, _sizes("6寸|8寸|10寸|12寸|15寸")),
    Family("05", "两用扳手", "把", 10, 6, 38, _sizes("8mm|10mm|13mm|14mm|17mm|19mm|24mm")),
    Family("05", "钢丝钳", "把", 5, 18, 42, _sizes("6寸|7寸|8寸")), Family("05", "尖嘴钳", "把", 5, 16, 34, _sizes("6寸|8寸")),
    Family("05", "螺丝刀", "把", 10, 5, 19, _sizes("3×75|5×100|6×150|8×200"), ("一字", "十字")),
    Family("05", "卷尺", "把", 10, 7, 29, _sizes("3m|5m|7.5m|10m")), Family("05", "羊角锤", "把", 5, 18, 46, _sizes("0.25kg|0.5kg|0.75kg")),
    Family("05", "套筒组套", "套", 1, 88, 465, _sizes("10件|32件|46件|121件")),
    Family("05", "钢锯架", "把", 5, 14, 36, _sizes("调节式|铝合金")), Family("05", "水平尺", "把", 5, 22, 96, _sizes("400mm|600mm|1000mm")),
    Family("05", "美工刀", "把", 20, 4, 14, _sizes("18mm|25mm")),
    Family("06", "BV铜芯电线", "卷", 2, 98, 560, _sizes("1.5平方 100m|2.5平方 100m|4平方 100m|6平方 100m"), ("红", "蓝", "双色")),
    Family("06", "小型断路器", "只", 10, 9, 68, _sizes("1P 16A|1P 32A|2P 40A|2P 63A|漏保 2P 63A")),
    Family("06", "五孔插座", "只", 20, 6, 24, _sizes("10A 白|10A 金|带USB")), Family("06", "开关面板", "只", 20, 5, 22, _sizes("一开单控|二开双控|三开双控")),
    Family("06", "LED球泡", "只", 50, 3, 21, _sizes("5W|9W|15W|30W"), ("白光", "暖光")),
    Family("06", "PVC线管", "根", 50, 3, 11, _sizes("φ16×3m|φ20×3m|φ25×3m")), Family("06", "电工胶带", "筒", 5, 14, 32, _sizes("黑 20m|彩 20m")),
    Family("06", "配电箱", "只", 1, 38, 188, _sizes("8回路|12回路|20回路")), Family("06", "六类网线", "箱", 1, 268, 420, _sizes("305m 无氧铜|305m 屏蔽")),
    Family("07", "劳保手套", "打", 10, 12, 42, _sizes("线手套|涂胶|丁腈")), Family("07", "安全帽", "顶", 10, 9, 36, _sizes("V型|盔式"), ("红", "黄", "白")),
    Family("07", "护目镜", "副", 10, 6, 28, _sizes("透明|防雾")), Family("07", "反光背心", "件", 10, 8, 26, _sizes("网格|加厚")),
    Family("08", "中性玻璃胶", "支", 24, 7, 22, _sizes("300ml 透明|300ml 白|300ml 黑")), Family("08", "发泡胶", "支", 15, 13, 26, _sizes("750ml|900ml")),
    Family("08", "切割片", "片", 50, 2, 19, _sizes("107mm|125mm|355mm")), Family("08", "麻花钻头", "支", 20, 2, 36, _sizes("3mm|5mm|8mm|10mm|13mm")),
    Family("08", "冲击钻头", "支", 10, 4, 28, _sizes("6×110|8×160|10×160|14×260")), Family("08", "碳钢焊条", "公斤", 20, 6, 14, _sizes("2.5mm|3.2mm|4.0mm")),
    Family("08", "防锈漆", "桶", 4, 36, 148, _sizes("3kg|10kg"), ("铁红", "灰")),
)


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
    variants = [(family, size, grade, make) for family in FAMILIES
                for size, grade, make in product(family.sizes, family.grades, MAKES)]
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


def _item(family: Family, size: str, grade: str, make: str, number: int, rank: float, draw) -> Item:
    step = family.sizes.index(size) / max(1, len(family.sizes) - 1)
    cost = family.cheapest * (family.dearest / family.cheapest) ** step
    cost *= (1 + 0.28 * family.grades.index(grade)) * draw.uniform(0.88, 1.14)
    cost_fen = max(150, round(cost * 100))
    markup = draw.uniform(1.27, 1.46)
    # The last eighth of the range hardly moves: the slow movers an owner wants to see.
    weight = 0.004 if rank > 0.88 else (rank + 0.015) ** -0.95
    return Item(
        code=f"{family.category}-{number:04d}", name=f"{make}{family.name}", specification=f"{size} {grade}".strip(),
        category=family.category, unit=family.unit, pack=family.pack,
        cost_method=COST_METHODS.get(family.category, "month_average"), cost_fen=cost_fen,
        price_fen=_round_price(cost_fen * markup), weight=weight, lead_days=draw.choice((3, 4, 5, 5, 7, 7, 10, 14)),
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
