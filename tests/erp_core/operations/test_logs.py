"""The log: turned over and packed, swept after its days, readable by the owner only, without secrets."""

import gzip
import logging
import os
from datetime import datetime

import pytest

from erp_core.operations import logs

NOW = datetime(2026, 3, 2, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("password=hunter2 rest", "hunter2"),
        ("'passphrase': 'correct-horse', 'x': 1", "correct-horse"),
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("X-ERP-Key: k3y", "k3y"),
        ("/auth/enter?ticket=t1ck3t&x=1", "t1ck3t"),
        ("cookie erp_sid=s1d; path=/", "s1d"),
        ("found AGE-SECRET-KEY-1QQQQ here", "AGE-SECRET-KEY-1QQQQ"),
    ],
)
def test_secrets_are_blotted_out(said, hidden):
    assert hidden not in logs.blot(said) and "***" in logs.blot(said)


def test_other_words_stay():
    assert logs.blot("posted 12 vouchers for C01") == "posted 12 vouchers for C01"


def test_the_log_is_written_turned_over_packed_and_private(tmp_path):
    writer = logs.start(tmp_path / "logs", days=3)
    try:
        logging.getLogger("erp.host").error("fault %s token=%s", "77", "t0k3n")
        writer.doRollover()
        logging.getLogger("erp.host").error("next day")
    finally:
        logs.stop(writer)
    packed = next((tmp_path / "logs").glob("erp.log.*.gz"))
    with gzip.open(packed, "rt", encoding="utf-8") as text:
        line = text.read()
    assert "fault 77" in line and "t0k3n" not in line
    assert "next day" in (tmp_path / "logs" / "erp.log").read_text()
    assert {place.stat().st_mode & 0o077 for place in (tmp_path / "logs").glob("*.gz")} == {0}


def test_logs_go_after_their_days(tmp_path):
    for name, age in (("erp.log.2026-03-01.gz", 1), ("erp.log.2025-11-01.gz", 121), ("other.gz", 300)):
        place = tmp_path / name
        place.write_bytes(b"")
        at = NOW.timestamp() - age * 86400
        os.utime(place, (at, at))
    assert logs.sweep(tmp_path, now=NOW, days=90) == ["erp.log.2025-11-01.gz"]
    assert (tmp_path / "other.gz").exists()
