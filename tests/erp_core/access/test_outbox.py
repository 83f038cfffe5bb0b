"""Messages leave by folder or by mail, wait longer after each failure, and forget their text once they are gone."""

import email
import socketserver
import stat
import sys
import threading
from email import policy
from pathlib import Path

import pytest

from erp_core.access import outbox, settings


@pytest.fixture
def waiting(door):
    with door.database.write() as cursor:
        outbox.put(
            door.database,
            cursor,
            "reset",
            subject="重置密码\r\nBcc: thief@example.com",
            body="口令：abc",
            now=door.now,
            login="owner",
            address="owner@example.com",
        )
    return door


def left(door) -> list[tuple]:
    return door.rows("select tries, sent_at is not null, body, problem from core.outbox")


def test_without_a_server_messages_go_to_a_folder_of_the_owner(waiting):
    assert outbox.deliver(waiting.database, now=waiting.now) == 1
    assert outbox.deliver(waiting.database, now=waiting.now) == 0
    (place,) = Path(waiting.database.path + ".outbox").iterdir()
    mail = email.message_from_bytes(place.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("owner@example.com", "重置密码 Bcc: thief@example.com")
    assert mail["Bcc"] is None
    assert mail.get_content().strip() == "口令：abc"
    if sys.platform != "win32":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert left(waiting) == [(1, True, "", "")]


def test_a_failure_is_told_and_tried_again_later_and_at_last_given_up(waiting):
    def broken(_: outbox.Message) -> None:
        raise OSError("no route")

    assert outbox.send(waiting.database, broken, now=waiting.now) == 0
    assert left(waiting) == [(1, False, "口令：abc", "OSError: no route")]
    outbox.send(waiting.database, broken, now=waiting.now)
    assert left(waiting)[0][0] == 1, "not before its time"
    for _ in range(20):
        waiting.wait(hours=2)
        outbox.send(waiting.database, broken, now=waiting.now)
    assert left(waiting)[0][0] == outbox.TRIES_MOST
    assert waiting.books.report("outbox", state="waiting")["problem"].to_list() == ["OSError: no route"]


def test_a_message_stays_in_the_inbox_of_its_reader_and_nowhere_else(waiting):
    with waiting.database.write() as cursor:
        for login in ("clerk", "keeper"):
            outbox.put(waiting.database, cursor, "note", subject="到货", body="A 已到", now=waiting.now, login=login)
    outbox.deliver(waiting.database, now=waiting.now)
    hands = waiting.books.as_user("clerk")
    inbox = hands.report("inbox")
    assert inbox.select("login", "subject", "body").rows() == [("clerk", "到货", "A 已到")]
    others = waiting.rows("select message_id from core.outbox where login = 'keeper'")[0][0]
    assert hands.call("access.message.read", messages=[inbox["message_id"][0], others]) == {"count": 1}
    assert hands.report("inbox", state="unread").is_empty()
    assert waiting.books.as_user("keeper").report("inbox", state="unread").height == 1
    # The letter with a one-use token is in nobody's inbox.
    assert "reset" not in waiting.books.report("inbox")["event"]


class Postman(socketserver.StreamRequestHandler):
    """A mail server of a few words."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        content = False
        for line in self.rfile:
            if content:
                self.server.letters.append(line)
                content = line != b".\r\n"
                if content:
                    continue
            elif line.upper().startswith(b"DATA"):
                content = True
                self.wfile.write(b"354 go on\r\n")
                continue
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 fine\r\n")


@pytest.fixture
def post_office():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postman) as server:
        server.letters = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_with_a_server_messages_go_by_mail(waiting, post_office):
    host, port = post_office.server_address
    limits = settings.Settings(
        {
            **settings.DEFAULTS,
            "mail.host": host,
            "mail.port": str(port),
            "mail.security": "none",
            "mail.sender": "erp@example.com",
        }
    )
    assert outbox.deliver(waiting.database, now=waiting.now, settings=limits) == 1
    mail = email.message_from_bytes(b"".join(post_office.letters), policy=policy.default)
    assert (mail["From"], mail["To"]) == ("erp@example.com", "owner@example.com")
    assert left(waiting) == [(1, True, "", "")]


def test_without_an_address_a_token_cannot_leave_and_a_note_need_not(door):
    limits = settings.Settings({**settings.DEFAULTS, "mail.host": "127.0.0.1", "mail.port": "1"})
    with door.database.write() as cursor:
        for event in ("note", "reset"):
            outbox.put(door.database, cursor, event, subject="x", body="y", now=door.now, login="owner")
    assert outbox.deliver(door.database, now=door.now, settings=limits) == 1
    assert left(door) == [(1, True, "y", ""), (1, False, "y", "ValueError: no address of owner")]


def test_a_server_that_does_not_answer_is_a_failure_like_any_other(waiting):
    for key, value in (("mail.host", "127.0.0.1"), ("mail.port", "1")):
        waiting.books.call("company.parameter.set", parameter=key, value=value, valid_from="2026-01-01", reason="x")
    assert outbox.deliver(waiting.database, now=waiting.now) == 0
    tries, gone, body, problem = left(waiting)[0]
    assert (tries, gone, body) == (1, False, "口令：abc") and "Refused" in problem
