"""Days, moments and accounting periods; a date that could be two days is refused."""

import re
from datetime import date, datetime, timedelta

from pipelines.intake.parsers.kinds import Options, Read, folded, is_null
from pipelines.intake.parsers.numerals import DIGITS

FIRST = date(1950, 1, 1)
LAST = date(2099, 12, 31)
PIVOT = 70
WEEKDAY = re.compile(r"\s*\(?(星期|周|礼拜)[一二三四五六日天]\)?$")
CLOCK = re.compile(r"[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$")


def day(text: str, kind: str, options: Options) -> Read:
    """Read a date. Options: order (dmy, mdy), default_year, calendar (roc), epoch (1904), latest (ISO date)."""
    value, code = moment(text, kind, options)
    if value is None:
        return None, code
    if value.time() != datetime.min.time():
        return value.date(), code or "W_TIME_DROPPED"
    return value.date(), code


def moment(text: str, kind: str, options: Options) -> Read:
    """Read a date with its time of day, if any."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if kind == "bool":
        return None, "E_DATE_INVALID"
    if kind == "date":
        return (
            _checked(datetime.fromisoformat(text), "", options)
            if text[:1].isdigit() and "-" in text
            else _serial(text, options)
        )
    if kind == "number":
        return _number(text, options)
    return _written(text, options)


def _checked(value: datetime, code: str, options: Options) -> Read:
    latest = date.fromisoformat(str(options["latest"])) if "latest" in options else LAST
    if not FIRST <= value.date() <= latest:
        return None, "E_DATE_RANGE"
    return value, code


def _number(text: str, options: Options) -> Read:
    if re.fullmatch(r"(19|20)\d{6}", text):
        return _built(int(text[:4]), int(text[4:6]), int(text[6:]), "", options)
    return _serial(text, options)


def _serial(text: str, options: Options) -> Read:
    days = float(text)
    if days == 0:
        return None, ""
    if str(options.get("epoch", "")) == "1904":
        days += 1462
    if 60 <= days < 61 or days < 1:
        return None, "E_DATE_INVALID"
    if days > 2_958_465:
        return None, "E_DATE_RANGE"
    start = datetime(1899, 12, 30) if days >= 61 else datetime(1899, 12, 31)
    return _checked(start + timedelta(seconds=round(days * 86400)), "", options)


def _written(text: str, options: Options) -> Read:
    plain = folded(text)
    if is_null(plain, options):
        return None, ""
    if "农历" in plain or re.search(r"正月|腊月|初[一二三四五六七八九十]", plain):
        return None, "E_LUNAR_DATE"
    if re.fullmatch(r"1900[-/]0?1[-/]0?0", plain):
        return None, "W_ZERO_DATE"
    if re.match(r"9999[-/.年]12", plain):
        return None, "W_OPEN_ENDED"
    plain, time = _without_clock(WEEKDAY.sub("", plain))
    value, code = _calendar(_figures(plain), options)
    if value is None or time is None:
        return value, code
    return value + time, code


def _without_clock(text: str) -> tuple[str, timedelta | None]:
    found = CLOCK.search(text)
    if not found:
        return text, None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return text[: found.start()].strip(), timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _figures(text: str) -> str:
    """Return Chinese dates in figures: 二〇二三年元月十五日 is 2023年1月15日."""
    text = text.replace("元月", "1月").replace("元年", "1年").replace("○", "〇")
    head, found, tail = text.partition("年")
    if found and head and all(sign in DIGITS for sign in head[-4:]):
        text = "".join(str(DIGITS[sign]) for sign in head) + found + tail
    return re.sub(r"([一二三四五六七八九十廿卅]+)(?=[月日号])", lambda match: str(_small(match[1])), text)


def _small(text: str) -> int:
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, found, ones = text.partition("十")
    if not found:
        return DIGITS.get(text, 0) if len(text) == 1 else 0
    return (DIGITS.get(tens, 1) if tens else 1) * 10 + (DIGITS.get(ones, 0) if ones else 0)


def _calendar(text: str, options: Options) -> Read:
    compact = re.sub(r"\s+", "", text)
    roc = re.fullmatch(r"民国(\d{1,3})年(\d{1,2})月(\d{1,2})[日号]?", compact)
    if roc:
        return _built(int(roc[1]) + 1911, int(roc[2]), int(roc[3]), "W_ROC_CALENDAR", options)
    if re.fullmatch(r"(19|20)\d{6}", compact):
        return _built(int(compact[:4]), int(compact[4:6]), int(compact[6:]), "", options)
    if re.fullmatch(r"\d{6}", compact):
        return _built(_century(int(compact[:2])), int(compact[2:4]), int(compact[4:]), "W_TWO_DIGIT_YEAR", options)
    if re.fullmatch(r"[2-6]\d{4}(\.\d+)?", compact):
        value, code = _serial(compact, options)
        return value, code or "W_SERIAL_TEXT"
    if re.search(r"\d[-~至到]+\d{4}[.年/-]", compact) or re.search(r"\.\d{1,2}-\d", compact):
        return None, "E_RANGE"
    parts = re.fullmatch(r"(\d{1,4})[-/.。、年](\d{1,2})[-/.。、月](\d{1,4})[日号]?", compact)
    if parts:
        return _three(parts[1], parts[2], parts[3], options)
    return _partial(compact, options)


def _partial(text: str, options: Options) -> Read:
    short = re.fullmatch(r"(\d{1,2})月(\d{1,2})[日号]", text)
    if short and "default_year" in options:
        return _built(int(options["default_year"]), int(short[1]), int(short[2]), "W_YEAR_ASSUMED", options)
    if short:
        return None, "E_DATE_NO_YEAR"
    if re.fullmatch(r"\d{4}年\d{1,2}月?|\d{4}[-/.]\d{1,2}", text):
        return None, "E_DATE_NO_DAY"
    if re.fullmatch(r"[A-Za-z]{3}-\d{2}", text):
        return None, "E_DATE_AMBIGUOUS"
    return None, "E_DATE_INVALID"


def _three(first: str, second: str, third: str, options: Options) -> Read:
    if len(first) == 4:
        return _built(int(first), int(second), int(third), "", options)
    if options.get("calendar") == "roc" and len(third) <= 2:
        return _built(int(first) + 1911, int(second), int(third), "W_ROC_CALENDAR", options)
    if len(first) <= 2 and len(third) == 4:
        return _year_last(int(first), int(second), int(third), options)
    if len(first) == 2 and len(third) <= 2:
        return _built(_century(int(first)), int(second), int(third), "W_TWO_DIGIT_YEAR", options)
    return None, "E_DATE_INVALID"


def _year_last(first: int, second: int, year: int, options: Options) -> Read:
    order = options.get("order")
    if order == "dmy":
        return _built(year, second, first, "", options)
    if order == "mdy":
        return _built(year, first, second, "", options)
    if first > 12:
        return _built(year, second, first, "W_DMY_INFERRED", options)
    if second > 12:
        return _built(year, first, second, "W_MDY_INFERRED", options)
    return None, "E_DATE_AMBIGUOUS"


def _century(year: int) -> int:
    return year + (1900 if year >= PIVOT else 2000)


def _built(year: int, month: int, day_of_month: int, code: str, options: Options) -> Read:
    try:
        return _checked(datetime(year, month, day_of_month), code, options)
    except ValueError:
        return None, "E_DATE_INVALID"


def period(text: str, kind: str, options: Options) -> Read:
    """Read an accounting period as YYYY-MM; the number 2023.1 is refused, since 2023.10 looks the same."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if kind == "date":
        return text[:7], ""
    plain = re.sub(r"\s+", "", _figures(folded(text)))
    if is_null(plain, options):
        return None, ""
    if kind == "number" and re.fullmatch(r"\d{4}\.\d", plain):
        return None, "E_PERIOD_AMBIGUOUS"
    found = re.fullmatch(r"(\d{4})(?:年|[-/.])?第?(\d{1,2})[月期]?", plain)
    if found and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}", ""
    return None, "E_PERIOD_INVALID"
