"""Codes and identifiers: what was lost to a spreadsheet's number cells is said, never made up."""

import re

from stdnum.cn import ric
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.luhn import is_valid as luhn

from pipelines.intake.parsers.kinds import SCIENTIFIC, Options, Read, folded, is_null, too_long_for_a_number

DASHES = re.compile(r"[−–—－―]")
TRICK = re.compile(r'="(.*)"')
DEBIT = {"借", "借方", "dr", "d", "j", "debit"}
CREDIT = {"贷", "贷方", "cr", "c", "credit"}
EVEN = {"平", "0"}


def code(text: str, kind: str, options: Options) -> Read:
    """Read a code as text.

    Options: digits (pad numbers), numeric (numbers are usual), wide (Chinese and blanks allowed), upper.
    """
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if kind == "date":
        return None, "E_CODE_BECAME_DATE"
    if kind == "number":
        return _number_code(text, options)
    trick = TRICK.fullmatch(text.strip())
    plain = DASHES.sub("-", folded(trick[1] if trick else text))
    if is_null(plain, options):
        return None, ""
    if SCIENTIFIC.fullmatch(plain) and ("." in plain or "+" in plain):
        return None, "E_CODE_SCIENTIFIC"
    if re.fullmatch(r"\d+\.0", plain):
        return plain[:-2], "" if options.get("numeric") else "W_CODE_FLOAT_TEXT"
    if options.get("wide"):
        plain = " ".join(plain.split())
        return plain.upper() if options.get("upper") else plain, ""
    plain = re.sub(r"\s+", "", plain).upper()
    if re.search(r"[\u3400-\u9fff]", plain):
        return None, "E_CODE_CHARS"
    return plain, "W_LOOKALIKE_CHARS" if re.fullmatch(r"[OI]\d+|\d+[OI]\d*", plain) and not options.get(
        "numeric"
    ) else ""


def _number_code(text: str, options: Options) -> Read:
    if too_long_for_a_number(text):
        return None, "E_PRECISION_LOST"
    if options.get("scientific_guard") or (re.fullmatch(r"[1-9]0{5,}", text) and not options.get("numeric")):
        return None, "E_CODE_SCIENTIFIC"
    if "." in text or text.startswith("-"):
        return None, "E_CODE_CHARS"
    if options.get("digits"):
        return text.zfill(int(options["digits"])), ""
    return text, "" if options.get("numeric") else "W_CODE_WAS_NUMBER"


def account_code(text: str, kind: str, options: Options) -> Read:
    """Read an account code without separators; its length must fit the scheme (4-2-2-2 unless the layout says else).

    Option levels: keep (levels as they are) or a scheme such as 4-2-2-2.
    """
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = DASHES.sub("-", folded(text))
    if is_null(plain, options):
        return None, ""
    if kind == "number" and "." in plain:
        return None, "E_ACCOUNT_AMBIGUOUS"
    if not re.fullmatch(r"\d+([.\-\\/]\d+)*", plain):
        return None, "E_ACCOUNT_FORMAT"
    if plain[0] not in "123456":
        return None, "E_ACCOUNT_CLASS"
    parts = re.split(r"[.\-\\/]", plain)
    joined = "".join(parts)
    if options.get("levels") == "keep":
        return joined, ""
    scheme = [int(size) for size in str(options.get("scheme", "4-2-2-2")).split("-")]
    lengths = {sum(scheme[:level]) for level in range(1, len(scheme) + 1)}
    return (joined, "") if len(joined) in lengths else (None, "E_ACCOUNT_LENGTH")


def direction(text: str, kind: str, options: Options) -> Read:
    """Read a side: D, C, or 0 for a balanced account."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = folded(text).lower()
    if plain in EVEN:
        return "0", ""
    if is_null(plain, options):
        return None, ""
    if plain in DEBIT:
        return "D", ""
    return ("C", "") if plain in CREDIT else (None, "E_DIRECTION_UNKNOWN")


def uscc(text: str, kind: str, options: Options) -> Read:
    """Read a unified social credit code, verified by its check character. Option strict: no old numbers of 15."""
    plain = re.sub(r"[\s\-]", "", folded(text)).upper()
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if is_null(plain, options):
        return None, ""
    if SCIENTIFIC.fullmatch(plain) or (kind == "number" and too_long_for_a_number(text)):
        return None, "E_PRECISION_LOST"
    if re.fullmatch(r"\d{15}", plain) and not options.get("strict"):
        return plain, "W_LEGACY_15_DIGIT"
    if len(plain) != 18:
        return None, "E_USCC_LENGTH"
    if credit_code.is_valid(plain):
        return plain, ""
    likely = plain.replace("O", "0").replace("I", "1")
    return None, "E_USCC_LOOKALIKE" if likely != plain and credit_code.is_valid(likely) else "E_USCC_CHECKSUM"


def id_card(text: str, kind: str, options: Options) -> Read:
    """Read a resident identity number of 18 signs; the old 15 are brought to 18."""
    plain = re.sub(r"\s", "", folded(text)).upper()
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if is_null(plain, options):
        return None, ""
    if SCIENTIFIC.fullmatch(plain) or (kind == "number" and too_long_for_a_number(text)):
        return None, "E_PRECISION_LOST"
    if re.fullmatch(r"\d{15}", plain):
        longer = plain[:6] + "19" + plain[6:]
        return longer + ric.calc_check_digit(longer + "0"), "W_ID_15_UPGRADED"
    try:
        return ric.validate(plain), ""
    except InvalidChecksum:
        return None, "E_ID_CHECKSUM"
    except ValidationError:
        return None, "E_ID_CHECKSUM" if len(plain) == 18 else "E_ID_LENGTH"


def bank_account(text: str, kind: str, options: Options) -> Read:
    """Read a bank account number as digits; Luhn is a warning and only for personal cards."""
    plain = re.sub(r"[\s\-]", "", folded(text))
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    if is_null(plain, options):
        return None, ""
    if SCIENTIFIC.fullmatch(plain) or (kind == "number" and too_long_for_a_number(text)):
        return None, "E_PRECISION_LOST"
    if re.search(r"[^\d]", plain):
        return None, "E_MIXED_CONTENT"
    if not 6 <= len(plain) <= 32:
        return None, "E_BANK_ACCOUNT_LENGTH"
    personal = options.get("kind") != "corporate" and plain.startswith("62") and 16 <= len(plain) <= 19
    return plain, "W_LUHN" if personal and not luhn(plain) else ""
