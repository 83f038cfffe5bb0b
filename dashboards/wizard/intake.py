"""One visitor's intake: files in a folder of their own; what was recognised, chosen, checked, rehearsed, loaded."""

import re
import shutil
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl

from dashboards.wizard import jobs, layouts
from dashboards.wizard.jobs import Job, Tell
from erp_core.foundation.errors import Refusal
from pipelines.intake.annotate import annotate
from pipelines.intake.duplicates.answers import answers_of, merged
from pipelines.intake.findings import write_findings
from pipelines.intake.layout import Layout, shipped_layouts
from pipelines.intake.load import Loaded, load_pack, release_pack, sign_pack
from pipelines.intake.mapping import Fit, best_fit
from pipelines.intake.pack import Pack, Sheet, Tables, in_order, sheet_of, tables_in
from pipelines.intake.profile import profile_sheet
from pipelines.intake.proof import Proof, examined, files_in, proven
from pipelines.intake.proof_page import write_proof
from pipelines.intake.references import referred
from pipelines.intake.rehearsed import changes, last_signed
from pipelines.intake.residuals import roles_of
from pipelines.intake.sniff import sniff

FILES_MAX, FILE_MB, TOTAL_MB = 40, 50, 200
LEFT_OUT = "-"
BAD_SIGNS = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
PHASES = ("read", "map", "clean", "derive", "drop", "validate", "reconcile")


class NothingRecognised(Refusal):
    """None of the {count} tables has rows under a layout."""


@dataclass
class Table:
    """One table of a file: what it looks like, which layout fits best, and what somebody chose instead."""

    tables: Tables
    number: int
    facts: dict[str, Any]
    best: Fit | None
    choice: str = ""
    own: Layout | None = None

    @property
    def key(self) -> str:
        """Return by what the table is known on the screen."""
        return f"{self.tables.path.name}|{self.number}"

    @property
    def place(self) -> str:
        """Return file and sheet as people say it."""
        sheet = self.facts["sheet"]
        return f"{self.tables.path.name} [{sheet}]" if sheet else self.tables.path.name

    @property
    def fit(self) -> Fit | None:
        """Return how the layout that counts fits: the one chosen, else the best if it may be used."""
        if self.best is None or self.choice == LEFT_OUT:
            return None
        layout = self.own or (layouts.named(self.choice) if self.choice else None)
        if layout is None:
            return self.best if self.best.accepted else None
        return layouts.taken(self.best, layout)


@dataclass
class Intake:
    """The state of one visitor's intake; the folder goes when the session of the visitor goes."""

    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="erp-intake-")))
    files: dict[str, Path] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    pack: Pack | None = None
    proof: Proof | None = None
    before: dict[str, Any] = field(default_factory=dict)
    rehearsal: Proof | None = None
    loaded: list[Loaded] = field(default_factory=list)
    outcome: Proof | None = None
    marked: list[Path] = field(default_factory=list)
    job: Job | None = None
    changed: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clear = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    @property
    def out(self) -> Path:
        """Return the folder of what was written for the visitor."""
        return self.folder / "out"

    @property
    def busy(self) -> bool:
        """Return whether work goes on in the background."""
        return self.job is not None and self.job.running

    def take(self, name: str, content: bytes) -> str:
        """Put a file into the folder under its own plain name; return the name of the limit it would break, or ''."""
        plain = BAD_SIGNS.sub("_", Path(name.replace("\\", "/")).name).lstrip(".")[-120:] or "file"
        others = sum(path.stat().st_size for kept, path in self.files.items() if kept != plain)
        if len(content) > FILE_MB << 20:
            return "too_large"
        if others + len(content) > TOTAL_MB << 20:
            return "too_much"
        if plain not in self.files and len(self.files) >= FILES_MAX:
            return "too_many"
        path = self.folder / "in" / plain
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files[plain] = path
        self.forget()
        return ""

    def remove(self, name: str) -> None:
        """Take a file out again."""
        self.files.pop(name).unlink(missing_ok=True)
        self.forget()

    def forget(self) -> None:
        """Forget what was found in the files, since they are others now."""
        self.tables, self.refused, self.job = [], {}, None
        self.unchecked()

    def unchecked(self) -> None:
        """Forget what was checked and rehearsed, since layouts or files are others now."""
        self.pack = self.proof = self.rehearsal = self.outcome = None
        self.loaded, self.marked, self.changed = [], [], []
        shutil.rmtree(self.out, ignore_errors=True)

    def recognise(self) -> None:
        """Begin to find out what each file and sheet is."""
        self.forget()
        self.job = jobs.start("recognise", self._recognise)

    def _recognise(self, tell: Tell) -> None:
        known, found = shipped_layouts(), []
        for number, (name, path) in enumerate(sorted(self.files.items())):
            tell(name, "read", number / len(self.files))
            try:
                kind = sniff(path).format
                tables = tables_in(path, known)
                for place, grid in enumerate(tables.grids):
                    tell(name, "map", (number + place / len(tables.grids)) / len(self.files))
                    facts, _ = profile_sheet(grid, known)
                    found.append(Table(tables, place, facts | {"format": kind}, best_fit(grid, known)))
            except Refusal as refusal:
                self.refused[name] = refusal
        self.tables = found

    def check(self, books: Any, language: str) -> None:
        """Begin to read all tables under their layouts, and write the marked copies and the findings."""
        self.unchecked()
        self.job = jobs.start("check", lambda tell: self._check(books, language, tell))

    def _check(self, books: Any, language: str, tell: Tell) -> None:
        pack, fits = Pack(), [(table, table.fit) for table in self.tables]
        for number, (table, found) in enumerate(fits):
            if found is None:
                pack.passed_over.append((table.tables.path.name, table.facts["sheet"]))
                continue
            pack.sheets.append(sheet_of(table.tables, found, _step(tell, table.place, number, len(fits))))
        # A page with headers and nothing below them stands beside full ones.
        full = [sheet for sheet in pack.sheets if _counts(sheet)["read"]]
        if not full:
            raise NothingRecognised(count=len(self.tables))
        pack = referred(merged(Pack(in_order(full), pack.passed_over), answers_of(books)), books)
        tell("", "reconcile", 0.9)
        self.before, proof = last_signed(books), examined(pack, roles_of(books))
        self.out.mkdir(parents=True, exist_ok=True)
        write_findings(pack, self.out, language)
        self.marked, _ = annotate(pack, self.out, language)
        self.pack, self.proof = pack, proof

    def rehearse(self, books: Any, language: str) -> None:
        """Begin a load on a copy of the books, which is signed when everything went in."""
        self.rehearsal = None
        self.job = jobs.start("rehearse", lambda tell: self._rehearse(books, language, tell))

    def _rehearse(self, books: Any, language: str, tell: Tell) -> None:
        tell("", "copy", 0.05)
        with books.branch() as copy:
            load_pack(copy, self.pack, _batches(tell, self.pack))
            proof = proven(copy, self.pack)
        sign_pack(books, self.pack, files_in(self.pack), proof)
        write_proof(proof, self.out, language, self.before)
        self.changed = changes(proof, self.before)
        self.rehearsal = proof

    def load(self, books: Any, language: str, override: str = "", reason: str = "") -> None:
        """Begin the load into the books themselves; refused unless rehearsed or overridden by name and reason."""
        self.loaded, self.outcome = [], None
        self.job = jobs.start("load", lambda tell: self._load(books, language, (override, reason), tell))

    def _load(self, books: Any, language: str, override: tuple[str, str], tell: Tell) -> None:
        release_pack(books, self.pack, *override)
        self.loaded = load_pack(books, self.pack, _batches(tell, self.pack))
        self.outcome = proven(books, self.pack)
        write_proof(self.outcome, self.out, language, self.before)
        write_findings(self.pack, self.out, language, self.loaded)

    def written(self) -> list[Path]:
        """Return what was written for the visitor, by name."""
        return sorted(path for path in self.out.glob("*") if path.is_file()) if self.out.is_dir() else []

    def issues(self) -> pl.DataFrame:
        """Return the findings by rule: severity, code, cells, files, first place."""
        parts = [
            sheet.prepared.batch.rejects.select("row", "column", "code", "severity", place=pl.lit(sheet.place))
            for sheet in (self.pack.sheets if self.pack else [])
        ]
        schema = {"row": pl.Int32, "column": pl.String, "code": pl.String, "severity": pl.String, "place": pl.String}
        every = pl.concat([pl.DataFrame(schema=schema), *parts])
        return (
            every.group_by("severity", "code")
            .agg(cells=pl.len(), files=pl.col("place").n_unique(), first="place", row="row", column="column")
            .with_columns(pl.col("first", "row", "column").list.first())
            .sort("severity", "cells", "code", descending=[False, True, False])
        )


def _counts(sheet: Sheet) -> dict[str, int]:
    return sheet.prepared.batch.notes["counts"]


def _step(tell: Tell, place: str, number: int, total: int) -> Any:
    def on_step(step: str) -> None:
        within = PHASES.index(step) / len(PHASES) if step in PHASES else 0
        tell(place, step, 0.85 * (number + within) / max(total, 1))

    return on_step


def _batches(tell: Tell, pack: Pack) -> Any:
    done = [0]

    def on_batch(_: str, place: str) -> None:
        tell(place, "load", 0.1 + 0.8 * done[0] / max(len(pack.sheets), 1))
        done[0] += 1

    return on_batch
