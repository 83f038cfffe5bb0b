"""Many people at once: browser sessions, notebooks and a migration side by side, each reader checking an invariant.

    python tests/benches/crowd.py --books FILE --minutes 10

Serves a copy of the books, lets twenty browser sessions rerun pages over the real websocket, three notebooks ask reports
and SQL through the host, and a migration load workbooks, all at the same time. Ends with errors, wrong numbers and the
times of a page; exit 1 if there was an error, a wrong number, or a page slower than a second at the 95th percentile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import quantiles
from urllib.error import URLError
from urllib.request import Request, urlopen

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import erp_core
from erp_core.gateway import place

PAGES = ("", "sales", "inventory", "finance", "accounts", "ageing", "reports")
THINK_SECONDS = (0.5, 1.5)
SESSIONS, NOTEBOOKS = 20, 3


@dataclass
class Tally:
    """What happened: seconds by kind of act, and whatever went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(kind, []).append(seconds)

    def failed(self, what: str) -> None:
        with self.lock:
            self.wrong.append(what)

    def timed(self, kind: str, act: Callable[[], object]) -> object:
        began = time.perf_counter()
        result = act()
        self.took(kind, time.perf_counter() - began)
        return result


async def visitor(front: str, cookie: str, tally: Tally, until: float, number: int) -> None:
    """One browser session: look at pages in turn, as fast as a person clicks."""
    chance = random.Random(number)
    address = front.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": cookie, "Origin": front}
    async with websockets.connect(
        address, additional_headers=headers, subprotocols=["streamlit"], max_size=None
    ) as line:
        page = 0
        while time.monotonic() < until:
            name = PAGES[page % len(PAGES)]
            began = time.perf_counter()
            await line.send(_rerun(name))
            problem = await _finished(line)
            tally.took("page first seen" if page < len(PAGES) else "page", time.perf_counter() - began)
            if problem:
                tally.failed(f"page {name or 'home'}: {problem}")
            page += 1
            await asyncio.sleep(chance.uniform(*THINK_SECONDS))


def _rerun(page: str) -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    message.rerun_script.page_name = page
    return message.SerializeToString()


async def _finished(line: websockets.ClientConnection) -> str:
    """Read until the script has run to its end; the text of an exception if the page showed one."""
    problem = ""
    while True:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(line.recv(), 60))
        if message.HasField("delta") and message.delta.new_element.HasField("exception"):
            problem = message.delta.new_element.exception.message
        if message.HasField("script_finished"):
            return problem


def notebook(books: erp_core.Books, tally: Tally, until: float) -> None:
    """One analyst: reports and SQL in turn, each answer checked against another road to the same number."""
    while time.monotonic() < until:
        try:
            _ask(books, tally)
        except Exception as problem:  # noqa: BLE001 - whatever it was, it counts
            tally.failed(f"notebook: {type(problem).__name__} {problem}")
        # Somebody reads the answer before running the next cell.
        time.sleep(2)


def _ask(books: erp_core.Books, tally: Tally) -> None:
    last = books.sql("select max(period) as p from rpt.voucher where period > '0000-00'")["p"][0]
    balance = tally.timed("report", lambda: books.report("trial_balance", period=last, level=1))
    for one, other in (("opening_debit", "opening_credit"), ("debit", "credit"), ("closing_debit", "closing_credit")):
        sides = [sum(balance[side].to_list(), Decimal(0)) for side in (one, other)]
        if sides[0] != sides[1]:
            tally.failed(f"trial balance {last}: {one} {sides[0]} against {sides[1]}")
    halves = tally.timed("sql", lambda: books.sql("select sum(debit) as d, sum(credit) as c from rpt.voucher_line"))
    if halves["d"][0] != halves["c"][0]:
        tally.failed(f"voucher lines: {halves.row(0)}")


def poster(books: erp_core.Books, tally: Tally, until: float) -> None:
    """One clerk who writes all the while: an order a second, whose number must follow the last."""
    lines = [{"item": books.sql("select min(code) as c from rpt.item where kind = 'goods'")["c"][0], "quantity": 1}]
    day = books.report("calendar").filter(status="open")["first_day"].min()
    party = books.sql("select min(code) as c from rpt.party where customer and status = 'active'")["c"][0]
    house = books.sql("select min(code) as c from rpt.warehouse where kind = 'normal'")["c"][0]
    head = {"document_on": day, "party": party, "warehouse": house}
    while time.monotonic() < until:
        try:
            tally.timed("post", lambda: books.call("sales.order.place", documents=head, lines=lines))
        except Exception as problem:  # noqa: BLE001
            tally.failed(f"post: {type(problem).__name__} {problem}")
        time.sleep(1)


def migration(books: Path, folder: Path, tally: Tally, until: float) -> None:
    """Somebody loads the same workbook again and again from another terminal: after the first time nothing changes."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["客户编码", "客户名称", "联系电话"])
    for n in range(3000):
        book.active.append([f"K{n:05}", f"并发客户{n:05}", f"0731-8{n:07}"])
    file = folder / "客户.xlsx"
    book.save(file)
    command = [sys.executable, "-m", "erp_core.commands", "migrate", "load", str(file), "--layout", "customers"]
    while time.monotonic() < until:
        run = subprocess.run([*command, "--books", str(books)], capture_output=True, text=True, check=False)
        if run.returncode:
            tally.failed(f"migration: {run.stderr[-400:]}{run.stdout[-200:]}")
            return
        tally.took("migration", 0)
        time.sleep(15)


def signed_in(front: str, books: erp_core.Books, host: str, login: str) -> str:
    """The cookie of a browser in which this person has just entered by a ticket."""
    ticket = books.call("access.ticket.issue", login=login)["ticket"]
    asked = Request(f"{host}/enter", json.dumps({"ticket": ticket}).encode(), {"Content-Type": "application/json"})
    with urlopen(asked, timeout=30) as answer:
        return f"erp_sid={json.load(answer)['token']}"


def told(tally: Tally) -> int:
    """Print what happened; 0 if all was well."""
    for kind, seconds in sorted(tally.seconds.items()):
        cut = quantiles(seconds, n=20) if len(seconds) > 1 else seconds * 19
        print(f"{kind:16} {len(seconds):6} times   p50 {cut[9] * 1000:7.0f} ms   p95 {cut[18] * 1000:7.0f} ms")
    for what in tally.wrong[:20]:
        print("WRONG", what)
    slow = quantiles(tally.seconds["page"], n=20)[18] > 1
    print(f"errors and wrong numbers: {len(tally.wrong)}" + ("; pages are too slow" if slow else ""))
    return 1 if tally.wrong or slow else 0


def served(books: Path, port: int) -> subprocess.Popen:
    """`erp serve` on these books, once its front answers."""
    command = [
        sys.executable,
        "-m",
        "erp_core.commands",
        "serve",
        "--books",
        str(books),
        "--port",
        str(port),
        "--no-browser",
    ]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 90
    while time.monotonic() < end and child.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return child
        except (URLError, OSError):
            time.sleep(0.3)
    child.kill()
    raise SystemExit("erp serve did not come up")


def everybody(path: Path, folder: Path, front: str, tally: Tally, until: float) -> None:
    """Let them all work until the end."""
    books = erp_core.open(path)
    host = place.read(path).address
    people = ("owner", "accountant", "supervisor", "clerk", "keeper", "analyst")
    cookies = [signed_in(front, books, host, people[n % len(people)]) for n in range(SESSIONS)]
    works = [
        *(partial(notebook, erp_core.open(path, user=who), tally, until) for who in ("analyst", "accountant", "owner")),
        partial(poster, erp_core.open(path), tally, until),
        partial(migration, path, folder, tally, until),
    ]
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()

    async def all_visitors() -> list[object]:
        visits = [visitor(front, cookie, tally, until, n) for n, cookie in enumerate(cookies)]
        return await asyncio.gather(*visits, return_exceptions=True)

    for ended in asyncio.run(all_visitors()):
        if isinstance(ended, BaseException):
            tally.failed(f"session: {type(ended).__name__} {ended}")
    for thread in threads:
        thread.join()
    broken = [row["check"] for row in books.check().to_dicts() if not row["ok"]]
    if broken:
        tally.failed(f"checks: {', '.join(broken)}")
    books.close()


def main() -> int:
    """Copy the books, serve the copy, let everybody in, and tell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--books", type=Path, required=True)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--port", type=int, default=8791)
    given = asked.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "books.duckdb"
        for part in (given.books, given.books.with_name(given.books.name + ".mark")):
            shutil.copy(part, folder / part.name.replace(given.books.name, path.name))
        child = served(path, given.port)
        try:
            everybody(path, folder, f"http://127.0.0.1:{given.port}", tally, time.monotonic() + given.minutes * 60)
        finally:
            child.terminate()
            child.wait(60)
    return told(tally)


if __name__ == "__main__":
    raise SystemExit(main())
