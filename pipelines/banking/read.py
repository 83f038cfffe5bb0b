"""Read a bank's file, whatever its bytes are, and load it by one verb."""

from pathlib import Path
from typing import Any

from pipelines.banking import messages, tables
from pipelines.banking.errors import NotAStatement, StatementOfAnother
from pipelines.banking.statement import Statement
from pipelines.intake import errors as intake_errors
from pipelines.intake.read import read_file, sha256

# What a file begins with tells an image from a table, whatever it is called.
OTHERS = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"),
    (b"%PDF", "PDF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"{\\rtf", "RTF"),
)  # fmt: skip
SIZE_LIMIT = 50 << 20


def read_statement(path: Path) -> Statement:
    """Return the statement in a file: MT940, camt.053, or a table as text, .xls, .xlsx or HTML; refuse the rest."""
    if path.is_file() and path.stat().st_size > SIZE_LIMIT:
        raise intake_errors.WorkbookTooLarge(file=path.name, size=path.stat().st_size >> 20, limit=SIZE_LIMIT >> 20)
    content = path.read_bytes() if path.is_file() else b""
    for sign, kind in OTHERS:
        if content.startswith(sign):
            raise NotAStatement(file=path.name, kind=kind)
    if messages.is_mt940(content):
        return messages.read_mt940(content, path.name)
    if messages.is_camt(content):
        return messages.read_camt(content, path.name)
    return tables.read_table(read_file(path))


def load(books: Any, path: Path, *, bank_account: str, file: str = "") -> dict[str, Any]:
    """Load a file into the books as the statement of a bank account, or refuse it whole.

    Returns the counts of banking.statement.load, the layout, and passed_over: rows that were no lines, by reason.
    """
    given, over = prepare(books, path, bank_account=bank_account, file=file)
    told = books.call("banking.statement.load", **given)
    return told | {"layout": given["layout"], "passed_over": over}


def prepare(books: Any, path: Path, *, bank_account: str, file: str = "") -> tuple[dict[str, Any], dict[str, int]]:
    """Return what banking.statement.load takes of a file, and how many rows were no lines, by reason."""
    statement = read_statement(path)
    name = file or path.name
    _refuse_another(books, statement, bank_account, name)
    over: dict[str, int] = {}
    for _, why in statement.passed_over:
        over[why] = over.get(why, 0) + 1
    given = {"bank_account": bank_account, "lines": statement.lines, "file": name, "file_hash": sha256(path)}
    return given | {"layout": statement.layout}, over


def _refuse_another(books: Any, statement: Statement, code: str, file: str) -> None:
    """Refuse the statement of another account, where both sides say their number."""
    known = books.report("bank_accounts").filter(code=code)
    number = "".join(filter(str.isalnum, (known["number"][0] or "") if known.height else ""))
    found = "".join(filter(str.isalnum, statement.number))
    if number and found and not (found.endswith(number) or number.endswith(found)):
        raise StatementOfAnother(file=file, found=statement.number, code=code, number=number)
