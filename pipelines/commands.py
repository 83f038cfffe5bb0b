"""The commands of the pipelines: migrate legacy files, close months, bisect totals, hand out evidence."""

import typer

from pipelines.banking import commands as banking
from pipelines.bisect import commands as bisect
from pipelines.closing import commands as closing
from pipelines.evidence import commands as evidence
from pipelines.intake import commands as intake


def register(app: typer.Typer) -> None:
    """Add the commands of every part to `erp`."""
    intake.register(app)
    closing.register(app)
    banking.register(app)
    bisect.register(app)
    evidence.register(app)
