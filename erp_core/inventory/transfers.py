"""Transfers between warehouses in two steps: sent into transit, arrived in full, short or over; cost stays."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import gains, moves

SENT, ARRIVED = "sent", "arrived"
LIFECYCLE = papers.Lifecycle("stock_transfer", SENT, (("arrive", SENT, ARRIVED),))
HEADER = {name: papers.HEADER[name] for name in ("document_on", "warehouse", "to_warehouse", "reference", "note")}
LINES = {name: papers.LINE[name] for name in ("item", "bin", "quantity", "reason")}
ARRIVAL = {"transfer": pl.String, "document_on": pl.Date, "short": pl.String}
ARRIVAL_LINES = {"line": pl.Int32, "quantity": papers.LINE["quantity"], "bin": pl.String}
SHORT = ("keep", "loss")


class NoTransitWarehouse(Refusal):
    """There is no warehouse of the kind transit in use; goods under way need one."""


class TransferToItself(Refusal):
    """Transfer {first} leaves {warehouse} for itself ({count} such transfers)."""


class TransferQuantity(Refusal):
    """Transfer {first}: the quantity of {item} must be above zero ({count} such lines)."""


class TransferLineUnknown(Refusal):
    """Transfer {first} has no line {line} ({count} such lines)."""


class ShortChoice(Refusal):
    """What did not arrive with {first} can be {allowed}, not {short}."""


class ArrivedBeforeSent(Refusal):
    """Transfer {first} was sent on {sent_on}; it cannot arrive on {day} ({count} such transfers)."""


@verb("inventory.transfer.send")
def send(session: Session, *, documents: given.Given, lines: given.Given) -> dict[str, Any]:
    """Send goods from one warehouse to another; until they arrive they are in the transit warehouse.

    documents: key, document_on, warehouse (from), to_warehouse, reference, note. lines: key, item, quantity, bin,
    reason. Returns count and numbers.
    """
    heads = given.documents(documents, HEADER, ("document_on", "warehouse", "to_warehouse"))
    body = given.lines(lines, LINES, ("item", "quantity"), heads)
    same = heads.filter(pl.col("warehouse") == pl.col("to_warehouse"))
    if not same.is_empty():
        raise TransferToItself(warehouse=same["warehouse"][0], **first_and_count(same["key"].to_list()))
    _refuse_nothing(body)
    heads, body = papers.write(session, LIFECYCLE, heads, body)
    dated = body.join(heads.select("key", "document_on", "warehouse"), on="key", maintain_order="left")
    _carry(session, dated, away=("warehouse", "bin"), to=(pl.lit(transit(session)), pl.lit("")))
    return papers.result(heads)


@verb("inventory.transfer.arrive")
def arrive(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Take in what was sent: all of it, or the quantities counted on arrival.

    documents: key, transfer (number), document_on, short: keep (stays under way, the default) or loss (is written off).
    lines: key, line, quantity, bin; lines not named arrive as sent. More than was sent is booked as a surplus.
    Returns count, numbers, and the quantities short and over.
    """
    heads = given.documents(documents, ARRIVAL, ("transfer", "document_on"))
    counted = given.lines(lines, ARRIVAL_LINES, ("line", "quantity"), heads)
    odd = heads.filter(~pl.col("short").fill_null("keep").is_in(SHORT))
    if not odd.is_empty():
        raise ShortChoice(first=odd["transfer"][0], allowed=", ".join(SHORT), short=odd["short"][0])
    twice = heads.filter(pl.col("transfer").is_duplicated())["transfer"].unique(maintain_order=True)
    if len(twice):
        raise given.KeyGivenTwice(**first_and_count(twice.to_list()))
    sent = papers.find(session, LIFECYCLE.kind, heads["transfer"])
    papers_at = heads.rename({"transfer": "number", "document_on": "arrived_on"}).join(
        sent.select("number", "document_id", "document_on", "to_warehouse", "status"),
        on="number",
        maintain_order="left",
    )
    _refuse_untimely(papers_at)
    body = _arrived(session, papers_at, counted)
    result = _take_in(session, body)
    finished = papers_at.filter(~pl.col("document_id").is_in(_still_open(session, papers_at)["document_id"].implode()))
    if not finished.is_empty():
        papers.step(session, LIFECYCLE, finished["number"].to_list(), "arrive")
    numbers = dict(papers_at.select("key", "number").rows())
    return {"count": papers_at.height, "numbers": numbers, **result}


def transit(session: Session) -> str:
    """The warehouse that holds goods under way."""
    found = session.reference("warehouse").filter((pl.col("kind") == "transit") & pl.col("active")).sort("code")
    if found.is_empty():
        raise NoTransitWarehouse
    return found["code"][0]


def _refuse_nothing(body: pl.DataFrame) -> None:
    wrong = body.filter(pl.col("quantity") <= 0)
    if not wrong.is_empty():
        raise TransferQuantity(item=wrong["item"][0], **first_and_count(wrong["key"].to_list()))


def _refuse_untimely(arrivals: pl.DataFrame) -> None:
    done = arrivals.filter(pl.col("status") != SENT)
    if not done.is_empty():
        facts = {"status": done["status"][0], "action": "arrive", "allowed": "-"}
        raise papers.IllegalStep(**facts, **first_and_count(done["number"].to_list()))
    early = arrivals.filter(pl.col("arrived_on") < pl.col("document_on"))
    if not early.is_empty():
        facts = {"sent_on": early["document_on"][0], "day": early["arrived_on"][0]}
        raise ArrivedBeforeSent(**facts, **first_and_count(early["number"].to_list()))


def _arrived(session: Session, arrivals: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The open lines of transfers with what arrived of each: fitting, over, and short (under way or lost)."""
    lines = papers.lines_of(session, arrivals["document_id"], "arrived").rename({"bin": "sent_bin"})
    lines = lines.select("document_id", "line", "item", open=pl.col("quantity") - pl.col("arrived"))
    body = arrivals.join(lines, on="document_id", maintain_order="left_right")
    lost = counted.join(body, on=["key", "line"], how="anti", maintain_order="left")
    if not lost.is_empty():
        raise TransferLineUnknown(line=lost["line"][0], **first_and_count(lost["key"].to_list()))
    body = body.join(counted, on=["key", "line"], how="left", maintain_order="left")
    body = body.with_columns(pl.col("bin").fill_null(""), came=pl.coalesce("quantity", "open")).drop(
        "quantity", "document_on"
    )
    wrong = body.filter(pl.col("came") < 0)
    if not wrong.is_empty():
        raise TransferQuantity(item=wrong["item"][0], **first_and_count(wrong["number"].to_list()))
    short = pl.col("open") - pl.min_horizontal("came", "open")
    return body.rename({"arrived_on": "document_on"}).with_columns(
        fitting=pl.min_horizontal("came", "open"),
        over=pl.col("came") - pl.min_horizontal("came", "open"),
        lost=pl.when(pl.col("short").fill_null("keep") == "loss").then(short).otherwise(0),
        missing=short,
    )


def _take_in(session: Session, body: pl.DataFrame) -> dict[str, str]:
    under_way = pl.lit(transit(session))
    fitting = body.filter(pl.col("fitting") > 0).with_columns(quantity="fitting")
    if not fitting.is_empty():
        _carry(session, fitting, away=(under_way, pl.lit("")), to=("to_warehouse", "bin"))
    more = body.filter(pl.col("over") > 0).with_columns(warehouse="to_warehouse", quantity="over")
    less = body.filter(pl.col("lost") > 0).with_columns(warehouse=under_way, bin=pl.lit(""), quantity=-pl.col("lost"))
    columns = ["number", "document_id", "line", "document_on", "item", "warehouse", "bin", "quantity"]
    odd = pl.concat([more.select(columns), less.select(columns)])
    if not odd.is_empty():
        gains.post(session, LIFECYCLE.kind, odd.with_columns(amount=pl.lit(None, papers.HEADER["net"])))
    done = body.select("document_id", "line", step=pl.lit("arrived"), quantity=pl.col("fitting") + pl.col("lost"))
    papers.advance(session, done)
    return {"short": str(body["missing"].sum()), "over": str(body["over"].sum())}


def _still_open(session: Session, arrivals: pl.DataFrame) -> pl.DataFrame:
    lines = papers.lines_of(session, arrivals["document_id"], "arrived")
    return lines.filter(pl.col("arrived") < pl.col("quantity"))


def _carry(session: Session, rows: pl.DataFrame, *, away: tuple, to: tuple) -> None:
    """Move goods from one place to another on one day; places: warehouse and bin, as columns or expressions."""
    shared = {"moved_on": "document_on", "document_line": "line", "reference": "number"}
    halves = [
        rows.select(
            "item", "document_id", kind=pl.lit(kind), warehouse=place[0], bin=place[1], quantity=quantity, **shared
        )
        for kind, place, quantity in (
            ("transfer_out", away, -pl.col("quantity")),
            ("transfer_in", to, pl.col("quantity")),
        )
    ]
    moves.move(session, pl.concat(halves))
