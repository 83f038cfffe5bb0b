"""Papers of the trade: their lifecycles as tables, headers, lines, numbers, progress; sole writer of core.document*."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.limits import refuse_beyond
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session

# Up to this many values a list travels as parameters of its own, which lets the engine use an index.
FEW = 16
POSTED, REVERSED = "posted", "reversed"
HEADER = {
    "document_on": pl.Date,
    "due_on": pl.Date,
    **dict.fromkeys(
        ("party", "warehouse", "to_warehouse", "department", "employee", "project", "account", "reference"), pl.String
    ),
    "source_id": pl.Int64,
    "net": MONEY,
    "tax": MONEY,
    "gross": MONEY,
    "note": pl.String,
}
LINE = {
    **dict.fromkeys(("item", "description", "warehouse", "bin"), pl.String),
    "quantity": QUANTITY,
    "list_price": QUANTITY,
    "unit_price": QUANTITY,
    "gross_price": QUANTITY,
    "price_trace": pl.String,
    "tax_code": pl.String,
    "tax_rate": pl.Decimal(9, 6),
    "with_tax": pl.Boolean,
    "net": MONEY,
    "tax": MONEY,
    "gross": MONEY,
    "promised_on": pl.Date,
    "source_id": pl.Int64,
    "source_line": pl.Int32,
    "rejected": QUANTITY,
    "reason": pl.String,
}
_EMPTY = {pl.String: "", MONEY: 0, pl.Boolean: False}
_OPTIONAL = {
    "document_on", "due_on", "promised_on", "source_id", "source_line", "list_price", "unit_price", "gross_price",
}  # fmt: skip
_SUMMED = ("net", "tax", "gross")


class UnknownDocument(Refusal):
    """There is no {kind} {first} ({count} such numbers)."""


class IllegalStep(Refusal):
    """{first} is {status}: it cannot be {action} ({count} such documents); allowed from here: {allowed}."""


class NoDocuments(Refusal):
    """{kind}: there is nothing to do, the set is empty."""


class ReferenceUsed(Refusal):
    """The number {first} is already booked in {number} ({count} such numbers)."""


# Who else holds outside numbers that may be booked once only: asked with a list of numbers, says which, and where.
TAKEN_ELSEWHERE: dict[str, Callable[[Session, list[str]], list[tuple[str, str]]]] = {}


@dataclass(frozen=True)
class Lifecycle:
    """The states of a kind of document, and which action leads from where to where."""

    kind: str
    start: str
    steps: tuple[tuple[str, str, str], ...]

    def target(self, action: str, status: str) -> str | None:
        """Where an action leads from a status; nothing if it is not allowed there."""
        return next((to for name, origin, to in self.steps if name == action and origin == status), None)

    def allowed(self, status: str) -> list[str]:
        """The actions that a status allows."""
        return [name for name, origin, _ in self.steps if origin == status]


def write(
    session: Session, life: Lifecycle, documents: pl.DataFrame, lines: pl.DataFrame | None, *, status: str | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write new documents with their numbers, drawn by date and then in the order given.

    documents: key and columns of HEADER; lines: key and columns of LINE, in order; 'line' is counted per document
    unless given. Amounts of the header are the sums of its lines. Returns both with document_id, number and line added.
    """
    if documents.is_empty():
        raise NoDocuments(kind=life.kind)
    mine = documents.with_columns(made_by=pl.lit(session.actor.login))
    refuse_beyond(session, mine, lines, name="party")
    heads = documents.sort("document_on", maintain_order=True)
    first = session.take_ids("document", "document_id", heads.height)
    numbers = pl.Series("number", session.draw_numbers(life.kind, heads["document_on"].to_list()))
    heads = heads.with_columns(
        numbers, document_id=pl.int_range(first, first + heads.height, dtype=pl.Int64, eager=True)
    )
    body = None
    if lines is not None:
        body = heads.select("key", "document_id", "number").join(lines, on="key", maintain_order="left_right")
        if "line" not in body.columns:
            body = body.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("document_id"))
        heads = _with_sums(heads, body)
    _insert_heads(session, life, heads, status or life.start)
    if body is not None:
        body = body.with_columns(pl.col("line").cast(pl.Int32))
        session.insert("document_line", body.select("document_id", "line", *_filled(body, LINE)))
    _insert_steps(session, heads.select("document_id"), "make", "", status or life.start, "")
    return heads, body if body is not None else pl.DataFrame()


def rewrite(
    session: Session, life: Lifecycle, head: dict[str, Any], new: pl.DataFrame, lines: pl.DataFrame
) -> dict[str, Any]:
    """Put a new header (one row) and a new set of numbered lines in the place of an order's; returns the new header.

    For orders only, whose former state the caller keeps; what has posted is never written over.
    """
    document_id = head["document_id"]
    body = lines.with_columns(document_id=pl.lit(document_id, pl.Int64), line=pl.col("line").cast(pl.Int32))
    summed = new.with_columns(pl.lit(lines[name].sum(), MONEY).alias(name) for name in _SUMMED)
    row = summed.select(_filled(summed, {k: v for k, v in HEADER.items() if k in summed.columns})).row(0, named=True)
    refuse_beyond(session, pl.DataFrame([head | row], infer_schema_length=None), body, name="number")
    puts = ", ".join(f"{name} = ${name}" for name in row)
    session.touch(f"document/{life.kind}")
    session.execute(f"update core.document set {puts} where document_id = $id", id=document_id, **row)
    session.execute("delete from core.document_line where document_id = $id", id=document_id)
    session.insert("document_line", body.select("document_id", "line", *_filled(body, LINE)))
    return head | row


def _with_sums(heads: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    summed = [name for name in _SUMMED if name in body.columns]
    sums = body.group_by("document_id").agg(pl.col(summed).sum())
    return heads.drop(summed, strict=False).join(sums, on="document_id", how="left", maintain_order="left")


def _filled(frame: pl.DataFrame, schema: dict[str, Any]) -> list[pl.Expr]:
    """The columns of a table as expressions: absent ones and nulls get what the table would give them."""
    filled = []
    for name, kind in schema.items():
        value = pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        filled.append(value if name in _OPTIONAL else value.fill_null(_EMPTY.get(kind, 0)))
    return filled


def _insert_heads(session: Session, life: Lifecycle, heads: pl.DataFrame, status: str) -> None:
    session.touch(f"document/{life.kind}")
    session.insert(
        "document",
        heads.select(
            "document_id",
            "number",
            *_filled(heads, HEADER),
            kind=pl.lit(life.kind),
            status=pl.lit(status),
            made_by=pl.lit(session.actor.login),
            made_at=pl.lit(session.now),
            act_id=pl.lit(session.act_id),
        ),
    )


def _insert_steps(
    session: Session, heads: pl.DataFrame, action: str, origin: str | pl.Expr, to: str, reason: str
) -> None:
    session.insert(
        "document_step",
        heads.select(
            "document_id",
            act_id=pl.lit(session.act_id),
            action=pl.lit(action),
            from_status=origin if isinstance(origin, pl.Expr) else pl.lit(origin),
            to_status=pl.lit(to),
            happened_at=pl.lit(session.now),
            actor=pl.lit(session.actor.login),
            reason=pl.lit(reason),
        ),
    )


def step(
    session: Session, life: Lifecycle, numbers: Sequence[str] | str, action: str, reason: str = ""
) -> pl.DataFrame:
    """Take documents one step on, or refuse the first that may not take it; returns them as they were before."""
    heads = find(session, life.kind, numbers)
    _refuse_illegal(life, heads, action)
    if heads.is_empty():
        raise NoDocuments(kind=life.kind)
    for status in heads["status"].unique(maintain_order=True).to_list():
        part = heads.filter(pl.col("status") == status)
        set_status(session, part, life.target(action, status), action, reason)
    return heads


def _refuse_illegal(life: Lifecycle, heads: pl.DataFrame, action: str) -> None:
    wrong = [row for row in heads.select("number", "status").rows() if life.target(action, row[1]) is None]
    if wrong:
        status = wrong[0][1]
        facts = first_and_count([number for number, _ in wrong])
        raise IllegalStep(status=status, action=action, allowed=", ".join(life.allowed(status)) or "-", **facts)


def set_status(session: Session, heads: pl.DataFrame, to: str, action: str, reason: str = "") -> None:
    """Give documents (document_id, kind, status) a new status and write the step down."""
    session.touch(*(f"document/{kind}" for kind in heads["kind"].unique()))
    where, values = among("document_id", heads["document_id"])
    session.execute(
        f"update core.document set status = $status, version = version + 1 where {where}", status=to, **values
    )
    _insert_steps(session, heads, action, pl.col("status"), to, reason)


def among(column: str, values: Iterable[Any]) -> tuple[str, dict[str, Any]]:
    """A condition that a column is among some values, and its parameters."""
    listed = list(values)
    if len(listed) > FEW:
        return f"{column} in (select unnest($among))", {"among": listed}
    names = [f"among{at}" for at in range(len(listed))]
    return f"{column} in ({', '.join('$' + name for name in names)})", dict(zip(names, listed, strict=True))


def find(session: Session, kind: str, numbers: Sequence[str] | str) -> pl.DataFrame:
    """The headers of the documents with these numbers, one row each, in the order given; refuses an unknown one."""
    wanted = pl.Series("number", [numbers] if isinstance(numbers, str) else numbers, pl.String).unique(
        maintain_order=True
    )
    if wanted.is_empty():
        raise NoDocuments(kind=kind)
    where, values = among("number", wanted)
    found = session.frame(f"select * from core.document where {where} and kind = $kind", kind=kind, **values)
    if found.height < len(wanted):
        missing = wanted.filter(~wanted.is_in(found["number"].implode()))
        raise UnknownDocument(kind=kind, **first_and_count(missing.to_list()))
    refuse_beyond(session, found, name="number")
    return pl.DataFrame({"number": wanted}).join(found, on="number", maintain_order="left")


def lines_of(session: Session, documents: pl.Series, *steps: str) -> pl.DataFrame:
    """The lines of documents, in order, with a column per step named: how much of it was done so far (0 if nothing).

    Of each step there is also its amount, as <step>_amount.
    """
    where, values = among("document_id", documents)
    lines = session.frame(f"select * from core.document_line where {where} order by document_id, line", **values)
    done = session.frame(
        f"select document_id, line, step, quantity, amount from core.document_progress where {where}", **values
    )
    for name in steps:
        column = done.filter(pl.col("step") == name).select(
            "document_id", "line", pl.col("quantity").alias(name), pl.col("amount").alias(f"{name}_amount")
        )
        lines = lines.join(column, on=["document_id", "line"], how="left", maintain_order="left")
    return lines.with_columns(pl.col(*steps, *(f"{name}_amount" for name in steps)).fill_null(0)) if steps else lines


def days_of(session: Session, documents: pl.Series) -> pl.DataFrame:
    """The day of each document: document_id, document_on."""
    where, values = among("document_id", documents)
    return session.frame(f"select document_id, document_on from core.document where {where}", **values)


def advance(session: Session, *changes: pl.DataFrame) -> None:
    """Add to what was done with lines: frames of document_id, line, step, quantity and optionally amount."""
    columns = ("document_id", "line", "step", "quantity", "amount")
    frames = [
        (frame if "amount" in frame.columns else frame.with_columns(amount=pl.lit(0, MONEY))).select(
            "document_id", pl.col("line").cast(pl.Int32), "step", pl.col("quantity").cast(QUANTITY), "amount"
        )
        for frame in changes
    ]
    keys = columns[:3]
    summed = (
        pl.concat(frames)
        .group_by(keys, maintain_order=True)
        .agg(pl.col("quantity").sum().cast(QUANTITY), pl.col("amount").sum().cast(MONEY))
    )
    session.upsert_add("document_progress", summed, keys, columns[3:])


def done(lines: pl.DataFrame, name: str, *, sign: int = 1, amount: str | None = None) -> pl.DataFrame:
    """The progress that lines bring to the lines they were drawn from, for advance()."""
    return lines.select(
        document_id="source_id",
        line="source_line",
        step=pl.lit(name),
        quantity=pl.col("quantity") * sign,
        amount=pl.lit(0, MONEY) if amount is None else (pl.col(amount) * sign).cast(MONEY),
    )


def claim_references(session: Session, kind: str, documents: pl.DataFrame, *, per_party: bool) -> None:
    """Book the outside numbers of documents once and for all; a number booked before is refused, naming where.

    documents: document_id, party, reference. per_party: the same number may come from another party.
    """
    party = pl.col("party") if per_party else pl.lit("")
    given = documents.filter(pl.col("reference").fill_null("") != "").select(
        "document_id", "reference", claim=pl.format(kind + "/{}/{}", party, "reference")
    )
    if given.is_empty():
        return
    where, values = among("r.claim", given["claim"].unique())
    held = session.rows(
        "select r.claim, d.number from core.document_reference r join core.document d using (document_id)"
        f" where {where}",
        **values,
    )
    used = given.filter(pl.col("claim").is_in([claim for claim, _ in held]))
    if not used.is_empty():
        raise ReferenceUsed(number=dict(held)[used["claim"][0]], **first_and_count(used["reference"].to_list()))
    twice = given.filter(pl.col("claim").is_duplicated())
    if not twice.is_empty():
        raise ReferenceUsed(number=twice["reference"][0], **first_and_count(twice["reference"].to_list()))
    for holder in TAKEN_ELSEWHERE.values():
        taken = holder(session, given["reference"].to_list())
        if taken:
            raise ReferenceUsed(number=taken[0][1], **first_and_count([number for number, _ in taken]))
    session.insert("document_reference", given.select("claim", "document_id"))


def result(heads: pl.DataFrame) -> dict[str, Any]:
    """What a verb returns of the documents it wrote: how many, and the number of each key."""
    return {"count": heads.height, "numbers": dict(heads.select("key", "number").rows())}
