"""Chinese numerals read strictly: what could mean two numbers is refused, never guessed."""

import re
from decimal import Decimal

DIGITS = {
    sign: value
    for value, signs in enumerate(
        ("零〇○", "一壹弌", "二贰贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
GROUPS = {"亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4}
NUMERAL = re.compile(f"[{''.join(DIGITS)}{''.join(PLACES)}{''.join(GROUPS)}]+")


class Ambiguous(ValueError):
    """The numeral can be read as two numbers."""


def whole_number(text: str) -> int:
    """Return the number a Chinese numeral stands for; Ambiguous for 一万五, ValueError when it is none."""
    if not text or not NUMERAL.fullmatch(text):
        raise ValueError(text)
    if len(text) > 1 and all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))
    for sign in ("亿", "億", "万", "萬"):
        head, found, tail = text.partition(sign)
        if found:
            if not head:
                raise ValueError(text)
            return whole_number(head) * GROUPS[sign] + (_tail(tail, GROUPS[sign]) if tail else 0)
    return _section(text)


def _tail(text: str, group: int) -> int:
    value = whole_number(text)
    if len(text) == 1 or (text[0] in DIGITS and DIGITS[text[0]] and value < group // 10 and text[1:2] not in PLACES):
        raise Ambiguous(text)
    return value


def _section(text: str) -> int:
    total, digit, last_place, gap = 0, None, 10_000, False
    for sign in text:
        if sign in DIGITS:
            if digit is not None and digit != 0:
                raise ValueError(text)
            digit, gap = DIGITS[sign], gap or DIGITS[sign] == 0
            continue
        place = PLACES[sign]
        if digit is None and not (place == 10 and total == 0):
            raise ValueError(text)
        if place >= last_place:
            raise ValueError(text)
        total, last_place, digit, gap = total + (digit or 1) * place, place, None, False
    if digit:
        if total and last_place > 10 and not gap:
            raise Ambiguous(text)
        total += digit
    return total


def money_in_words(text: str) -> Decimal:
    """Return an amount written in words such as 壹万贰仟元陆角柒分; ValueError when it is none."""
    match = re.fullmatch(
        r"(?:(?P<yuan>[^元圆圓角分整正]+)[元圆圓])?(?:零?(?P<jiao>[^元角分整正]+)角)?(?:零?(?P<fen>[^元角分整正]+)分)?[整正]?",
        text,
    )
    if not match or not any(match.groups()):
        return Decimal(whole_number(text.rstrip("整正")))
    yuan = whole_number(match["yuan"]) if match["yuan"] else 0
    return Decimal(yuan) + _part(match["jiao"], "0.1") + _part(match["fen"], "0.01")


def _part(text: str | None, worth: str) -> Decimal:
    if not text:
        return Decimal(0)
    value = whole_number(text)
    if value > 9:
        raise ValueError(text)
    return value * Decimal(worth)
