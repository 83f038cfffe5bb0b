"""The commands of the screens: `erp serve` opens the dashboards, `erp demo` makes a company first."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

import erp_core
from dashboards import i18n
from erp_core.books import default_path
from erp_core.foundation.errors import BooksExist, Refusal

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
PortOption = Annotated[int, typer.Option("--port", help="网页端口 · port of the dashboards")]
AddressOption = Annotated[
    str, typer.Option("--address", help="监听地址，局域网用 0.0.0.0 · address to listen on; 0.0.0.0 for the network")
]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="只启动主机，不开网页 · the host only, no screens")]
QuietOption = Annotated[bool, typer.Option("--no-browser", help="不打开浏览器 · do not open a browser")]


class AlreadyServed(Refusal):
    """The books {path} are served already at {address} (process {pid})."""


class PortTaken(Refusal):
    """Port {port} is in use by another program."""


def register(app: typer.Typer) -> None:
    """Join the commands of the screens to `erp`."""
    app.command("serve")(serve)
    app.command("demo")(demo)


def serve(
    books: BooksOption = None,
    port: PortOption = 8501,
    no_browser: QuietOption = False,
    address: AddressOption = "127.0.0.1",
    headless: HeadlessOption = False,
) -> None:
    """打开账套：主机和网页界面，直到 Ctrl+C · Serve these books, host and screens, until Ctrl+C."""
    from dashboards import serving
    from erp_core.gateway import place
    from erp_core.gateway.door import through_host

    path = books or Path(os.environ.get("ERP_BOOKS") or default_path())
    running = through_host(path, "owner") if path.exists() else None
    if running is not None:
        raise AlreadyServed(path=path, address=running.address, pid=place.read(path).pid)
    if not headless and not serving.free(address, port):
        raise PortTaken(port=port)
    raise typer.Exit(serving.run(path, port, address=address, browser=not no_browser, headless=headless))


def demo(
    books: BooksOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只生成，不打开 · make the company only")] = False,
    port: PortOption = 8501,
    no_browser: QuietOption = False,
    scale: Annotated[float, typer.Option(min=0.01, help="规模 · size; 1 is about 50,000 documents")] = 1.0,
) -> None:
    """演示公司 · Make the demo company from legacy workbooks, close its months, and open its dashboards."""
    from dashboards import serving
    from pipelines.demo.run import run

    path = books or Path(os.environ.get("ERP_BOOKS") or default_path())
    if path.exists():
        raise BooksExist(path=path)
    began = time.monotonic()
    with _stages() as bars:
        made = run(path, progress=_teller(bars), scale=scale)
        for task in bars.tasks:
            bars.update(task.id, completed=task.total)
    with erp_core.open(path) as made_books:
        open_door(made_books)
    facts = {"path": path, "documents": f"{sum(made.documents.values()):,}", "vouchers": f"{made.vouchers:,}"}
    serving.say("demo.done", "green", seconds=f"{time.monotonic() - began:.0f}", months=len(made.closed), **facts)
    if not no_serve:
        serve(path, port, no_browser)


def open_door(books: erp_core.Books) -> None:
    """Let people on this machine enter the demo company in a role of their choice, without a password."""
    first = books.report("calendar")["first_day"][0]
    asked = {"parameter": "access.open_door", "value": "demo", "valid_from": first}
    books.call("company.parameter.set", **asked, reason="demo")


def _stages() -> Progress:
    figures = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), *figures, console=Console())


def _teller(bars: Progress) -> Callable[[str, int, int], None]:
    shown: dict[str, TaskID] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in shown:
            shown[stage] = bars.add_task(" · ".join(i18n.t(f"demo.{stage}", each) for each in i18n.LANGUAGES))
        bars.update(shown[stage], completed=done, total=total)

    return tell
