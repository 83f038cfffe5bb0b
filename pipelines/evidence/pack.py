"""Gather the evidence of a closed period and write it as a folder or a zip: the same books give the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import zipfile
from collections.abc import Callable
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.reports import export
from pipelines.evidence import contents, exchange, page

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_VERSIONS = ("notebook-erp", "duckdb", "polars")
Tell = Callable[[str], None]


class PeriodNotSealed(Refusal):
    """{period} is not closed, so there is no evidence of it yet; closed are: {closed}."""


class PackExists(Refusal):
    """{path} is there already and is not empty."""


def gather(books: Any, period: str, *, tell: Tell = lambda _: None) -> dict[str, bytes]:
    """Every part of the pack of a closed period: path -> bytes. Refuses a period that is not closed."""
    sealed = _sealed(books, period)
    company = books.sql("select name, uscc from rpt.company").to_dicts()[0]
    day = str(books.sql("select last_day from rpt.period where period = $p", p=period)["last_day"][0])
    tell("reports")
    answers = contents.reports(books, period, day)
    tell("posted")
    rows = contents.tables(books, period, sealed["act_id"])
    parts = {f"{path}.parquet": _parquet(frame) for path, frame in rows.items()}
    for path, (_, frame, _) in answers.items():
        parts[f"{path}.csv"], parts[f"{path}.parquet"] = export.csv(frame), _parquet(frame)
    tell("checks")
    parts |= _texts(books, company, sealed, rows, {path: frame for path, (_, frame, _) in answers.items()})
    asked = {path: {"report": name, **parameters} for path, (name, _, parameters) in answers.items()}
    parts["manifest.json"] = _manifest(parts, sealed, asked)
    return dict(sorted(parts.items()))


def write(parts: dict[str, bytes], out: Path) -> Path:
    """Write the pack: a zip where the name ends so, else a folder that must be empty or new."""
    if out.suffix == ".zip":
        if out.exists():
            raise PackExists(path=str(out))
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(zipped(parts))
        return out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PackExists(path=str(out))
    for name, content in parts.items():
        place = out / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return out


def zipped(parts: dict[str, bytes]) -> bytes:
    """The pack as one zip without any time in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _sealed(books: Any, period: str) -> dict[str, Any]:
    known = books.report("period_seals").sort("period", "version")
    closed = books.sql("select period from rpt.period where status = 'closed'")["period"].to_list()
    own = known.filter((pl.col("period") == period) & pl.col("period").is_in(closed))
    if own.is_empty():
        raise PeriodNotSealed(period=period, closed=", ".join(sorted(closed)) or "-")
    return own.row(-1, named=True)


def _texts(
    books: Any,
    company: dict[str, Any],
    sealed: dict[str, Any],
    rows: dict[str, pl.DataFrame],
    answers: dict[str, pl.DataFrame],
) -> dict[str, bytes]:
    period = sealed["period"]
    information = exchange.accounting_information(company, rows)
    of_close = contents.gates(books, period, sealed["version"])
    said = {"company": company["name"], "period": period, "code": sealed["code"], "version": sealed["version"]}
    checked = resources.files("pipelines.evidence").joinpath("recompute.py").read_bytes()
    return {
        "README.md": page.README.format(**said, root=sealed["root"]).encode(),
        "recompute.ipynb": page.notebook(company["name"], period),
        "recompute.py": checked,
        "gates/gates.json": (of_close.get("gates") or "[]").encode(),
        "gates/statements.json": (of_close.get("statements") or "{}").encode(),
        "gates/result.txt": f"{of_close.get('result_hash', '')}\n".encode(),
        "reconciliations/ledger.txt": contents.reconciled(books).encode(),
        "exchange/accounting_information.json": export.json(information),
        "exchange/accounting_information.csv": export.csv(information),
        "exchange/gbt24589_style.json": exchange.gbt_style(company, period, rows | answers),
        "exchange/MAPPING.md": exchange.mapping().encode(),
    }


def _parquet(frame: pl.DataFrame) -> bytes:
    return export.parquet(frame)


def _manifest(parts: dict[str, bytes], sealed: dict[str, Any], asked: dict[str, Any]) -> bytes:
    form = pl.read_parquet(io.BytesIO(parts["seals/forms.parquet"]))["version"].max()
    said = {
        "format": "erp-evidence 1",
        **{name: sealed[name] for name in ("period", "version", "code", "root", "seal", "act_id")},
        "sealed_at": str(sealed["sealed_at"]),
        "seal_form": form,
        "versions": {name: metadata.version(name) for name in _VERSIONS} | {"python": platform.python_version()},
        "parameters": asked,
        "parts": [
            {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(parts.items())
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()
