"""The offline proof: the file alone, its damage told in a sentence, printed codes and noted seals compared."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import erp_core
from erp_core.foundation.errors import BooksDamaged, BooksInUse, BooksMissing, BooksNotAsMarked
from erp_core.seals import offline
from erp_core.seals.offline import BooksUnsealed, CodeUnreadable, verify

FLIPS = 16


def posted(path: Path) -> list:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [
            connection.execute(f"select * from core.{table} order by all").fetchall()
            for table in ("act", "voucher", "voucher_line", "stock_move", "stock_value")
        ]


def test_an_honest_file_is_proved(sealed):
    verdict = verify(sealed)
    assert verdict.sound
    assert verdict.proof.unsealed == 0
    assert list(verdict.codes) == ["2026-01"]


def test_printed_codes_are_compared(sealed):
    code = verify(sealed).codes["2026-01"]
    assert verify(sealed, codes={"2026-01": code.lower().replace("-", " ").replace("0", "o").replace("1", "i")}).sound
    verdict = verify(sealed, codes={"2026-01": "0" + code[1:] if code[0] != "0" else "1" + code[1:], "2026-02": code})
    assert [one["what"] for one in verdict.breaks] == ["code", "code"]
    with pytest.raises(CodeUnreadable):
        offline.read_codes(["2026-01"])
    assert offline.read_codes([f"2026-01={code}"]) == {"2026-01": code}


def test_a_file_cut_short_is_found_by_a_seal_noted_earlier(sealed):
    """The chain cannot know what came after its end; the small file beside the books can, and so can whoever noted it."""
    head = verify(sealed).proof.head
    shutil.copy(sealed, early := sealed.with_name("early.duckdb"))
    with erp_core.open(sealed) as books:
        books.call("masters.department.save", departments=[{"code": "D9", "name": "新部门"}])
    assert verify(sealed, head=head).sound
    late = verify(sealed).proof.head
    assert verify(early).sound
    assert [one["what"] for one in verify(early, head=late).breaks] == ["end"]
    shutil.copy(f"{sealed}.mark", f"{early}.mark")
    assert [one["what"] for one in verify(early).breaks] == ["end"]


def test_books_whose_last_act_was_exchanged_are_not_opened(sealed):
    with erp_core.open(sealed) as books:
        books.call("masters.department.save", departments=[{"code": "D9", "name": "新部门"}])
    mark = Path(f"{sealed}.mark")
    held = json.loads(mark.read_text(encoding="utf-8"))
    mark.write_text(json.dumps(held | {"seal": "0" * 64}), encoding="utf-8")
    with pytest.raises(BooksNotAsMarked):
        erp_core.open(sealed)
    assert [one["what"] for one in verify(sealed).breaks] == ["end"]


def test_any_byte_of_the_file_flipped_is_found_or_holds_nothing_posted(sealed):
    """The engine's checksum or the seals find it, in words; a flip in an unused block leaves everything posted as it was."""
    rng, before, content = random.Random(7), posted(sealed), sealed.read_bytes()
    found = 0
    for at in [*rng.sample(range(12_288), 4), *rng.sample(range(len(content)), FLIPS)]:
        spoilt = bytearray(content)
        spoilt[at] ^= 1 << rng.randrange(8)
        sealed.write_bytes(spoilt)
        try:
            sound = verify(sealed).sound
        except BooksDamaged:
            sound = False
        assert not sound or posted(sealed) == before
        found += not sound
    assert found


def test_what_is_no_file_of_books_is_refused(tmp_path, sealed):
    with pytest.raises(BooksMissing):
        verify(tmp_path / "none.duckdb")
    (tmp_path / "text.duckdb").write_text("不是账套" * 9999, encoding="utf-8")
    with pytest.raises(BooksDamaged):
        verify(tmp_path / "text.duckdb")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(BooksUnsealed):
        verify(tmp_path / "empty.duckdb")


def test_a_changed_type_is_told_in_words(sealed):
    with duckdb.connect(str(sealed)) as connection:
        for name, table in connection.execute("select trigger_name, table_name from duckdb_triggers()").fetchall():
            connection.execute(f"drop trigger {name} on core.{table}")
        connection.execute("alter table core.stock_move drop column reference")
    with pytest.raises(BooksDamaged):
        verify(sealed)


def test_books_in_other_hands_are_named(sealed, tmp_path):
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(sealed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BooksInUse):
            verify(sealed)
    finally:
        holder.communicate("")
