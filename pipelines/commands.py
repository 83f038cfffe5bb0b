"""The commands of the pipelines: migrate legacy files, close months."""

import typer

from pipelines.banking import commands as banking
from pipelines.closing import commands as closing
from pipelines.intake import commands as intake


def register(app: typer.Typer) -> None:
    """Add the commands of both halves to `erp`."""
    intake.register(app)
    closing.register(app)
    banking.register(app)
