"""Statements as messages between machines: MT940 by a library, camt.053 by its few elements that matter here."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree as ET

import mt940

from pipelines.banking.errors import MessageDamaged, StatementCurrency
from pipelines.banking.statement import Statement, frame

OWN = "CNY"
_TAG = re.compile(rb"(?m)^:(?:20|25|28C?|60[FM]):")
_CAMT = re.compile(rb"camt\.05[23]|BkToCstmr(?:Stmt|AcctRpt)")


def is_mt940(content: bytes) -> bool:
    """Return whether the bytes look like an MT940 message: its tags stand at the beginnings of lines."""
    return len(set(_TAG.findall(content[:65_536]))) >= 3


def is_camt(content: bytes) -> bool:
    """Return whether the bytes look like a camt.053 or camt.052 message."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(_CAMT.search(content[:65_536]))


def read_mt940(content: bytes, file: str) -> Statement:
    """Read a message of one account; the closing balance stands on the last line."""
    text = _decoded(content)
    try:
        statements = mt940.parse_statements(text)
        rows = [row for statement in statements for row in _of_statement(statement, file)]
        number = str(
            next((s.data["account_identification"] for s in statements if "account_identification" in s.data), "")
        )
    except (ValueError, RuntimeError, AttributeError, KeyError, InvalidOperation, TypeError) as problem:
        raise MessageDamaged(file=file, kind="MT940", detail=str(problem)[:200]) from problem
    return Statement("mt940", frame([row | {"source_row": at} for at, row in enumerate(rows, 1)]), number)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _of_statement(statement: mt940.models.Transactions, file: str) -> list[dict]:
    closing = statement.data.get("final_closing_balance") or statement.data.get("intermediate_closing_balance")
    if closing is not None and closing.amount.currency != OWN:
        raise StatementCurrency(file=file, currency=closing.amount.currency)
    rows = [_of_line(line.data) for line in statement]
    if rows and closing is not None:
        rows[-1]["balance"] = Decimal(closing.amount.amount)
    return rows


def _of_line(data: dict) -> dict:
    day = data.get("entry_date") or data["date"]
    reference = [data.get("bank_reference") or "", data.get("customer_reference") or ""]
    texts = [data.get("transaction_details") or data.get("purpose") or "", data.get("extra_details") or ""]
    return {
        "posted_on": date(day.year, day.month, day.day),
        "amount": Decimal(data["amount"].amount),
        "balance": None,
        "counterparty": str(data.get("applicant_name") or ""),
        "counter_account": str(data.get("applicant_iban") or ""),
        "summary": " ".join(" ".join(texts).split()),
        "reference": next((one.strip() for one in reference if one.strip() not in ("", "NONREF")), ""),
    }


def read_camt(content: bytes, file: str) -> Statement:
    """Read a camt.053 message: one line per booked entry; a batch stays the one entry that moved the balance."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise MessageDamaged(file=file, kind="camt.053", detail="DOCTYPE")
    try:
        root = ET.fromstring(content)
        rows, over, number = [], [], ""
        for statement in [*_all(root, "Stmt"), *_all(root, "Rpt")]:
            number = number or _text(statement, "Acct", "Id", "IBAN") or _text(statement, "Acct", "Id", "Othr", "Id")
            of_statement = [_of_booking(entry, file) for entry in _all(statement, "Ntry")]
            over += [(at, "not_booked") for at, row in enumerate(of_statement, 1) if row is None]
            booked = [row for row in of_statement if row is not None]
            if booked:
                booked[-1]["balance"] = _closing(statement)
            rows += booked
    except (ET.ParseError, InvalidOperation, ValueError, TypeError) as problem:
        raise MessageDamaged(file=file, kind="camt.053", detail=str(problem)[:200]) from problem
    return Statement("camt", frame([row | {"source_row": at} for at, row in enumerate(rows, 1)]), number, tuple(over))


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in element.iter() if _name(one) == name]


def _child(element: ET.Element | None, *path: str) -> ET.Element | None:
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if _name(one) == name), None)
    return element


def _text(element: ET.Element | None, *path: str) -> str:
    found = _child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def _of_booking(entry: ET.Element, file: str) -> dict | None:
    status = _text(entry, "Sts") or _text(entry, "Sts", "Cd")
    if status not in ("", "BOOK"):
        return None
    amount = _child(entry, "Amt")
    if amount is None:
        raise ValueError("Ntry without Amt")
    if amount.get("Ccy", OWN) != OWN:
        raise StatementCurrency(file=file, currency=amount.get("Ccy"))
    out = _text(entry, "CdtDbtInd") == "DBIT"
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm") or _text(entry, "ValDt", "Dt")
    details = next(iter(_all(entry, "TxDtls")), None)
    other = "Cdtr" if out else "Dbtr"
    party = _child(details, "RltdPties", other)
    account = _child(details, "RltdPties", f"{other}Acct", "Id")
    said = [one.text or "" for one in _all(entry, "Ustrd")] + [_text(entry, "AddtlNtryInf")]
    return {
        "posted_on": date.fromisoformat(day[:10]),
        "amount": Decimal(amount.text) * (-1 if out else 1),
        "balance": None,
        "counterparty": _text(party, "Nm") or _text(party, "Pty", "Nm"),
        "counter_account": _text(account, "IBAN") or _text(account, "Othr", "Id"),
        "summary": " ".join(" ".join(dict.fromkeys(filter(None, said))).split()),
        "reference": _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef") or _text(details, "Refs", "AcctSvcrRef"),
    }


def _closing(statement: ET.Element) -> Decimal | None:
    for balance in _all(statement, "Bal"):
        if _text(balance, "Tp", "CdOrPrtry", "Cd") == "CLBD":
            sign = -1 if _text(balance, "CdtDbtInd") == "DBIT" else 1
            return Decimal(_text(balance, "Amt")) * sign
    return None
