"""The program of children: pack the file of books into blocks, or restore a backup to a scratch file and prove it."""

from __future__ import annotations

import errno
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from erp_core.books import Books
from erp_core.foundation.database import Database, schema_files
from erp_core.foundation.errors import DiskFull, Refusal
from erp_core.foundation.rights import Actor
from erp_core.operations import manifests
from erp_core.operations.blocks import assemble, pack
from erp_core.operations.facts import facts, unlike
from erp_core.operations.sealing import Seal

_STEPS = 200
CHECKER = Actor("owner", frozenset({"*"}))


def say(message: dict[str, Any]) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


def tell(stage: str, done: int, total: int) -> None:
    """Progress for the parent, some two hundred times at most."""
    if done == total or done % max(1, total // _STEPS) == 0:
        say({"stage": stage, "done": done, "of": total})


def packed(job: dict[str, Any]) -> dict[str, Any]:
    """Pack the main file: path, folder, recipient, known, whole, twin."""
    done = pack(
        Path(job["path"]),
        Path(job["folder"]),
        Seal(job["recipient"]),
        job["known"],
        whole=job["whole"],
        twin=Path(job["twin"]) if job["twin"] else None,
        tell=tell,
    )
    blocks = [[block.holds, block.stored, block.size] for block in done.blocks]
    return {**vars(done), "blocks": blocks}


def proved(job: dict[str, Any]) -> dict[str, Any]:
    """Restore a backup (manifest, recipient, identity) to a scratch folder, or take its twin; check and compare it."""
    place = Path(job["manifest"])
    manifest, seal = manifests.read(place), Seal(job["recipient"], job["identity"])
    begun = time.perf_counter()
    if job["twin"]:
        return _prove(Path(job["twin"]), manifest, job["facts"], 0)
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=place.parent.parent) as scratch:
        copy = Path(scratch) / "books.duckdb"
        assemble(manifest, place.parent.parent, seal, copy, tell)
        took = round((time.perf_counter() - begun) * 1000)
        saved = job["facts"] or manifest.facts_for(seal)
        return _prove(copy, manifest, saved, took)


def compared(job: dict[str, Any]) -> dict[str, Any]:
    """Compare a restored file (path) with its manifest; nobody else has it open."""
    manifest = manifests.read(Path(job["manifest"]))
    return _prove(Path(job["path"]), manifest, job["facts"], 0)


def _prove(copy: Path, manifest: manifests.Manifest, saved: dict[str, Any], took: int) -> dict[str, Any]:
    tell("prove", 0, 2)
    problems, checks = _look(copy, saved, same_engine=manifest.engine == duckdb.__version__)
    tell("prove", 2, 2)
    return {"problems": problems, "checks": checks, "restore_ms": took}


def _look(copy: Path, saved: dict[str, Any], *, same_engine: bool) -> tuple[list[str], int]:
    if saved["schema"] != schema_files()[-1][0]:
        # Books of an earlier version: the invariants of this one do not fit them, their totals do.
        with duckdb.connect(str(copy)) as connection:
            return unlike(saved, facts(connection), same_engine=same_engine), 0
    database = Database(copy)
    try:
        with database.read() as cursor:
            problems = unlike(saved, facts(cursor), same_engine=same_engine)
        found = Books(database, CHECKER).check()
    finally:
        database.close()
    broken = found.filter(~found["ok"])
    problems += [f"{row['check']}: {row['offender']}" for row in broken.iter_rows(named=True)]
    return problems, found.height


TASKS = {"pack": packed, "prove": proved, "compare": compared}


def main(task: str) -> None:
    """Do the task named with the job on the input; the last line of the output is the answer or a refusal."""
    job = json.load(sys.stdin)
    try:
        say({"answer": TASKS[task](job)})
    except Refusal as refusal:
        say({"refusal": refusal.code, "facts": refusal.facts})
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        say({"refusal": DiskFull.__name__, "facts": {"path": str(job.get("folder") or job.get("manifest"))}})


if __name__ == "__main__":
    main(sys.argv[1])
