"""Keys by which names are compared: width, case, script, signs and legal form laid aside."""

import re
import unicodedata

from pipelines.intake.parsers.kinds import INVISIBLE, Options, Read, is_null
from pipelines.intake.parsers.variants import simplified

NO_SIGN = re.compile(r"[^0-9A-Z\u3400-\u9fff]+")
# A branch keeps its word: without it every branch would have the key of its head office.
LEGAL_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|(?<!分)(?<!子)公司)")
BETWEEN_FIGURES = re.compile(r"(?<=\d)\s*[*×xX✕╳]\s*(?=\d)")


def match_key(text: str, kind: str, options: Options) -> Read:
    """Read the key under which a company's name is compared with others; it is never shown or stored as the name."""
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = simplified(INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper())
    if is_null(plain.strip(), options):
        return None, ""
    whole = NO_SIGN.sub("", plain)
    key = LEGAL_FORM.sub("", whole) or whole
    return (key, "") if key else (None, "E_NAME_INVALID")


def spec_key(text: str) -> str:
    """Return a specification as it is compared: M8*20, M8×20 and m8 x 20 are one."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return re.sub(r"\s+", "", BETWEEN_FIGURES.sub("X", plain)).upper()
