"""Messages that wait to leave: written in the act that causes them, given to a folder or to a mail server later."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import duckdb

from erp_core.access import settings as parameters
from erp_core.access.settings import Settings
from erp_core.foundation.database import Database

# Letters that hold a one-use token: their text is forgotten once they left and never shown in an inbox.
SECRET_EVENTS = ("reset", "welcome")
TRIES_MOST = 8
BATCH = 50
_WAITING = """
    select message_id, event, login, address, subject, body, made_at, tries from core.outbox
    where sent_at is null and tries < $most and made_at + interval 1 minute * (power(2, tries) - 1) <= $now
    order by message_id limit $batch
"""


@dataclass(frozen=True)
class Message:
    """One message on its way."""

    message_id: int
    event: str
    login: str
    address: str
    subject: str
    body: str
    made_at: datetime
    tries: int

    def as_mail(self, sender: str) -> EmailMessage:
        """The message as mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, self.address or self.login, self.subject
        mail.set_content(self.body)
        return mail


Channel = Callable[[Message], None]


def put(
    database: Database,
    cursor: duckdb.DuckDBPyConnection,
    event: str,
    *,
    subject: str,
    body: str,
    now: datetime,
    login: str = "",
    address: str = "",
) -> int:
    """Lay a message in the outbox, for a user or for an address, and return its number."""
    number = database.take_ids(cursor, "outbox", "message_id", 1)
    # A line break in a heading would let the sender write headings of his own.
    subject, address = " ".join(subject.split()), " ".join(address.split())
    cursor.execute(
        "insert into core.outbox (message_id, event, login, address, subject, body, made_at)"
        " values ($number, $event, $login, $address, $subject, $body, $now)",
        {
            "number": number,
            "event": event,
            "login": login,
            "address": address,
            "subject": subject,
            "body": body,
            "now": now,
        },
    )
    return number


def deliver(database: Database, *, now: datetime, settings: Settings | None = None) -> int:
    """Give what waits to the mail server, or to the folder beside the books where none is set; how many left."""
    if settings is None:
        with database.read() as cursor:
            settings = parameters.read(cursor, now.date())
    if settings.mail("host"):
        return send(database, mail_channel(settings), now=now)
    return 0 if database.in_memory else send(database, folder_channel(Path(database.path + ".outbox")), now=now)


def send(database: Database, channel: Channel, *, now: datetime) -> int:
    """Give waiting messages to a channel; one that fails waits twice as long each time. Returns how many left."""
    with database.read() as cursor:
        rows = cursor.execute(_WAITING, {"most": TRIES_MOST, "now": now, "batch": BATCH}).fetchall()
    left = 0
    for row in rows:
        message = Message(*row)
        problem = _give(channel, message)
        with database.write(counted=False) as cursor:
            cursor.execute(
                "update core.outbox set tries = tries + 1, problem = $problem, sent_at = $sent,"
                " body = case when $sent is null or not $secret then body else '' end where message_id = $message_id",
                {
                    "problem": problem,
                    "sent": None if problem else now,
                    "secret": message.event in SECRET_EVENTS,
                    "message_id": message.message_id,
                },
            )
        left += not problem
    return left


def folder_channel(folder: Path) -> Channel:
    """A channel that writes each message as an .eml file, readable by the owner only."""

    def write(message: Message) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = folder / f"{message.made_at:%Y%m%dT%H%M%S}-{message.message_id}.eml"
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_mail("erp@localhost").as_bytes())

    return write


def mail_channel(settings: Settings, *, timeout: int = 20) -> Channel:
    """A channel to the mail server of the parameters; the password comes from ERP_SMTP_PASSWORD and is never kept."""

    def mail(message: Message) -> None:
        if not message.address:
            if message.event in SECRET_EVENTS:
                raise ValueError(f"no address of {message.login}")
            return  # It stands in the inbox of its reader.
        host, port, security = settings.mail("host"), int(settings.mail("port")), settings.mail("security")
        context = ssl.create_default_context()
        connect = (
            smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
            if security == "tls"
            else smtplib.SMTP(host, port, timeout=timeout)
        )
        with connect as server:
            if security == "starttls":
                server.starttls(context=context)
            if settings.mail("user"):
                server.login(settings.mail("user"), os.environ.get("ERP_SMTP_PASSWORD", ""))
            server.send_message(message.as_mail(settings.mail("sender") or settings.mail("user")))

    return mail


def _give(channel: Channel, message: Message) -> str:
    try:
        channel(message)
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        return f"{type(problem).__name__}: {problem}"[:200]
    return ""
