"""Amounts, prices, rates and whole numbers from cells; Decimal throughout, rounded once and half up."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from pipelines.intake.parsers.kinds import SCIENTIFIC, Options, Read, folded, is_null, too_long_for_a_number
from pipelines.intake.parsers.numerals import NUMERAL, Ambiguous, money_in_words

DUST = Decimal("1e-9")
SCALES = {
    "": 1,
    "元": 1,
    "千元": 1000,
    "万元": 10_000,
    "万": 10_000,
    "百万元": 1_000_000,
    "亿元": 100_000_000,
    "亿": 100_000_000,
}
FOREIGN = re.compile(
    r"^(usd|us\$|hkd|hk\$|eur|€|jpy|gbp|£|\$|twd|nt\$|krw|aud|cad)|(usd|hkd|eur|jpy|gbp|美元|港币|港元|欧元|日元|英镑)$",
    re.IGNORECASE,
)
OWN = re.compile(r"^(人民币|rmb|cny|¥|￥)", re.IGNORECASE)
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
GROUPED_BY_FOUR = re.compile(r"\d{1,4}(,\d{4})+(\.\d+)?")
EUROPEAN = re.compile(r"\d{1,3}(\.\d{3})+,\d+")
PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")
UNITED = re.compile(r"(\d+(?:\.\d+)?)(亿|万|千|百)")
WORTH = {"亿": 10**8, "万": 10**4, "千": 10**3, "百": 100}


def amount(text: str, kind: str, options: Options) -> Read:
    """Read an amount of money, two decimals, in yuan."""
    value, code = number(text, kind, options)
    return _rounded(value, code, 2)


def price(text: str, kind: str, options: Options) -> Read:
    """Read a price per unit, six decimals, in yuan."""
    value, code = number(text, kind, options)
    return _rounded(value, code, 6)


def whole(text: str, kind: str, options: Options) -> Read:
    """Read a whole number such as days or a count."""
    value, code = number(text, kind, options)
    if value is None:
        return None, code
    if value != value.to_integral_value():
        return None, "E_NOT_WHOLE"
    return int(value), code


def rate(text: str, kind: str, options: Options) -> Read:
    """Read a rate: 13%, 0.13 and 百分之六 are fractions; a bare 13 is taken as per cent, with a warning."""
    plain = folded(text)
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if is_null(plain, options):
        return None, ""
    if plain in ("免税", "零税率", "不征税"):
        return Decimal(0), "W_TAX_EXEMPT_WORD"
    if plain.startswith("百分之"):
        value, code = number(plain[3:], "text", options)
        return (value / 100, code) if value is not None else (None, code)
    if plain.endswith("%"):
        value, code = number(plain[:-1], "text", options)
        return (value / 100, code) if value is not None else (None, "E_NOT_A_NUMBER")
    value, code = number(plain, kind, options)
    if value is None or value < 1:
        return (value, code) if value is None or value >= 0 else (None, "E_RATE_RANGE")
    return (value / 100, "W_PERCENT_ASSUMED") if value <= 100 else (None, "E_RATE_RANGE")


def _rounded(value: Decimal | None, code: str, scale: int) -> Read:
    if value is None:
        return None, code
    if abs(value) >= 10**12:
        return None, "E_NUMBER_RANGE"
    rounded = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    if abs(rounded - value) >= DUST:
        return rounded, code or "W_ROUNDED"
    return rounded, code


def number(text: str, kind: str, options: Options) -> Read:
    """Read any number as an exact Decimal, without rounding."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if kind in ("date", "bool"):
        return None, "E_NOT_A_NUMBER"
    scale = SCALES.get(options.get("unit", ""), 1)
    if kind == "number":
        if too_long_for_a_number(text):
            return None, "E_PRECISION_LOST"
        return _exact(text) * scale, ""
    plain = re.sub(r"[−–—﹣]", "-", folded(text))
    if plain == "-" and options.get("dash_zero"):
        return Decimal(0), ""
    if is_null(plain, options):
        return None, ""
    value, code = _worded(plain)
    return (None, code) if value is None else (value * scale, code)


def _exact(text: str) -> Decimal:
    value = Decimal(text)
    near = value.quantize(Decimal("1e-6"), ROUND_HALF_UP)
    return near if abs(near - value) < DUST else value


def _worded(text: str) -> Read:
    """Read a number from what people write: signs, currencies, units, words."""
    if text.startswith("="):
        return None, "E_FORMULA_TEXT"
    if re.search(r"约|左右|大概|大约|若干|上下", text):
        return None, "E_APPROXIMATE"
    if re.fullmatch(r"[\d.,]+\s*[-~至到]\s*[\d.,]+", text):
        return None, "E_RANGE"
    both = re.fullmatch(r"(?P<words>[^()\d]+)\((?P<figures>[\d.,¥￥]+)\)", text)
    if both:
        return _agreeing(both["words"], both["figures"])
    text, negative, code = _sign(text)
    if FOREIGN.search(text):
        return None, "E_CURRENCY_MISMATCH"
    text = OWN.sub("", text).strip()
    if text.startswith("-"):
        text, negative = text[1:], not negative
    value, found = _unsigned(re.sub(r"(元整|元|圆)$", "", text) if re.search(r"\d", text) else text)
    if value is None:
        return None, found
    return (-value if negative else value), code or found


def _sign(text: str) -> tuple[str, bool, str]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True, ""
    if text[:1] in "△▲":
        return text[1:], True, "W_TRIANGLE_NEGATIVE"
    if text.startswith("红字"):
        return text[2:], True, "W_RED_NEGATIVE"
    if text.startswith("负"):
        return text[1:], True, ""
    if text.endswith("-"):
        return text[:-1], True, ""
    if text[:1] in "+-":
        return text[1:].strip(), text[0] == "-", ""
    return text, False, ""


def _agreeing(words: str, figures: str) -> Read:
    left, _ = _unsigned(OWN.sub("", words))
    right, _ = _unsigned(OWN.sub("", figures))
    if left is None or right is None:
        return None, "E_NOT_A_NUMBER"
    return (right, "") if left == right else (None, "E_WORDS_FIGURES_DIFFER")


def _unsigned(text: str) -> Read:
    if PLAIN.fullmatch(text):
        return Decimal(text), ""
    if re.fullmatch(r"\d{1,3}( \d{3})+(\.\d+)?", text):
        return Decimal(text.replace(" ", "")), ""
    if "," in text and re.fullmatch(r"[\d.,]+", text):
        return _grouped(text)
    if SCIENTIFIC.fullmatch(text):
        return Decimal(text), "W_SCIENTIFIC"
    slang = re.fullmatch(r"(\d+(?:\.\d+)?)([wWkK])", text)
    if slang:
        return Decimal(slang[1]) * (10_000 if slang[2] in "wW" else 1000), "W_SLANG_UNIT"
    if UNITED.match(text):
        return _united(text)
    if NUMERAL.match(text):
        try:
            return money_in_words(text), ""
        except Ambiguous:
            return None, "E_AMBIGUOUS_NUMERAL"
        except (ValueError, InvalidOperation):
            return None, "E_NOT_A_NUMBER"
    return None, "E_NOT_A_NUMBER"


def _grouped(text: str) -> Read:
    if GROUPED.fullmatch(text):
        return Decimal(text.replace(",", "")), ""
    if EUROPEAN.fullmatch(text):
        return None, "E_EUROPEAN_FORMAT"
    if GROUPED_BY_FOUR.fullmatch(text) and text.count(",") > 1:
        return Decimal(text.replace(",", "")), "W_GROUPING_4"
    return None, "E_BAD_GROUPING"


def _united(text: str) -> Read:
    total, at, last = Decimal(0), 0, 10**9
    for part in UNITED.finditer(text):
        worth = WORTH[part[2]]
        if part.start() != at or worth >= last:
            return None, "E_NOT_A_NUMBER"
        total, at, last = total + Decimal(part[1]) * worth, part.end(), worth
    rest = text[at:]
    if not rest:
        return total, ""
    return None, "E_AMBIGUOUS_NUMERAL" if rest.isdigit() else "E_NOT_A_NUMBER"
