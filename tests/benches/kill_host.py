"""Kill -9 of the host while four clients post, again and again: nothing acknowledged is lost, nothing is half written.

    python tests/benches/kill_host.py --rounds 50

Every client buys goods in four acts (order, submit, approve, receive), each act with its own key. An act counts as
acknowledged once its answer has arrived. An act whose answer never came is repeated with the same key in the next round.
After every round the file is opened and looked at: each acknowledged key is there once, every invariant holds.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [entry for entry in (str(ROOT), str(ROOT / "tests")) if entry not in sys.path]

import erp_core  # noqa: E402 - the path comes first
from erp_core.books import Books  # noqa: E402
from erp_core.foundation.errors import BooksInUse, Refusal  # noqa: E402
from erp_core.gateway import place as places  # noqa: E402
from erp_core.gateway.door import through_host  # noqa: E402
from erp_core.gateway.refusals import HostGone  # noqa: E402

CLIENTS = 4
START_SECONDS = 60
# A round ends after a number of acts drawn by chance, on a busy machine after so long.
ROUND_SECONDS = 10


@dataclass
class Buyer:
    """One client: the purchase it is in the middle of, what was acknowledged, and what went wrong."""

    name: str
    purchases: int = 0
    step: int = 0
    order: str = ""
    acknowledged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def go_on(self, path: Path, ended: threading.Event) -> None:
        """Post until the host is gone."""
        books = None
        try:
            books = through_host(path, "owner")
            while books is not None and not ended.is_set():
                self._one(books)
        except HostGone:
            pass
        except Refusal as refusal:
            self.wrong.append(f"{self.name} {self.purchases}.{self.step}: {refusal}")
        finally:
            if books is not None:
                books.close()

    def _one(self, books: Any) -> None:
        key = f"{self.name}-{self.purchases}-{self.step}"
        if self.step == 0:
            head = {"document_on": "2026-01-05", "party": "S01", "warehouse": "W1"}
            lines = [{"item": "B", "quantity": 1, "unit_price": "20"}]
            done = books.call("purchasing.order.place", documents=head, lines=lines, key=key)
            self.order = done["numbers"]["1"]
        elif self.step < 3:
            books.call(f"purchasing.order.{('submit', 'approve')[self.step - 1]}", numbers=self.order, key=key)
        else:
            received = {"order": self.order, "document_on": "2026-01-06"}
            books.call("purchasing.receipt.receive", documents=received, key=key)
        self.acknowledged.append(key)
        self.step += 1
        if self.step == 4:
            self.purchases, self.step = self.purchases + 1, 0


def start(path: Path) -> subprocess.Popen:
    """A host in a program of its own, once it answers."""
    command = [sys.executable, "-m", "erp_core.commands", "host", "--books", str(path)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and child.poll() is None:
        found = places.read(path)
        if found is not None and found.pid == child.pid:
            return child
        time.sleep(0.05)
    child.kill()
    raise SystemExit(f"the host did not start ({child.poll()})")


def reopened(path: Path) -> Books:
    """The books in this process; the dead host's lock goes a moment after it."""
    for _ in range(100):
        try:
            return erp_core.open(path)
        except BooksInUse:
            time.sleep(0.05)
    return erp_core.open(path)


def look(path: Path, buyers: list[Buyer]) -> list[str]:
    """What is wrong with the books after a kill; nothing, if all is well."""
    with reopened(path) as books:
        with books.database.read() as cursor:
            rows = cursor.execute("select idempotency_key from core.act where idempotency_key is not null").fetchall()
        there = [row[0] for row in rows]
        lost = [key for buyer in buyers for key in buyer.acknowledged if key not in set(there)]
        twice = sorted({key for key in there if there.count(key) > 1}) if len(set(there)) < len(there) else []
        checked = books.check()
        broken = checked.filter(~checked["ok"])["check"].to_list()
        received = books.sql("select count(*) as n from rpt.document where kind = 'purchase_receipt'")["n"][0]
    receipts = len([key for key in there if key.endswith("-3")])
    wrong = [f"lost {lost[:3]}"] if lost else []
    wrong += [f"twice {twice[:3]}"] if twice else []
    wrong += [f"broken {broken}"] if broken else []
    return wrong + ([f"{received} receipts, {receipts} keys"] if received != receipts else [])


def run(path: Path, *, rounds: int, seconds: float = 0) -> dict[str, Any]:  # not money
    """Kill the host `rounds` times (or until the seconds are over) and say what was acknowledged and what went wrong."""
    buyers = [Buyer(f"c{number}") for number in range(CLIENTS)]
    wrong: list[str] = []
    chance, began, done = random.Random(11), time.monotonic(), 0
    while done < rounds and not (seconds and time.monotonic() - began > seconds and done):
        child, ended = start(path), threading.Event()
        threads = [threading.Thread(target=buyer.go_on, args=(path, ended)) for buyer in buyers]
        for thread in threads:
            thread.start()
        wanted = sum(len(buyer.acknowledged) for buyer in buyers) + chance.randint(3, 30)
        end = time.monotonic() + ROUND_SECONDS
        while sum(len(buyer.acknowledged) for buyer in buyers) < wanted and time.monotonic() < end:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        child.wait()
        for thread in threads:
            thread.join()
        done += 1
        wrong += [f"round {done}: {one}" for one in look(path, buyers)]
    wrong += [one for buyer in buyers for one in buyer.wrong]
    return {"rounds": done, "acknowledged": sum(len(buyer.acknowledged) for buyer in buyers), "wrong": wrong}


def main() -> int:
    """Make a company, kill its host, print what happened; 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=0, help="give up after so long; 0: never")
    chosen = parser.parse_args()
    from tests.conftest import furnish

    folder = Path(tempfile.mkdtemp(prefix="kill-host-"))
    try:
        path = folder / "books.duckdb"
        furnish(erp_core.create(path, company="长沙测试五金有限公司", standard="sbe", start="2026-01")).close()
        found = run(path, rounds=chosen.rounds, seconds=chosen.seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
