"""Names and free text: widths and invisible signs folded, meaning untouched."""

import html
import re
import unicodedata

from pipelines.intake.parsers.kinds import INVISIBLE, Options, Read, is_null, too_long_for_a_number

HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
CJK = r"[\u3400-\u9fff\uf900-\ufaff]"
BETWEEN_CJK = re.compile(rf"(?<={CJK})\s+(?={CJK})")
RADICALS = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff]")
YES = frozenset(["是", "√", "✔", "✓", "启用", "有", "y", "yes", "true", "1", "t", "对", "在用", "正常"])
NO = frozenset(["否", "×", "✗", "✘", "停用", "无", "n", "no", "false", "0", "f", "错", "禁用", "x"])
TITLES = re.compile(rf"{CJK}(总|经理|老板|主任|先生|女士|小姐|师傅)$")
STATUS = re.compile(r"[(（](停用|作废|注销|已注销|暂停)[)）]$|\*+$")


def tidy(text: str) -> str:
    """Return text as it should be shown: half-width letters, no invisible signs, no blanks between Chinese signs."""
    text = html.unescape(re.sub(r"<br\s*/?>", "", text, flags=re.IGNORECASE)).replace("_x000D_", "")
    text = INVISIBLE.sub("", text.translate(HALF))
    text = RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = re.sub(r"\s+", " ", text).strip()
    return BETWEEN_CJK.sub("", text)


def text(value: str, kind: str, options: Options) -> Read:
    """Read free text; garbled text is repaired when that is certain, else refused."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = tidy(value)
    if is_null(plain, options):
        return None, ""
    if kind == "number" and too_long_for_a_number(value):
        return None, "E_PRECISION_LOST"
    if "锟斤拷" in plain or re.fullmatch(r"\?{3,}|\ufffd+", plain):
        return None, "E_MOJIBAKE_LOST"
    repaired = _repaired(plain)
    return (repaired, "W_MOJIBAKE_REPAIRED") if repaired else (plain, "")


def _repaired(text_: str) -> str:
    """Return what the text was before it was read in a wrong encoding, or nothing when it was not."""
    if text_.isascii():
        return ""
    for wrong, right in (("gb18030", "utf-8"), ("latin-1", "gb18030")):
        try:
            guess = text_.encode(wrong).decode(right)
        except UnicodeError:
            continue
        readable = all("\u4e00" <= sign <= "\u9fff" or sign.isascii() for sign in guess) and not guess.isascii()
        if guess != text_ and readable and (wrong == "gb18030" or len(text_) >= 4):
            return guess
    return ""


def company_name(value: str, kind: str, options: Options) -> Read:
    """Read a company's name; a status written into it is taken out with a warning, test data is refused."""
    name, code = text(value, kind, options)
    if code.startswith("E_"):
        return None, code
    if name is None:
        return None, "E_NAME_MISSING" if options.get("required") else ""
    name = name.rstrip("。.,; ") if not name.isascii() else name
    status = STATUS.search(name)
    if status:
        name, code = name[: status.start()].strip(), "W_STATUS_IN_NAME"
    if re.match(r"测试|test\b", name, re.IGNORECASE):
        return None, "E_TEST_DATA"
    if re.fullmatch(r"[\d\W_]+", name):
        return None, "E_NAME_INVALID"
    if name in ("散客", "零售客户", "零散客户", "其他客户", "现金客户"):
        code = code or "W_CATCH_ALL_PARTY"
    return name, code


def person_name(value: str, kind: str, options: Options) -> Read:
    """Read a person's name; traditional characters stay, since the name belongs to the person."""
    name, code = text(value, kind, options)
    if name is None:
        return None, code
    if re.search(r"[/、,]", name):
        return name, "W_TWO_PEOPLE"
    return name, "W_TITLE_NOT_NAME" if TITLES.search(name) and len(name) <= 4 else code


def boolean(value: str, kind: str, options: Options) -> Read:
    """Read a yes or no."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = tidy(value).lower()
    if plain == "":
        return False, "W_BLANK_AS_FALSE"
    if plain in YES:
        return True, ""
    if plain in NO:
        return False, ""
    return (True, "W_LETTER_V") if plain == "v" else (None, "E_BOOL_UNKNOWN")
