"""Quantities and units of measure as stores write them: 10箱, 5箱3瓶, 2打, 500克."""

import re
from decimal import Decimal

from pipelines.intake.parsers.kinds import Options, Read, folded, is_null
from pipelines.intake.parsers.numbers import number
from pipelines.intake.parsers.numerals import whole_number

ALIASES = {
    "公斤": "kg", "千克": "kg", "kgs": "kg", "克": "g", "吨": "t", "平方": "m2", "平方米": "m2", "平米": "m2",
    "立方": "m3", "立方米": "m3", "米": "m", "厘米": "cm", "毫米": "mm", "升": "l", "毫升": "ml",
    "pcs": "个", "pc": "个", "ea": "个", "set": "套", "box": "箱",
}  # fmt: skip
KNOWN = frozenset("个只件箱盒包袋瓶桶罐支条根把张块片卷套台部辆双对打捆组副粒枚板盘本册令节份米尺吨斤") | {
    "kg",
    "g",
    "t",
    "m",
    "m2",
    "m3",
    "cm",
    "mm",
    "l",
    "ml",
    "市斤",
}
WEIGHTS = {"kg": Decimal(1000), "g": Decimal(1), "t": Decimal(1_000_000), "斤": Decimal(500), "市斤": Decimal(500)}
COUNTED = frozenset("个只件箱盒包袋瓶桶罐支条根把张块片卷套台部辆双对打捆组副粒枚板盘本册")
PART = re.compile(
    r"(?P<number>[\d.,]+|半|[零一二两三四五六七八九十百千万]+)(?P<unit>[^\d.,半一二两三四五六七八九十百千万*/]+)"
)


def unit(text: str, kind: str, options: Options) -> Read:
    """Read a unit of measure by its usual name; an unknown one is refused, since quantities depend on it."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = folded(text).strip("()").strip()
    if is_null(plain, options):
        return None, "E_UNIT_MISSING" if options.get("required") else ""
    if "/" in plain or "*" in plain:
        return None, "E_UNIT_IS_SPEC"
    name = unit_name(plain)
    if name in KNOWN or name in options.get("known", ()):
        return name, ""
    return None, "E_UNIT_UNKNOWN"


def unit_name(text: str) -> str:
    """Return the name under which a unit is kept."""
    return ALIASES.get(text.lower(), text.lower() if text.isascii() else text)


def quantity(text: str, kind: str, options: Options) -> Read:
    """Read a quantity in the base unit, six decimals."""
    value, _, code = quantity_and_unit(text, kind, options)
    if value is not None and value != round(value, 6):
        return round(value, 6), code or "W_ROUNDED"
    return value, code


def quantity_and_unit(text: str, kind: str, options: Options) -> tuple[Decimal | None, str, str]:
    """Return (value, unit, code) of a quantity; options: base (unit), conv (unit -> base units), whole."""
    plain = folded(text)
    if kind != "text":
        value, code = number(text, kind, options)
        return _checked(value, "", code, options)
    if is_null(plain, options):
        return None, "", ""
    if re.search(r"约|左右|若干|大约", plain):
        return None, "", "E_APPROXIMATE"
    if re.search(r"\d\s*[*×xX]\s*\d|/", plain):
        return None, "", "E_UNIT_UNKNOWN"
    value, code = number(plain, "text", options)
    if value is not None:
        return _checked(value, "", code, options)
    parts = list(PART.finditer(plain))
    if not parts or "".join(part[0] for part in parts) != plain:
        return None, "", "E_QTY_INVALID"
    return _summed(parts, options)


def _summed(parts: list[re.Match[str]], options: Options) -> tuple[Decimal | None, str, str]:
    base, code, total, name = options.get("base", ""), "", Decimal(0), ""
    for part in parts:
        name = unit_name(part["unit"].strip())
        if part["number"] == "半":
            value, code = Decimal("0.5"), "W_HALF"
        elif part["number"][0].isdigit():
            value, _ = number(part["number"], "text", {})
        else:
            value = Decimal(whole_number(part["number"]))
        if value is None:
            return None, "", "E_QTY_INVALID"
        ratio = _ratio(name, base, options.get("conv", {})) if base or len(parts) > 1 else Decimal(1)
        if ratio is None:
            return None, "", "E_UNIT_CONFLICT"
        total += value * ratio
    return _checked(total, base or name, code, options)


def _ratio(name: str, base: str, conv: dict[str, Decimal | int | str]) -> Decimal | None:
    if name == base:
        return Decimal(1)
    if name in conv:
        return Decimal(str(conv[name]))
    if name == "打":
        return Decimal(12)
    if name in WEIGHTS and base in WEIGHTS:
        return WEIGHTS[name] / WEIGHTS[base]
    return None


def _checked(value: Decimal | None, name: str, code: str, options: Options) -> tuple[Decimal | None, str, str]:
    if value is None:
        return None, "", code
    counted = name in COUNTED or options.get("base", "") in COUNTED
    if counted and value != value.to_integral_value():
        return None, "", "E_QTY_FRACTION"
    if value < 0 and not options.get("negative"):
        code = code or "W_NEGATIVE_QTY"
    return value, name, code
