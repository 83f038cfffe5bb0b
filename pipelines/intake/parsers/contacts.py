"""Telephone numbers and mail addresses in one international form."""

import re

from pipelines.intake.parsers.kinds import SCIENTIFIC, Options, Read, folded, is_null

MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
AREA = r"(?:0(?:10|2\d|[3-9]\d{2}))"
LINE = re.compile(rf"(?:\+?86)?({AREA})(\d{{7,8}})")
BY_CALL = re.compile(r"([48]00)(\d{7})")
EXTENSION = re.compile(r"(?:转|分机|ext\.?|x)(\d{1,6})$", re.IGNORECASE)
ABROAD = re.compile(r"(852|853)(\d{8})|(886)(\d{8,9})")


def phone(text: str, kind: str, options: Options) -> Read:
    """Read one or several numbers, joined by |, as E.164 with ;ext= for extensions.

    Options: area (code assumed when missing), style: national for 13812345678 and 0571-88886666-801.
    """
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = re.sub(r"\.0$", "", folded(text))
    if is_null(plain, options):
        return None, ""
    if "*" in plain:
        return None, "E_MASKED"
    if SCIENTIFIC.fullmatch(plain):
        return _scientific(plain)
    plain = re.sub(r"\([^()\d]*\)", "", plain).strip()
    found, named = re.subn(r"^[\u3400-\u9fff]+[::]?(?=[\d(+])", "", plain)
    parts = _split(found)
    numbers = [_one(part, options) for part in parts]
    bad = next((code for number, code in numbers if number is None), "")
    if bad:
        return None, bad
    code = "W_PHONE_SPLIT" if len(parts) > 1 else "W_PHONE_TEXT" if named else numbers[0][1]
    return "|".join(number for number, _ in numbers if number), code


def _scientific(text: str) -> Read:
    mantissa, _, power = text.upper().partition("E")
    digits = mantissa.replace(".", "")
    if len(digits) == int(power) + 1 and MOBILE.fullmatch(digits):
        return f"+86{digits}", "W_SCIENTIFIC"
    return None, "E_PRECISION_LOST"


def _split(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[/、,;,;|]", text) if part.strip()]
    if len(parts) == 1:
        words = text.split()
        if len(words) > 1 and all(_one(word, {})[0] for word in words):
            return words
    return parts or [text]


def _one(text: str, options: Options) -> tuple[str | None, str]:
    extension = EXTENSION.search(text)
    body = text[: extension.start()] if extension else text
    tail = re.fullmatch(rf"(\(?{AREA}\)?[\s\-]?\d{{7,8}})-(\d{{1,6}})", body.strip())
    ending = extension[1] if extension else tail[2] if tail else ""
    digits = re.sub(r"[\s\-()]", "", tail[1] if tail else body)
    digits = re.sub(r"^00(?=\d)", "+", digits)
    national = options.get("style") == "national"
    if match := MOBILE.fullmatch(digits):
        return match[1] if national else f"+86{match[1]}", ""
    if match := LINE.fullmatch(digits):
        return _line(match[1], match[2], ending, national=national), ""
    if match := BY_CALL.fullmatch(digits):
        return match[0] if national else f"+86{match[0]}", ""
    if match := ABROAD.fullmatch(digits.lstrip("+")):
        return f"+{match[0]}", "W_PHONE_INTL_INFERRED"
    if re.fullmatch(r"[2-9]\d{6,7}", digits):
        area = str(options.get("area", ""))
        return (_line(area, digits, ending, national=national), "W_AREA_ASSUMED") if area else (None, "E_PHONE_NO_AREA")
    return None, "E_PHONE_INVALID"


def _line(area: str, number: str, ending: str, *, national: bool) -> str:
    if national:
        return "-".join(part for part in (area, number, ending) if part)
    return f"+86{area.lstrip('0')}{number}" + (f";ext={ending}" if ending else "")


def email(text: str, kind: str, options: Options) -> Read:
    """Read a mail address in lower case; full stops and commas of a Chinese keyboard are repaired with a warning."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = folded(text).lower()
    if is_null(plain, options):
        return None, ""
    repaired = re.sub(r"[。,、]", ".", plain)
    if not re.fullmatch(r"[\w.+\-]+@[\w\-]+(\.[\w\-]+)+", repaired):
        return None, "E_EMAIL"
    return repaired, "W_EMAIL_REPAIRED" if repaired != plain else ""
