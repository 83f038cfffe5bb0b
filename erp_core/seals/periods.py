"""The seal of a closed period: a root reckoned from what was posted in it alone, and a code that can be read out.

The root is the SHA-256 of these lines, each ended by a line feed:

    erp-period 1
    <version of the forms> TAB <SHA-256 of the forms>
    <period>
    <table> TAB <rows> TAB <SHA-256 of the rows>     for stock_move, stock_value, voucher, voucher_line

The seal is the SHA-256 of "erp-close 1", the seal of the last act before the close, and the root, a line each. The code
is its first 80 bits in Crockford's base 32, four by four.
"""

from __future__ import annotations

import polars as pl

from erp_core.foundation import canon
from erp_core.foundation.canon import Forms
from erp_core.foundation.session import Session
from erp_core.seals import rows

TABLES = ("stock_move", "stock_value", "voucher", "voucher_line")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_BITS, _GROUP = 80, 4


def root_of(version: int, forms: Forms, period: str, parts: dict[str, tuple[int, bytes]]) -> str:
    """The root of a period from the rows of its four tables: how many, and their canonical bytes."""
    lines = [f"erp-period 1\n{version}\t{canon.forms_digest(forms)}\n{period}\n"]
    lines += [f"{table}\t{parts[table][0]}\t{canon.digest(parts[table][1])}\n" for table in TABLES]
    return canon.digest("".join(lines).encode())


def seal_of(previous: str, root: str) -> str:
    """The seal of a period: its root tied to the chain before it."""
    return canon.digest(f"erp-close 1\n{previous}\n{root}\n".encode())


def code_of(seal: str) -> str:
    """A seal in short, such as 7Q2M-91XK-0B4T-HWZA."""
    number = int(seal, 16) >> (len(seal) * 4 - _CODE_BITS)
    digits = "".join(_DIGITS[number >> shift & 31] for shift in range(_CODE_BITS - 5, -1, -5))
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def read_code(code: str) -> str:
    """A code as somebody typed it, brought to the form of code_of: O is 0, I and L are 1, dashes do not matter."""
    plain = code.upper().translate(str.maketrans("OIL", "011", " -"))
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def keep(session: Session, period: str, version: int) -> str:
    """Seal a period that is being closed, at the end of its act; returns the code."""
    chain, cursor = session.database.chain, session.cursor
    forms = chain.ready(cursor)
    found = {table: rows.of_period(cursor, forms[table], period, session.act_id) for table in TABLES}
    root = root_of(chain.version, forms, period, found)
    seal = seal_of(chain.head(cursor), root)
    counted = (("vouchers", "voucher"), ("lines", "voucher_line"), ("moves", "stock_move"))
    counts = {name: found[table][0] for name, table in counted}
    row = {"period": period, "version": version, "root": root, "seal": seal, "code": code_of(seal)}
    session.insert("period_seal", pl.DataFrame([{**row, **counts, "act_id": session.act_id}]))
    return row["code"]
