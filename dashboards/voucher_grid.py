"""The grid a voucher is written in: its columns, what is pasted into it, and the lines that come out of it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import polars as pl
from pypinyin import Style, lazy_pinyin

MONEY, QUANTITY = pl.Decimal(18, 2), pl.Decimal(18, 6)
SCHEMA = {
    "summary": pl.String,
    "account": pl.String,
    "debit": MONEY,
    "credit": MONEY,
    "party": pl.String,
    "department": pl.String,
    "employee": pl.String,
    "project": pl.String,
    "item": pl.String,
    "quantity": QUANTITY,
    "price": QUANTITY,
    "currency": pl.String,
    "amount_foreign": MONEY,
    "rate": QUANTITY,
    "side": pl.String,
    "cash_flow": pl.String,
    "reference": pl.String,
    "due_on": pl.Date,
}
GROUPS = {
    "dimensions": ("party", "department", "employee", "project", "item"),
    "quantity": ("quantity", "price", "side"),
    "currency": ("currency", "amount_foreign", "rate", "side"),
    "more": ("cash_flow", "reference", "due_on"),
}
ALWAYS = ("summary", "account", "debit", "credit")
BLANK_ROWS = 4


def columns_of(groups: Sequence[str]) -> list[str]:
    """The columns shown, in the order of the grid, for the groups that are switched on."""
    shown = set(ALWAYS).union(*(GROUPS[group] for group in groups))
    return [name for name in SCHEMA if name in shown]


def groups_in(lines: Iterable[dict[str, Any]]) -> list[str]:
    """The groups that lines need to be seen whole."""
    used = {name for line in lines for name, value in line.items() if value not in (None, "", 0)}
    return [group for group, names in GROUPS.items() if used & set(names) - {"side"}]


def frame_of(lines: Iterable[dict[str, Any]], *, blank: int = BLANK_ROWS) -> pl.DataFrame:
    """Lines as the grid takes them, with some blank rows below."""
    rows = [{name: _cell(line.get(name), kind) for name, kind in SCHEMA.items()} for line in lines]
    rows += [dict.fromkeys(SCHEMA)] * max(0, blank - (len(rows) and 1))
    return pl.DataFrame(rows, schema=SCHEMA)


def _cell(value: Any, kind: Any) -> Any:
    if value in (None, ""):
        return None
    if isinstance(kind, pl.Decimal):
        number = exact(value)
        return number.quantize(Decimal(1).scaleb(-kind.scale)) if number else None
    if kind == pl.Date and isinstance(value, str):
        return pl.Series([value]).str.to_date(strict=False)[0]
    return value if kind == pl.Date else str(value)


def exact(value: Any) -> Decimal | None:
    """A number as it was typed or pasted, thousands and currency signs taken off; nothing where it is none."""
    text = str(value).strip().replace(",", "").replace("，", "").replace("¥", "").replace("￥", "")
    negative = text.startswith("(") and text.endswith(")")
    try:
        number = Decimal(text.strip("()"))
    except InvalidOperation:
        return None
    return (-number if negative else number) if number.is_finite() else None


def lines_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was written, as the books take lines: blank rows left out, an empty summary taken from the line above."""
    lines, summary = [], ""
    for row in rows:
        kept = {name: _plain(row.get(name)) for name in SCHEMA if row.get(name) not in (None, "")}
        if not set(kept) - {"summary", "side"}:
            continue
        summary = kept.get("summary") or summary
        lines.append(kept | ({"summary": summary} if summary else {}))
    return lines


def _plain(value: Any) -> Any:
    return (
        str(value)
        if isinstance(value, Decimal | float)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
    )


def sums(lines: Iterable[dict[str, Any]]) -> tuple[Decimal, Decimal]:
    """Debits and credits, with the amounts that follow from rates and prices."""
    totals = {"debit": Decimal(0), "credit": Decimal(0)}
    for line in lines:
        side = "credit" if line.get("credit") or line.get("side") == "credit" else "debit"
        for name in totals:
            totals[name] += exact(line.get(name) or 0) or Decimal(0)
        if not line.get("debit") and not line.get("credit"):
            totals[side] += _follows(line)
    return totals["debit"].quantize(Decimal("0.01")), totals["credit"].quantize(Decimal("0.01"))


def _follows(line: dict[str, Any]) -> Decimal:
    for one, other in (("amount_foreign", "rate"), ("quantity", "price")):
        if line.get(one) and line.get(other):
            return round((exact(line[one]) or Decimal(0)) * (exact(line[other]) or Decimal(0)), 2)
    return Decimal(0)


def balanced(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same lines with the last one without an amount, else a new one, made to balance."""
    debit, credit = sums(lines)
    if debit == credit:
        return lines
    fill = {"credit": str(debit - credit)} if debit > credit else {"debit": str(credit - debit)}
    empty = [
        at for at, line in enumerate(lines) if not line.get("debit") and not line.get("credit") and not _follows(line)
    ]
    if empty:
        return [line | fill if at == empty[-1] else line for at, line in enumerate(lines)]
    return [*lines, {"summary": lines[-1].get("summary", "") if lines else "", **fill}]


@lru_cache(maxsize=4000)
def initials(name: str) -> str:
    """The first letters of the pinyin of a name, as people type them: 银行存款 is yhck."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def account_label(row: dict[str, Any], name: str) -> str:
    """An account as its cell shows it, found by code, name or initials alike."""
    return f"{row['account']} {name} {initials(row['name_zh']).upper()}"


def find_account(asked: str, chart: Sequence[dict[str, Any]]) -> str | None:
    """The one account meant by a code, a name or initials; nothing where none or several are meant."""
    text = str(asked).strip()
    code = text.split(" ", 1)[0]
    leaves = [row for row in chart if row["leaf"] and row["active"]]
    tests = (
        lambda row: row["account"] == code,
        lambda row: row["name_zh"] == text or (row["name_en"] or "").lower() == text.lower(),
        lambda row: initials(row["name_zh"]) == text.lower(),
        lambda row: text in row["name_zh"],
        lambda row: row["account"].startswith(code),
    )
    for test in tests:
        found = [row["account"] for row in leaves if test(row)]
        if len(found) == 1:
            return found[0]
    return None


def pasted(text: str, chart: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Lines pasted from a worksheet (summary, account, debit, credit, then more in the order of the grid).

    Returns the lines and the accounts that could not be told; those lines keep an empty account.
    """
    lines, unknown = [], []
    for row in text.splitlines():
        cells = [cell.strip() for cell in row.split("\t")]
        if not any(cells):
            continue
        line = {name: cell for name, cell in zip(SCHEMA, cells, strict=False) if cell}
        if all(line.get(side) and exact(line[side]) is None for side in ("debit", "credit")):
            continue  # a heading
        account = find_account(line.get("account", ""), chart)
        if line.get("account") and account is None:
            unknown.append(line["account"])
        lines.append({name: value for name, value in line.items() if name != "account"} | {"account": account or ""})
    return lines, unknown
