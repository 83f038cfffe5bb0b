"""The command `erp host`: the books answer other programs, without any screen."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from erp_core.foundation.words import LANGUAGES, word


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("host")(host)


def host(
    books: Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")] = None,
    port: Annotated[int, typer.Option("--port", help="端口，0 为任意 · port, 0 for any free one")] = 0,
    bind: Annotated[str, typer.Option("--bind", help="监听的地址 · address to listen at")] = "127.0.0.1",
) -> None:
    """账套主机，没有界面 · Serve the books to other programs until Ctrl+C or SIGTERM; no screens."""
    # The server behind it is needed by this command only.
    from erp_core.gateway.serving import Host

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Host(books, port, bind=bind) as running:
        for language in LANGUAGES:
            text = word("erp_core", "cli.host_ready", language, address=running.address, path=running.path)
            Console().print(text, soft_wrap=True, markup=False)
        with suppress(KeyboardInterrupt):
            running.wait()
    Console().print(" · ".join(word("erp_core", "cli.host_stopped", language) for language in LANGUAGES))
