"""Opening books: through the living host, past a dead one, and not at all where another program holds the file."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import erp_core
from erp_core.books import Books
from erp_core.foundation.errors import BooksInUse, UnknownUser
from erp_core.gateway import place as places
from erp_core.gateway.client import RemoteBooks
from erp_core.gateway.place import HostPlace
from erp_core.gateway.serving import Host, HostPortTaken

ERP = [sys.executable, "-m", "erp_core.commands"]


def erp(*words: str | Path, code: int = 0) -> str:
    done = subprocess.run([*ERP, *map(str, words)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_word_of_a_host_is_for_its_owner_only_and_goes_with_it(place):
    with Host(place) as host:
        note = places.note_path(place)
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        assert json.loads(note.read_text()) == {"address": host.address, "key": host.place.key, "pid": os.getpid()}
        assert [file.name for file in place.parent.iterdir() if ".host." in file.name] == []
    assert not note.exists()
    assert not Path(f"{place}.wal").exists(), "everything is in the main file"


def test_without_a_host_the_file_is_opened_here(place):
    with erp_core.open(place) as books:
        assert isinstance(books, Books)


@pytest.mark.parametrize("word", ["", "{", "[]", '{"address": 1}', '{"address": "http://x", "key": "k", "pid": "y"}'])
def test_words_that_cannot_be_read_are_passed_over(place, word):
    places.note_path(place).write_text(word)
    with erp_core.open(place) as books:
        assert isinstance(books, Books)


def test_a_host_that_died_is_passed_over_and_forgotten(place):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    places.write(place, HostPlace("http://127.0.0.1:9", "k", child.pid))
    with erp_core.open(place) as books:
        assert isinstance(books, Books)
    assert not places.note_path(place).exists()


def test_another_program_at_the_address_is_not_told_the_key(place, tmp_path):
    """The number of the process lives on in another one, and another server answers at the address."""
    heard = []
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append((self.path, dict(self.headers)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "ok", "proof": "x"}')

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Other)
    Thread(target=server.serve_forever, daemon=True).start()
    places.write(place, HostPlace(f"http://127.0.0.1:{server.server_port}", "the-key", os.getpid()))
    with erp_core.open(place) as books:
        assert isinstance(books, Books)
    server.shutdown()
    server.server_close()
    assert len(heard) == 1
    assert "the-key" not in str(heard)


def test_a_file_held_without_a_host_is_named_so(place):
    program = f"import erp_core,sys; b=erp_core.open({str(place)!r}); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BooksInUse):
        erp_core.open(place)
    with pytest.raises(BooksInUse):
        Host(place).start()
    assert not places.note_path(place).exists()
    holder.communicate("")


def test_who_is_unknown_is_refused_at_the_door(host):
    with pytest.raises(UnknownUser):
        erp_core.open(host.path, user="nobody")
    with erp_core.open(host.path, user="analyst") as books:
        assert books.user == "analyst"


def test_a_port_in_use_is_named(host, template):
    with pytest.raises(HostPortTaken):
        Host(template, int(host.address.rsplit(":", 1)[1])).start()


def test_an_act_under_way_is_finished_before_the_host_stops(place):
    from threading import Thread

    with Host(place):
        books = erp_core.open(place)
        rows = [{"code": f"P{n}", "name": f"往来{n}", "customer": True} for n in range(3000)]
        outcome = []
        thread = Thread(target=lambda: outcome.append(books.call("masters.party.save", parties=rows)))
        thread.start()
        time.sleep(0.3)
    thread.join()
    with erp_core.open(place) as again:
        written = again.sql("select count(*) as n from rpt.party where code like 'P%'")["n"][0]
    assert outcome == [outcome[0]] and outcome[0]["added"] == written == 3000


def test_commands_of_another_terminal_work_beside_the_host(place):
    """Erp host in a program of its own; erp report, verify, health, close in others."""
    child = subprocess.Popen([*ERP, "host", "--books", str(place)], stdout=subprocess.PIPE, text=True)
    try:
        assert "http://127.0.0.1" in child.stdout.readline()
        with erp_core.open(place) as books:
            assert isinstance(books, RemoteBooks)
        assert "1001" in erp("report", "account_chart", "--books", place, "--format", "csv")
        erp("verify", "--books", place)
        erp("close", "2026-01", "--books", place)
        with erp_core.open(place) as books:
            state = books.sql("select status from rpt.period where period = '2026-01'")["status"][0]
            assert state == "closed"
        erp("reopen", "2026-01", "--books", place, "--reason", "试")
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
    assert not places.note_path(place).exists()
    with erp_core.open(place) as books:
        assert isinstance(books, Books)
        assert books.check()["ok"].all()


def test_the_command_stays_quick():
    """What only a host or its clients need is not imported before it is needed."""
    program = (
        "import sys, erp_core.commands; from importlib.metadata import entry_points\n"
        "print([m for m in ('fastapi', 'uvicorn', 'starlette') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
