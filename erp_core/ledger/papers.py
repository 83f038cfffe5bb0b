"""Vouchers that papers of the trade give rise to: one each by the rule of their event, its source their number."""

from __future__ import annotations

import re

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.words import word
from erp_core.ledger import posting, posting_rules
from erp_core.ledger.rule_terms import EVENTS, Event

DIMENSIONS = ("department", "employee", "project")
_PLACE = re.compile(r"\{(\w+)\}")
_NAMED = {"name": "party_name"}
_POSTED = {"number": pl.String, "voucher_id": pl.Int64, "period": pl.String, "voucher": pl.String}


def summary(session: Session, event: str, **columns: pl.Expr) -> pl.Expr:
    """The summary of a kind of voucher in the language of the company, filled in from columns: {number}, {name}."""
    return _filled(word("erp_core", f"summary.{event}", session.reference("company")["language"][0]), columns)


def _filled(text: str, columns: dict[str, pl.Expr] | None = None) -> pl.Expr:
    named = columns or {}
    wanted = [named.get(name, pl.col(_NAMED.get(name, name)).fill_null("")) for name in _PLACE.findall(text)]
    return pl.format(_PLACE.sub("{}", text), *wanted) if wanted else pl.lit(text)


def side(
    lines: pl.DataFrame, account: str | pl.Expr, amount: str, *, debit: bool, by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Lines of one side of vouchers: an amount summed per document and account, and per further columns.

    lines: number and what the arguments name. Amounts that come to nothing make no line.
    """
    zero, total = pl.lit(0, MONEY), pl.col(amount).sum().cast(MONEY)
    summed = lines.group_by(
        "number", (pl.lit(account) if isinstance(account, str) else account).alias("account"), *by, maintain_order=True
    ).agg(debit=total if debit else zero, credit=zero if debit else total)
    return summed.filter(pl.col("debit") != pl.col("credit"))


def book(session: Session, event: str, heads: pl.DataFrame, *, kind: str = "", **sources: pl.DataFrame) -> pl.DataFrame:
    """Post one voucher per document by the rule of an event that is in force on its day. Returns as post().

    heads: number, document_on, party_name where the summary names it, event_key where it is not kind/number. sources:
    paper, line: what the rule draws on, by number, with the columns that the event declares. kind: of the documents.
    """
    held = posting_rules.versions(session, event)
    if held[0].valid_from <= heads["document_on"].min():
        return _book(session, EVENTS[event], held[0], heads, kind or event, sources)
    posted = []
    later = None
    for version in held:
        of_days = pl.col("document_on") >= version.valid_from
        mine = heads.filter(of_days if later is None else of_days & (pl.col("document_on") < later))
        later = version.valid_from
        if not mine.is_empty():
            posted.append(_book(session, EVENTS[event], version, mine, kind or event, _only(sources, mine)))
    return pl.concat(posted)


def _only(sources: dict[str, pl.DataFrame], heads: pl.DataFrame) -> dict[str, pl.DataFrame]:
    numbers = heads.select("number")
    return {
        name: frame.join(numbers, on="number", how="semi", maintain_order="left") for name, frame in sources.items()
    }


def _book(
    session: Session,
    event: Event,
    version: posting_rules.Version,
    heads: pl.DataFrame,
    kind: str,
    sources: dict[str, pl.DataFrame],
) -> pl.DataFrame:
    parts = [_part(session, event, line, sources[line.source], heads) for line in version.lines]
    said = _filled(version.summary[session.reference("company")["language"][0]])
    return _post(session, kind, heads, parts, said, version.name)


def _part(
    session: Session, event: Event, line: posting_rules.Line, source: pl.DataFrame, heads: pl.DataFrame
) -> pl.DataFrame:
    rows = source if line.condition is None else source.filter(line.condition)
    amount = line.amount
    if not isinstance(amount, str):
        rows, amount = rows.with_columns(_amount=amount), "_amount"
    made = side(rows, posting_rules.account_of(session, event, line), amount, debit=line.debit, by=line.by)
    if line.summary:
        said = heads.select("number", summary=_filled(line.summary))
        made = made.join(said, on="number", how="left", maintain_order="left")
    return made


def post(session: Session, kind: str, heads: pl.DataFrame, parts: list[pl.DataFrame], event: str) -> pl.DataFrame:
    """Post one voucher per document that has lines. Returns number, voucher_id, period, voucher (such as 记-12).

    heads: number, document_on, party_name; parts: frames of side(), in the order in which their lines shall stand.
    """
    said = summary(session, event, number=pl.col("number"), name=pl.col("party_name"))
    return _post(session, kind, heads, parts, said, "")


def _post(
    session: Session, kind: str, heads: pl.DataFrame, parts: list[pl.DataFrame], said: pl.Expr, rule: str
) -> pl.DataFrame:
    lines = pl.concat(parts, how="diagonal").rename({"number": "key"})
    given = heads.join(
        lines.select("key").unique(), left_on="number", right_on="key", how="semi", maintain_order="left"
    )
    if given.is_empty():
        return pl.DataFrame(schema=_POSTED)
    own = ("event_key",) if "event_key" in given.columns else ()
    vouchers = given.select(
        *own,
        key="number",
        voucher_on="document_on",
        summary=said,
        source_kind=pl.lit(kind),
        source_number="number",
        rule=pl.lit(rule),
    )
    posted = posting.post(session, vouchers, lines)
    voucher = pl.col("word") + "-" + pl.col("number").cast(pl.String)
    return posted.select(pl.col("key").alias("number"), "voucher_id", "period", voucher=voucher)
