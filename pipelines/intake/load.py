"""Load: each batch through one act of the books, masters before what names them; a second run changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from erp_core import Books
from erp_core.intake.rehearsals import digest_of
from pipelines.intake import lineage, openings
from pipelines.intake.duplicates.answers import answers_of, merged
from pipelines.intake.errors import NothingToLoad, TotalsDisagree, WholeTargetRejected
from pipelines.intake.pack import Pack, Sheet
from pipelines.intake.references import referred
from pipelines.intake.standards import refuse_other_standard
from pipelines.intake.targets import TARGETS

# Openings are loaded as one pack, plain rows not at all.
APART = ("opening_balances", *openings.ITEM_TARGETS, "opening_stock", "assets", "rows")


@dataclass(frozen=True)
class Loaded:
    """What an act did with one batch."""

    target: str
    place: str
    run_id: str
    added: int
    changed: int
    unchanged: int
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToLoad:
    """Rows on their way through one act of the books: in which order, for which target, where from, with what facts."""

    order: int
    target: str
    place: str
    rows: pl.DataFrame
    run: dict[str, Any]
    lineage: lineage.Lineage

    @property
    def mark(self) -> dict[str, str]:
        """Return by what a rehearsal names the batch."""
        return {"target": self.target, "place": self.place, "digest": digest_of(self.target, self.rows)}


def ready(pack: Pack) -> None:
    """Refuse a pack that must not be loaded: a whole target with bad rows or wrong totals, or nothing to load."""
    for sheet in pack.sheets:
        notes, target = sheet.prepared.batch.notes, TARGETS[sheet.prepared.target]
        counts = notes["counts"]
        if not counts["loaded"]:
            facts = {name: counts[name] for name in ("read", "rejected", "dropped")}
            raise NothingToLoad(file=sheet.place, **facts)
        if not target.whole:
            continue
        if counts["rejected"]:
            first = sheet.prepared.batch.rejects.filter(pl.col("severity") == "reject").row(0, named=True)
            raise WholeTargetRejected(file=sheet.place, target=target.name, count=counts["rejected"], row=first["row"])
        for wrong in notes["findings"]:
            raise TotalsDisagree(file=sheet.place, **wrong)


def load_pack(books: Books, pack: Pack, on_batch: Callable[[str, str], None] | None = None) -> list[Loaded]:
    """Load all batches in their order and return what each act did."""
    done = []
    for batch in to_load(books, pack):
        if on_batch:
            on_batch(batch.target, batch.place)
        answer = books.call(
            "intake.load", target=batch.target, rows=batch.rows, run=batch.run, **batch.lineage.arguments
        )
        numbers = {name: answer[name] for name in ("run_id", "added", "changed", "unchanged")}
        done.append(Loaded(batch.target, batch.place, **numbers, result=answer["result"] or {}))
    return done


def release_pack(books: Books, pack: Pack, override: str = "", reason: str = "") -> dict[str, Any]:
    """Ask the books to let a pack in: refused unless its rows passed a rehearsal, or by name and reason."""
    marks = [batch.mark for batch in to_load(books, pack)]
    return books.call("intake.rehearsal.release", batches=marks, override=override, reason=reason)


def sign_pack(books: Books, pack: Pack, files: list[dict[str, str]], proof: Any) -> dict[str, Any]:
    """Sign the rehearsal of a pack off in the books, with its proof and the marks of its rows."""
    marks = [batch.mark for batch in to_load(books, pack)]
    facts = {"passed": proof.passed, "summary": proof.plain()}
    return books.call("intake.rehearsal.sign", files=files, batches=marks, **facts)


def to_load(books: Books, pack: Pack) -> list[ToLoad]:
    """Return the batches of a pack in the order in which they are loaded; refuse what must not be loaded at all."""
    # Under another standard nearly every account would be an orphan; that is not what is wrong.
    refuse_foreign_chart(books, pack)
    pack = referred(merged(pack, answers_of(books)), books)
    ready(pack)
    return _batches(books, pack)


def _batches(books: Books, pack: Pack) -> list[ToLoad]:
    batches = []
    for sheet in pack.sheets:
        for target, also in {each.target: each for each in sheet.fit.layout.also}.items():
            rows = sheet.prepared.also[target]
            facts = sheet.run | {"rows_read": rows.height, "rows_rejected": 0, "rows_dropped": 0, "totals": []}
            batches.append(_batch(target, sheet.place, rows, facts, lineage.of_further(sheet, also)))
        target = sheet.prepared.target
        if target in APART:
            continue
        batches.append(_batch(target, sheet.place, sheet.prepared.rows, sheet.run, lineage.of_sheet(sheet)))
    opening = openings.combined(pack, _roles(books))
    if opening:
        sheets, rows, known = opening
        batches.append(_batch("opening_balances", sheets[0].place, rows, _together(sheets), known))
    for target in ("opening_stock", "assets"):
        if lists := pack.of(target):
            rows, known = openings.together_of(lists)
            batches.append(_batch(target, lists[0].place, rows, _together(lists), known))
    return sorted(batches, key=lambda batch: batch.order)


def _batch(target: str, place: str, rows: pl.DataFrame, run: dict[str, Any], known: lineage.Lineage) -> ToLoad:
    return ToLoad(TARGETS[target].order, target, place, rows, run | {"parts": known.parts}, known)


def refuse_foreign_chart(books: Books, pack: Pack) -> None:
    """Refuse a pack whose accounts follow another standard than the books."""
    named = pack.of("accounts", "opening_balances", "vouchers")
    if named:
        standard = books.sql("select standard from rpt.company")["standard"][0]
        refuse_other_standard([(sheet.place, sheet.fit.grid, sheet.fit.header) for sheet in named], standard)


def _roles(books: Books) -> dict[str, str]:
    return dict(books.sql("select role, account from rpt.account_role").iter_rows())


def _together(sheets: list[Sheet]) -> dict[str, Any]:
    """Return the facts of one run made out of several sheets."""
    runs = [sheet.run for sheet in sheets]
    facts = {
        name: " + ".join(dict.fromkeys(str(run[name]) for run in runs))
        for name in ("layout", "source", "file", "sheet")
    }
    counts = {name: sum(int(str(run[name])) for run in runs) for name in ("rows_read", "rows_rejected", "rows_dropped")}
    totals = [total for run in runs for total in run["totals"]]
    return (
        facts | counts | {"file_hash": " ".join(dict.fromkeys(str(run["file_hash"]) for run in runs)), "totals": totals}
    )
