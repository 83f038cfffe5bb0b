"""The commands of the screens: `erp serve` opens the dashboards, `erp demo` makes a company first."""

import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen

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

FRONT = Path(__file__).with_name("front.py")

BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
PortOption = Annotated[int, typer.Option("--port", help="网页端口 · port of the dashboards")]
QuietOption = Annotated[bool, typer.Option("--no-browser", help="不打开浏览器 · do not open a browser")]


class PortTaken(Refusal):
    """Port {port} is in use by another program."""


def register(app: typer.Typer) -> None:
    """Join the commands of the screens to `erp`."""
    app.command("serve")(serve)
    app.command("demo")(demo)


def serve(books: BooksOption = None, port: PortOption = 8501, no_browser: QuietOption = False) -> None:
    """打开仪表板 · Open the dashboards of these books until Ctrl+C."""
    path = books or Path(os.environ.get("ERP_BOOKS") or default_path())
    # Opening here first turns a missing, damaged or held file into a refusal at the terminal, not into a broken page.
    erp_core.open(path).close()
    if not _free(port):
        raise PortTaken(port=port)
    raise typer.Exit(_run(path, port, no_browser))


def demo(
    books: BooksOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只生成，不打开 · make the company only")] = False,
    port: PortOption = 8501,
    no_browser: QuietOption = False,
    scale: Annotated[float, typer.Option(min=0.01, help="规模 · size; 1 is about 50,000 documents")] = 1.0,
) -> None:
    """演示公司 · Make the demo company from legacy workbooks, close its months, and open its dashboards."""
    from pipelines.demo.run import run

    path = books or Path(os.environ.get("ERP_BOOKS") or default_path())
    if path.exists():
        raise BooksExist(path=path)
    began = time.monotonic()
    with _stages() as bars:
        made = run(path, progress=_teller(bars), scale=scale)
        for task in bars.tasks:
            bars.update(task.id, completed=task.total)
    facts = {"path": path, "documents": f"{sum(made.documents.values()):,}", "vouchers": f"{made.vouchers:,}"}
    _say("demo.done", "green", seconds=f"{time.monotonic() - began:.0f}", months=len(made.closed), **facts)
    if not no_serve:
        serve(path, port, no_browser)


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


def _run(books: Path, port: int, no_browser: bool) -> int:
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", str(FRONT)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    child = subprocess.Popen(command, env={**os.environ, "ERP_BOOKS": str(books.resolve())}, stdout=subprocess.DEVNULL)
    # A polite end of this command must end the server too, or it would go on holding the books.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if not _answers(child, port):
            _say("serve.failed", "red")
            return 1
        _say("serve.ready", "green", address=address)
        if not no_browser:
            webbrowser.open(address)
        return child.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(child)


def _stop(child: subprocess.Popen) -> None:
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def _answers(child: subprocess.Popen, port: int, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            time.sleep(0.2)
    return False


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _say(key: str, style: str, **facts: object) -> None:
    for language in i18n.LANGUAGES:
        Console().print(i18n.t(key, language, **facts), style=style)
