"""The parallel run: a legacy export beside our books on one day, each residual labelled with its cause."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.intake.openings import ITEM_TARGETS
from pipelines.intake.pack import Pack
from pipelines.intake.residuals import NONE, balance_rows, item_rows, roles_of, stock_rows

# Cents that two systems may round apart, and how far around the day a paper may be booked by one of them already.
ROUNDED, NEAR = Decimal("0.05"), timedelta(days=31)
CAUSES = ("timing", "rounding", "missing", "mapping", "documents", "unknown")
ACCOUNTS = """
    select account, sum(debit - credit) as amount from rpt.voucher_line where voucher_on <= $on
    group by account having sum(debit - credit) <> 0
"""
AROUND = """
    select account, voucher_on, voucher, summary, debit - credit as amount from rpt.voucher_line
    where voucher_on > $first and voucher_on <= $last and source_kind <> 'opening' order by voucher_on, voucher_id, line
"""
ITEMS = """
    select o.account, o.party, o.reference, o.item_on, o.amount + coalesce(sum(m.amount), 0) as amount
    from rpt.open_item o left join rpt.open_item_match m on m.open_item_id = o.open_item_id and m.matched_on <= $on
    where o.item_on <= $on group by o.open_item_id, o.account, o.party, o.reference, o.item_on, o.amount
    having o.amount + coalesce(sum(m.amount), 0) <> 0
"""
LATER = """
    select o.party, o.reference, o.item_on as day, o.amount from rpt.open_item o
    where o.item_on > $on and o.item_on <= $last
    union all
    select o.party, o.reference, m.matched_on, m.amount from rpt.open_item o
    join rpt.open_item_match m on m.open_item_id = o.open_item_id where m.matched_on > $on and m.matched_on <= $last
"""
STOCK = """
    select warehouse, item, sum(quantity) as quantity from rpt.stock_move where moved_on <= $on group by warehouse, item
    having sum(quantity) <> 0
"""
MOVES = """
    select warehouse, item, moved_on as day, reference, quantity from rpt.stock_move
    where moved_on > $first and moved_on <= $last and kind <> 'opening' order by moved_on, move_id
"""
VALUE = "select item, sum(amount) as amount from rpt.stock_value where valued_on <= $on group by item"
Residual = dict[str, Any]


@dataclass
class Twin:
    """What was compared, per part: how many keys, the sums of both sides, and the residuals with their causes."""

    on: date
    parts: list[dict[str, Any]] = field(default_factory=list)
    residuals: list[Residual] = field(default_factory=list)


def compared(books: Any, pack: Pack, on: date) -> Twin:
    """Return the legacy export against the books as they stand at the end of a day; nothing is written.

    Per account (trial balance), per party and document (open items), per warehouse and item (quantity) and per item
    (value), as far as the files hold such lists. A residual is legacy less books.
    """
    twin, around = Twin(on), {"on": on, "first": on - NEAR, "last": on + NEAR}
    if pack.of(*ITEM_TARGETS):
        _documents(twin, books, pack, around)
    if pack.of("opening_stock"):
        _stock(twin, books, pack, around)
    if pack.of("opening_balances"):
        _accounts(twin, books, pack, around)
    return twin


def _rows(books: Any, query: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    return books.sql(query, **{name: day for name, day in facts.items() if f"${name}" in query}).to_dicts()


def _accounts(twin: Twin, books: Any, pack: Pack, around: dict[str, Any]) -> None:
    legacy: dict[str, Decimal] = {}
    for account, row in balance_rows(pack):
        if row.state == "loaded":
            legacy[account] = legacy.get(account, NONE) + row.amount
    ours = _under({row["account"]: row["amount"] for row in _rows(books, ACCOUNTS, around)}, legacy)
    known = set(books.sql("select code from rpt.account")["code"])
    near = _rows(books, AROUND, around)
    documents = _by(twin.residuals, "document", lambda one: one["account"])

    def cause(key: str, difference: Decimal, others: dict[str, Decimal]) -> tuple[str, list[str]]:
        if found := _papers(near, key, difference, twin.on):
            return "timing", found
        if twins := [other for other, apart in others.items() if apart == -difference and other != key]:
            return "mapping", twins
        behind = [one for one in documents if key.startswith(one[0]) or one[0].startswith(key)]
        if behind and sum((amount for _, amount, _ in behind), NONE) == difference:
            return "documents", [text for *_, text in behind]
        if key not in ours and key not in known:
            return "missing", []
        return ("missing", []) if key not in legacy or key not in ours else ("unknown", [])

    _compare(twin, "account", legacy, ours, cause)


def _under(ours: dict[str, Decimal], legacy: Iterable[str]) -> dict[str, Decimal]:
    """Return our balances by the codes of the other side: an account counts with the longest code it begins with."""
    codes = sorted(legacy, key=len, reverse=True)
    found: dict[str, Decimal] = {}
    for account, amount in ours.items():
        code = next((one for one in codes if account.startswith(one)), account)
        found[code] = found.get(code, NONE) + amount
    return found


def _papers(near: list[dict[str, Any]], account: str, difference: Decimal, on: date) -> list[str]:
    """Return the vouchers that one side has booked already: ours of later days, or ours of the last days alone."""
    for sign, ours in (
        (1, [row for row in near if row["voucher_on"] > on]),
        (-1, [row for row in near if row["voucher_on"] <= on]),
    ):
        own = [row for row in ours if row["account"].startswith(account)]
        wanted = sign * difference
        single = [row for row in own if row["amount"] == wanted]
        # All that was booked later, or one paper of these days, makes up the difference.
        chosen = single[:1] or (
            own if sign == 1 and own and sum((row["amount"] for row in own), NONE) == wanted else []
        )
        if chosen:
            return [f"{row['voucher_on']} {row['voucher']} {row['summary']} {row['amount']:,.2f}" for row in chosen]
    return []


def _documents(twin: Twin, books: Any, pack: Pack, around: dict[str, Any]) -> None:
    legacy, ours = {}, {}
    for account, party, row in item_rows(pack, roles_of(books)):
        if row.state == "loaded":
            key = (account, party, row.text.removeprefix(party).strip())
            legacy[key] = legacy.get(key, NONE) + row.amount
    accounts = {account for account, *_ in legacy}
    days: dict[tuple[str, str, str], date] = {}
    for row in _rows(books, ITEMS, around):
        if row["account"] in accounts:
            key = (row["account"], row["party"], row["reference"])
            ours[key] = ours.get(key, NONE) + row["amount"]
            days[key] = row["item_on"]
    later = _rows(books, LATER, around)

    def cause(key: tuple[str, ...], difference: Decimal, others: dict[Any, Decimal]) -> tuple[str, list[str]]:
        _, party, reference = key
        if twins := [
            one for one, apart in others.items() if apart == -difference and one[2] == reference and one != key
        ]:
            return "mapping", [" ".join(part for part in one if part) for one in twins]
        same = [row for row in later if row["reference"] == reference and row["party"] == party]
        if same and sum((row["amount"] for row in same), NONE) == difference:
            return "timing", [f"{row['day']} {reference} {row['amount']:,.2f}" for row in same]
        if key not in legacy or key not in ours:
            fresh = key in days and days[key] > twin.on - timedelta(days=3)
            return ("timing", [f"{days[key]} {reference}"]) if fresh else ("missing", [])
        return "unknown", []

    _compare(twin, "document", legacy, ours, cause)


def _stock(twin: Twin, books: Any, pack: Pack, around: dict[str, Any]) -> None:
    legacy: dict[tuple[str, str], Decimal] = {}
    value: dict[str, Decimal] = {}
    for warehouse, item, quantity, row in stock_rows(pack):
        if row.state == "loaded":
            legacy[warehouse, item] = legacy.get((warehouse, item), NONE) + quantity
            value[item] = value.get(item, NONE) + row.amount
    ours = {(row["warehouse"], row["item"]): row["quantity"] for row in _rows(books, STOCK, around)}
    near = _rows(books, MOVES, around)

    def cause(key: tuple[str, ...], difference: Decimal, others: dict[Any, Decimal]) -> tuple[str, list[str]]:
        own = [row for row in near if (row["warehouse"], row["item"]) == key]
        late, early = [row for row in own if row["day"] > twin.on], [row for row in own if row["day"] <= twin.on]
        for chosen, wanted in ((late, difference), (early, -difference)):
            single = [row for row in chosen if row["quantity"] == wanted]
            if single:
                return "timing", [f"{row['day']} {row['reference']} {row['quantity']:f}" for row in single[:1]]
        if twins := [
            one for one, apart in others.items() if apart == -difference and one != key and set(one) & set(key)
        ]:
            return "mapping", [" ".join(one) for one in twins]
        return ("missing", []) if key not in legacy or key not in ours else ("unknown", [])

    _compare(twin, "quantity", legacy, ours, cause, rounded=NONE)
    worth = {row["item"]: row["amount"] for row in _rows(books, VALUE, around) if row["amount"]}
    apart = {one["key"].split()[-1]: one for one in twin.residuals if one["kind"] == "quantity"}

    def value_cause(key: str, difference: Decimal, others: dict[str, Decimal]) -> tuple[str, list[str]]:
        if key in apart:
            return apart[key]["cause"], [apart[key]["key"]]
        if twins := [one for one, other in others.items() if other == -difference and one != key]:
            return "mapping", twins
        return "unknown", []

    _compare(twin, "value", value, worth, value_cause)


def _compare(
    twin: Twin,
    kind: str,
    legacy: dict[Any, Decimal],
    ours: dict[Any, Decimal],
    cause: Callable[[Any, Decimal, dict[Any, Decimal]], tuple[str, list[str]]],
    *,
    rounded: Decimal = ROUNDED,
) -> None:
    """Add a part to the twin: each key of either side whose figures differ, with what explains it."""
    keys = sorted({*legacy, *ours})
    apart = {key: legacy.get(key, NONE) - ours.get(key, NONE) for key in keys}
    differing = {key: difference for key, difference in apart.items() if difference}
    for key, difference in differing.items():
        said, rows = ("rounding", []) if abs(difference) <= rounded else cause(key, difference, differing)
        twin.residuals.append({
            "kind": kind, "key": key if isinstance(key, str) else " ".join(part for part in key if part),
            "account": key if isinstance(key, str) else key[0], "legacy": str(legacy.get(key, NONE)),
            "books": str(ours.get(key, NONE)), "difference": str(difference), "cause": said, "rows": rows,
        })  # fmt: skip
    sums = (sum(side.values(), NONE) for side in (legacy, ours))
    twin.parts.append(
        {"kind": kind, "keys": len(keys), "apart": len(differing)}
        | dict(zip(("legacy", "books"), map(str, sums), strict=True))
    )


def _by(residuals: list[Residual], kind: str, name: Callable[[Residual], str]) -> list[tuple[str, Decimal, str]]:
    return [
        (name(one), Decimal(one["difference"]), f"{one['key']} {one['cause']} {one['difference']}")
        for one in residuals
        if one["kind"] == kind
    ]
