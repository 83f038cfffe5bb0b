"""The command `erp bench`: runs the benches that lie beside the packages in a checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from erp_core.foundation.errors import Refusal

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "benches"


class BenchesMissing(Refusal):
    """The benches are not here: {folder} comes with a checkout, not with an installed package."""


def register(app: typer.Typer) -> None:
    """Add `erp bench` to the command."""
    app.command("bench", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(bench)


def bench(context: typer.Context) -> None:
    """速度，与同机标尺之比 · Speeds as ratios to yardsticks on this machine: --full, --only PART, --json."""
    program = FOLDER / "run.py"
    if not program.exists():
        raise BenchesMissing(folder=str(FOLDER))
    raise typer.Exit(subprocess.run([sys.executable, str(program), *context.args], check=False).returncode)
