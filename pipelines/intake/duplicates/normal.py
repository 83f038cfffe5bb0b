"""Normal forms by which cards are compared: stem, region, branch and legal form of a name; digits; size of an item."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import polars as pl
from stdnum.cn import uscc

from pipelines.intake.parsers.variants import simplified

PLACES = (
    "北京 上海 天津 重庆 广东 广州 深圳 东莞 佛山 珠海 中山 惠州 浙江 杭州 宁波 "
    "温州 义乌 绍兴 嘉兴 台州 江苏 南京 苏州 无锡 常州 南通 徐州 扬州 山东 济南 "
    "青岛 烟台 潍坊 临沂 湖南 长沙 株洲 湘潭 衡阳 岳阳 常德 湖北 武汉 宜昌 襄阳 "
    "河南 郑州 洛阳 河北 石家庄 唐山 保定 四川 成都 绵阳 福建 福州 厦门 泉州 安徽 "
    "合肥 芜湖 江西 南昌 赣州 辽宁 沈阳 大连 吉林 长春 黑龙江 哈尔滨 陕西 西安 山西 "
    "太原 云南 昆明 贵州 贵阳 广西 南宁 柳州 海南 海口 甘肃 兰州 内蒙古 呼和浩特 "
    "宁夏 银川 青海 西宁 新疆 乌鲁木齐 西藏 拉萨 香港 澳门 台湾"
)
REGIONS = tuple(PLACES.split())
PLACE = re.compile(rf"^({'|'.join(sorted(REGIONS, key=len, reverse=True))})(?:省|市|自治区)?(?!路|街)")
LEGAL = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|责任公司|总公司|(?<!分)公司|集团|个体工商户|经营部|商行|厂部"
    r"|co\.?,?\s*ltd\.?|limited|ltd|inc|llc|corp)"
)
BRANCH = re.compile(
    r"(第?[一二三四五六七八九十\d]{1,3}(?:分公司|分厂|工厂|厂|车间|分店|门店|店|部|项目部)"
    r"|[\u4e00-\u9fff]{0,4}?(?:分公司|分厂|分店|办事处|分部|项目部|营业部))"
)
STATE = re.compile(r"[(\[【](?:停用|作废|已停用|禁用|旧|勿用)[)\]】]|[-_](?:停用|作废|旧)$")
MARKS = re.compile(r"[\W_]+")
SIZE = re.compile(r"\d+(?:\.\d+)?")
UNITS = {
    "個": "个",
    "只": "个",
    "支": "个",
    "pcs": "个",
    "pc": "个",
    "公斤": "kg",
    "千克": "kg",
    "㎏": "kg",
    "公尺": "米",
    "m": "米",
}
AREA = re.compile(r"^(?:0086|86)?(?=1[3-9]\d{9}$|0\d{9,11}$)")


@dataclass(frozen=True)
class Name:
    """A company's name taken apart; every part in normal form."""

    whole: str
    stem: str
    region: str
    branch: str


@cache
def plain(text: str) -> str:
    """Return text half width, simplified and in small letters."""
    return simplified(unicodedata.normalize("NFKC", text)).lower().strip()


def name_of(text: str) -> Name:
    """Return a name's parts: 长沙市宏达商贸有限公司(停用) is stem 宏达商贸 of 长沙, without branch."""
    whole = STATE.sub("", plain(text))
    inner = re.sub(rf"[(](?:{'|'.join(REGIONS)})[)]", "", whole)
    region = next((place for place in REGIONS if f"({place})" in whole), "")
    rest, places = inner, []
    while found := PLACE.match(rest):
        places.append(found[1])
        rest = rest[found.end() :]
        rest = re.sub(r"^[\u4e00-\u9fff]{1,2}[区县](?=[\u4e00-\u9fff]{4})", "", rest)
    found = BRANCH.search(LEGAL.sub("|", rest))
    branch = found[1] if found else ""
    rest = rest.replace(branch, "", 1) if branch else rest
    stem = MARKS.sub("", LEGAL.sub("", rest)) or MARKS.sub("", inner)
    # The city says more than its province.
    return Name(MARKS.sub("", whole), stem, region or (places[-1] if places else ""), branch)


def tax_of(text: str) -> str:
    """Return a unified social credit code whose check digit is right, else nothing; O and I are read as 0 and 1."""
    compact = MARKS.sub("", unicodedata.normalize("NFKC", text)).upper().replace("O", "0").replace("I", "1")
    return compact if uscc.is_valid(compact) else ""


def phone_of(text: str) -> str:
    """Return the digits of a telephone number without country code and extension, else nothing."""
    first = re.split(r"[/,;、转]|ext", unicodedata.normalize("NFKC", text).lower())[0]
    digits = AREA.sub("", re.sub(r"\D", "", first))
    return digits if len(digits) >= 7 else ""


def parties(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what parties are compared by, one row per card in the given order.

    frame: code, name, and optionally uscc, phone, contact, address.
    """
    full = frame.with_columns(
        (pl.col(name) if name in frame.columns else pl.lit("")).cast(pl.String).fill_null("").alias(name)
        for name in ("code", "name", "uscc", "phone", "contact", "address")
    )
    names = [name_of(text) for text in full["name"]]
    return pl.DataFrame({
        "code": full["code"],
        "whole": [name.whole for name in names],
        "stem": [name.stem for name in names],
        "region": [name.region for name in names],
        "branch": [name.branch for name in names],
        "tax": [tax_of(text) for text in full["uscc"]],
        "phone": [phone_of(text) for text in full["phone"]],
        "contact": [MARKS.sub("", plain(text)) for text in full["contact"]],
        "address": [MARKS.sub("", plain(text)) for text in full["address"]],
        "size": [""] * full.height,
        "unit": [""] * full.height,
    })  # fmt: skip


def items(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what items are compared by, in the columns of `parties`; size holds the numbers of name and specification.

    frame: code, name, and optionally specification, unit, barcode.
    """
    full = frame.with_columns(
        (pl.col(name) if name in frame.columns else pl.lit("")).cast(pl.String).fill_null("").alias(name)
        for name in ("code", "name", "specification", "unit", "barcode")
    )
    both = [
        re.sub(r"[x×*✕]", "x", plain(f"{name} {spec}"))
        for name, spec in full.select("name", "specification").iter_rows()
    ]
    both = [STATE.sub("", text) for text in both]
    blank = [""] * full.height
    return pl.DataFrame({
        "code": full["code"],
        "whole": [MARKS.sub("", text) for text in both],
        "stem": [MARKS.sub("", STATE.sub("", plain(name))) for name in full["name"]],
        "region": blank,
        "branch": blank,
        "tax": [MARKS.sub("", text) for text in full["barcode"]],
        "phone": blank,
        "contact": blank,
        "address": blank,
        "size": ["|".join(sorted(str(float(n)) for n in SIZE.findall(text))) for text in both],
        "unit": [UNITS.get(unit, unit) for unit in (plain(text) for text in full["unit"])],
    })  # fmt: skip
