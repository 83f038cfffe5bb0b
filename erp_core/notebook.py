"""`erp notebook`: JupyterLab in the notebooks folder with the books at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from erp_core.books import default_path
from erp_core.foundation.errors import BooksMissing
from erp_core.foundation.paths import data_folder


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("notebook")(notebook)


def notebook(
    books: Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器 · do not open a browser")] = False,
) -> None:
    """打开笔记本 · Open the notebooks; `erp.open()` in them finds the books without a path."""
    path = Path(books or os.environ.get("ERP_BOOKS") or default_path()).resolve()
    if not path.exists():
        raise BooksMissing(path=str(path))
    folder = data_folder().parent / "notebooks"
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={folder}",
        "--LabApp.default_url=/lab/tree/00_index.ipynb",
        *(["--no-browser"] if no_browser else []),
    ]
    raise typer.Exit(subprocess.call(command, env={**os.environ, "ERP_BOOKS": str(path)}))
