"""Post vouchers: the only writer of voucher lines, balances and open items, for one voucher or a million alike."""

from __future__ import annotations

from datetime import date

import polars as pl

from erp_core.foundation.errors import ColumnMissing, Refusal, first_and_count
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.ledger import accounts, cash_flow, periods

BALANCE_KEYS = ("period", "account", *accounts.DIMENSIONS, "closing")
_TEXTS = ("summary", *accounts.DIMENSIONS, "cash_flow", "currency", "reference")
_LINE_SCHEMA = {
    "key": pl.String,
    "account": pl.String,
    "debit": MONEY,
    "credit": MONEY,
    **dict.fromkeys(_TEXTS, pl.String),
    "quantity": QUANTITY,
    "amount_foreign": MONEY,
    "rate": QUANTITY,
    "due_on": pl.Date,
    "item_on": pl.Date,
}
_VOUCHER_SCHEMA = {
    "key": pl.String,
    "voucher_on": pl.Date,
    "summary": pl.String,
    "word": pl.String,
    "attachments": pl.Int32,
    "closing": pl.Boolean,
    "source_kind": pl.String,
    "source_number": pl.String,
    "event_key": pl.String,
    "reverses": pl.Int64,
    "reversal_kind": pl.String,
    "made_by": pl.String,
    "reviewed_by": pl.String,
    "period": pl.String,
    "rule": pl.String,
}


class Unbalanced(Refusal):
    """Voucher {first} does not balance: debits {debit}, credits {credit} ({count} such vouchers)."""


class NoLines(Refusal):
    """Voucher {first} has no lines ({count} such vouchers)."""


class LinesWithoutVoucher(Refusal):
    """Lines belong to {first}, but no such voucher was given ({count} such keys)."""


class LineAmount(Refusal):
    """Line {line} of voucher {first} must have either a debit or a credit, not both and not none."""


class NoSuchAccount(Refusal):
    """Line {line} of voucher {voucher}: there is no account {first} ({count} such lines)."""


class ParentAccount(Refusal):
    """Line {line} of voucher {voucher}: account {first} has children; post to one of them ({count} such lines)."""


class InactiveAccount(Refusal):
    """Line {line} of voucher {voucher}: account {first} is out of use ({count} such lines)."""


class AccountNotManual(Refusal):
    """Line {line} of voucher {voucher}: account {first} takes automatic vouchers only."""


class DimensionMissing(Refusal):
    """Line {line} of voucher {voucher}: account {first} needs a {dimension} ({count} such lines)."""


class DimensionUnwanted(Refusal):
    """Line {line} of voucher {voucher}: account {first} takes no {dimension} ({count} such lines)."""


class DimensionUnknown(Refusal):
    """Line {line} of voucher {voucher}: there is no {dimension} {first} ({count} such lines)."""


class SummaryMissing(Refusal):
    """Line {line} of voucher {voucher} has no summary ({count} such lines)."""


class EventPosted(Refusal):
    """The event {first} has its voucher already ({count} such events)."""


def post(session: Session, vouchers: pl.DataFrame, lines: pl.DataFrame, *, kind: str = "auto") -> pl.DataFrame:
    """Post a set of vouchers as a whole: check, number, write lines, balances and open items.

    vouchers: key, voucher_on, summary, and optionally the other columns of core.voucher.
    lines: key, account, debit, credit, and optionally summary, dimensions, cash_flow, quantity, due_on, reference.
    Returns one row per voucher: key, voucher_id, period, word, number. Amounts in CNY.
    Raises a refusal that names the first offender of the first broken rule; nothing is written then.
    """
    heads, body = check(session, vouchers, lines, kind)
    if kind != "opening":
        periods.require_open(session, heads["voucher_on"])
    _check_events(session, heads)
    numbered = _number(session, heads)
    body = body.join(numbered.select("key", "voucher_id", "period", "voucher_on", "closing"), on="key")
    body = cash_flow.fill(session, body)
    _write(session, numbered, body, kind)
    return numbered.select("key", "voucher_id", "period", "word", "number")


def check(
    session: Session, vouchers: pl.DataFrame, lines: pl.DataFrame, kind: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check a set of vouchers without posting it, and return heads and lines with all columns filled."""
    heads = _heads(session, vouchers)
    body = _body(heads, lines)
    _check_balanced(heads, body)
    check_lines(session, body, kind)
    return heads, body


def _columns(
    frame: pl.DataFrame, schema: dict[str, pl.DataType], required: tuple[str, ...], table: str
) -> dict[str, pl.Expr]:
    """Every column of the schema as an expression with its type; an absent optional column is null."""
    for name in required:
        if name not in frame.columns:
            raise ColumnMissing(table=table, column=name)
    return {
        name: pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind) for name, kind in schema.items()
    }


def _heads(session: Session, vouchers: pl.DataFrame) -> pl.DataFrame:
    given = _columns(vouchers, _VOUCHER_SCHEMA, ("key", "voucher_on", "summary"), "vouchers")
    actor = session.actor.login
    filled = given | {
        "word": given["word"].fill_null("记"),
        "attachments": given["attachments"].fill_null(0),
        "closing": given["closing"].fill_null(value=False),
        "source_kind": given["source_kind"].fill_null("voucher"),
        "source_number": given["source_number"].fill_null(given["key"]),
        "reversal_kind": given["reversal_kind"].fill_null(""),
        "rule": given["rule"].fill_null(""),
        "made_by": given["made_by"].fill_null(actor),
        "reviewed_by": given["reviewed_by"].fill_null(actor),
        "period": given["period"].fill_null(given["voucher_on"].dt.strftime("%Y-%m")),
    }
    filled["event_key"] = given["event_key"].fill_null(filled["source_kind"] + "/" + filled["source_number"])
    return vouchers.select(**filled)


def _body(heads: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    given = _columns(lines, _LINE_SCHEMA, ("key", "account", "debit", "credit"), "lines")
    filled = given | {name: given[name].fill_null(0) for name in ("debit", "credit")}
    filled |= {name: given[name].fill_null("") for name in _TEXTS if name != "summary"}
    body = lines.select(**filled, line=given["key"].cum_count().over(given["key"]).cast(pl.Int32))
    if not body["summary"].null_count():
        return body
    said = heads.select("key", said="summary")
    return (
        body.join(said, on="key", how="left", maintain_order="left")
        .with_columns(summary=pl.coalesce("summary", "said"))
        .drop("said")
    )


def _check_balanced(heads: pl.DataFrame, body: pl.DataFrame) -> None:
    sums = body.group_by("key").agg(pl.col("debit", "credit").sum())
    known = sums["key"].is_in(heads["key"].implode())
    if not known.all():
        raise LinesWithoutVoucher(**first_and_count(sums["key"].filter(~known).to_list()))
    if sums.height == heads.height and sums["debit"].equals(sums["credit"]):
        return
    sums = heads.select("key").join(sums, on="key", how="left", maintain_order="left")
    wrong = sums.filter(pl.col("debit").ne_missing(pl.col("credit")) | pl.col("debit").is_null())
    empty = wrong.filter(pl.col("debit").is_null())
    if not empty.is_empty():
        raise NoLines(**first_and_count(empty["key"].to_list()))
    row = wrong.row(0, named=True)
    raise Unbalanced(debit=row["debit"], credit=row["credit"], **first_and_count(wrong["key"].to_list()))


def check_lines(session: Session, body: pl.DataFrame, kind: str) -> None:
    """Mark every line with the first rule it breaks, all rules in one pass; refuse for the first marked line.

    body: key, line and the other columns of lines, filled as by check().
    """
    used = body.join(accounts.chart(session), left_on="account", right_on="code", how="left", maintain_order="left")
    rules = _line_rules(session, used, kind)
    broken = pl.coalesce([pl.when(test).then(pl.lit(at)) for at, (test, *_) in enumerate(rules)])
    marked = used.select("key", "line", "account", *accounts.DIMENSIONS, broken=broken)
    at = marked["broken"].min()
    if at is None:
        return
    _, refusal, column, facts = rules[at]
    wrong = marked.filter(pl.col("broken") == at)
    raise refusal(line=wrong["line"][0], voucher=wrong["key"][0], **first_and_count(wrong[column].to_list()), **facts)


def _line_rules(session: Session, used: pl.DataFrame, kind: str) -> list[tuple[pl.Expr, type[Refusal], str, dict]]:
    """The rules of a line in order of precedence: when broken, the refusal, the column to name, further facts."""
    rules: list[tuple[pl.Expr, type[Refusal], str, dict]] = [
        (pl.col("leaf").is_null(), NoSuchAccount, "account", {}),
        (~pl.col("leaf"), ParentAccount, "account", {}),
        (~pl.col("active"), InactiveAccount, "account", {}),
        ((pl.col("debit") == 0) == (pl.col("credit") == 0), LineAmount, "key", {}),
        (pl.col("summary").fill_null("").str.strip_chars() == "", SummaryMissing, "account", {}),
    ]
    if kind == "manual":
        rules.append((~pl.col("manual"), AccountNotManual, "account", {}))
    present = used.select((pl.col(name) != "").any() for name in accounts.DIMENSIONS).row(0)
    for name, there in zip(accounts.DIMENSIONS, present, strict=True):
        rule, fact = pl.col(f"{name}_rule"), {"dimension": name}
        rules.append(((rule == "required") & (pl.col(name) == ""), DimensionMissing, "account", fact))
        if there:
            known = session.reference(name)["code"].implode()
            rules.append(((rule == "none") & (pl.col(name) != ""), DimensionUnwanted, "account", fact))
            rules.append(((pl.col(name) != "") & ~pl.col(name).is_in(known), DimensionUnknown, name, fact))
    return rules


def _check_events(session: Session, heads: pl.DataFrame) -> None:
    twice = heads.filter(pl.col("event_key").is_duplicated())
    if not twice.is_empty():
        raise EventPosted(**first_and_count(twice["event_key"].to_list()))
    if heads.height == 1:
        found = session.rows("select event_key from core.voucher where event_key = $e", e=heads["event_key"][0])
    else:
        found = session.frame_with(
            "select event_key from core.voucher semi join _heads using (event_key)",
            {"_heads": heads.select("event_key")},
        ).rows()
    if found:
        raise EventPosted(**first_and_count([row[0] for row in found]))


def _number(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """Draw voucher numbers per period and word, by date and, within a day, in the order given."""
    by = ("period", "word", "voucher_on", "given")
    ordered = heads.with_row_index("given")
    ordered = ordered.sort(by) if heads.height > 1 else ordered
    series = ordered.group_by("period", "word", maintain_order=True).len()
    first = [session.draw(f"voucher/{word}", period, count) for period, word, count in series.rows()]
    first_id = session.take_ids("voucher", "voucher_id", heads.height)
    if series.height > 1:
        starts = series.select("period", "word", first=pl.Series(first))
        ordered = ordered.join(starts, on=["period", "word"], maintain_order="left")
    start = pl.col("first") if series.height > 1 else pl.lit(first[0])
    numbered = ordered.with_columns(
        number=(start + pl.int_range(pl.len()).over("period", "word")).cast(pl.Int32),
        voucher_id=pl.int_range(pl.len()).cast(pl.Int64) + first_id,
    )
    return numbered.sort("given") if heads.height > 1 else numbered


def _write(session: Session, heads: pl.DataFrame, body: pl.DataFrame, kind: str) -> None:
    session.insert(
        "voucher",
        heads.select(
            "voucher_id", "period", "word", "number", "voucher_on", "summary", "attachments",
            pl.lit(kind).alias("kind"), "closing", "source_kind", "source_number", "event_key", "reverses",
            "reversal_kind", "rule", "made_by", "reviewed_by", pl.lit(session.actor.login).alias("posted_by"),
            pl.lit(session.now).alias("posted_at"), pl.lit(session.act_id).alias("act_id"),
        ),
    )  # fmt: skip
    session.insert(
        "voucher_line",
        body.select(
            "voucher_id", "line", "summary", "account", "debit", "credit", *accounts.DIMENSIONS, "cash_flow",
            "quantity", "currency", "amount_foreign", "rate", "due_on", "reference",
        ),
    )  # fmt: skip
    turnover = body.group_by(BALANCE_KEYS, maintain_order=True).agg(pl.col("debit", "credit").sum().cast(MONEY))
    session.upsert_add("account_balance", turnover, BALANCE_KEYS, ("debit", "credit"))
    _write_open_items(session, body)


def reverse(
    session: Session, voucher_ids: list[int], *, on: date, event_suffix: str, kind: str = "auto"
) -> pl.DataFrame:
    """Post the red vouchers of automatic ones: every amount negative on its own side, linked to what they annul.

    event_suffix is appended to the event key of each original, so that an event is annulled once only.
    Returns as post(). The day must lie in an open period.
    """
    heads = session.frame(
        "select * from core.voucher where list_contains($ids, voucher_id) order by voucher_id", ids=voucher_ids
    )
    lines = session.frame(
        "select * from core.voucher_line where list_contains($ids, voucher_id) order by voucher_id, line",
        ids=voucher_ids,
    )
    key = pl.col("voucher_id").cast(pl.String).alias("key")
    red_heads = heads.select(
        key,
        pl.lit(on).alias("voucher_on"),
        (pl.lit("注销") + pl.col("word") + "-" + pl.col("number").cast(pl.String) + " " + pl.col("summary")).alias(
            "summary"
        ),
        "word",
        "closing",
        "source_kind",
        "source_number",
        (pl.col("event_key") + event_suffix).alias("event_key"),
        pl.col("voucher_id").alias("reverses"),
        pl.lit("red").alias("reversal_kind"),
        "rule",
    )
    turned = -pl.col("debit", "credit", "quantity", "amount_foreign")
    red_lines = lines.with_columns(key, turned).drop("voucher_id", "line")
    return post(session, red_heads, red_lines, kind=kind)


def _write_open_items(session: Session, body: pl.DataFrame) -> None:
    control = accounts.marked(session, "control")
    if control.isdisjoint(body["account"].unique()):
        return
    items = body.filter(pl.col("account").is_in(list(control)))
    first = session.take_ids("open_item", "open_item_id", items.height)
    session.insert(
        "open_item",
        items.select(
            (pl.int_range(pl.len()).cast(pl.Int64) + first).alias("open_item_id"),
            "voucher_id",
            "line",
            "account",
            "party",
            "reference",
            pl.coalesce("item_on", "voucher_on").alias("item_on"),
            pl.coalesce("due_on", "voucher_on").alias("due_on"),
            (pl.col("debit") - pl.col("credit")).alias("amount"),
        ),
    )
