"""Blocks: whatever the length of a file, what was packed is put together again byte by byte, equal blocks once."""

import hashlib
import random
from dataclasses import replace

import pyrage
import pytest

from erp_core.operations import manifests
from erp_core.operations.blocks import HEAD, SIZE, assemble, pack, split
from erp_core.operations.children import quiet
from erp_core.operations.manifests import Manifest
from erp_core.operations.refusals import BackupDamaged
from erp_core.operations.sealing import OPEN, Seal

LENGTHS = [0, 1, HEAD - 1, HEAD, HEAD + 1, HEAD + SIZE - 1, HEAD + SIZE, HEAD + SIZE + 1, HEAD + 3 * SIZE + 77]


def manifest_of(packed, seal: Seal) -> Manifest:
    name = "books-20260301T180000Z-full"
    blank = dict.fromkeys(("program", "engine", "schema"), "")
    return Manifest(
        name=name, kind="full", made_at="2026-03-01T18:00:00", books="0" * 64, store=seal.store, sealed=seal.recipient,
        sha256=packed.sha256, size=packed.size, last_act=0, blocks=packed.blocks, **blank,
    )  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_of_any_length_comes_back(tmp_path, length):
    content = random.Random(length).randbytes(length)
    (tmp_path / "file").write_bytes(content)
    assert b"".join(split(tmp_path / "file")) == content
    packed = pack(tmp_path / "file", tmp_path / "b", OPEN, {}, whole=True, twin=tmp_path / "twin", tell=quiet)
    assemble(manifest_of(packed, OPEN), tmp_path / "b", OPEN, tmp_path / "back", quiet)
    assert (tmp_path / "back").read_bytes() == (tmp_path / "twin").read_bytes() == content


def test_equal_blocks_are_stored_once(tmp_path):
    (tmp_path / "file").write_bytes(b"\0" * (HEAD + 9 * SIZE))
    packed = pack(tmp_path / "file", tmp_path / "b", OPEN, {}, whole=False, twin=None, tell=quiet)
    known = {block.holds: block.stored for block in packed.blocks}
    again = pack(tmp_path / "file", tmp_path / "b", OPEN, known, whole=False, twin=None, tell=quiet)
    assert len(packed.blocks) == 10 and len(known) == 2
    assert again.new == 0 and again.blocks == packed.blocks


def test_only_what_changed_is_new(tmp_path):
    content = bytearray(random.Random(7).randbytes(HEAD + 8 * SIZE))
    (tmp_path / "file").write_bytes(content)
    first = pack(tmp_path / "file", tmp_path / "b", OPEN, {}, whole=False, twin=None, tell=quiet)
    content[HEAD + 3 * SIZE + 5] ^= 1
    (tmp_path / "file").write_bytes(content)
    known = {block.holds: block.stored for block in first.blocks}
    assert pack(tmp_path / "file", tmp_path / "b", OPEN, known, whole=False, twin=None, tell=quiet).new == 1


def test_sealed_blocks_open_with_their_key_only(tmp_path):
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    seal = Seal(str(mine.to_public()), str(mine))
    (tmp_path / "file").write_bytes("客户名单".encode() * 9999)
    manifest = manifest_of(pack(tmp_path / "file", tmp_path / "b", seal, {}, whole=True, twin=None, tell=quiet), seal)
    stored = b"".join(place.read_bytes() for place in (tmp_path / "b").rglob("*") if place.is_file())
    assert "客户名单".encode() not in stored
    assemble(manifest, tmp_path / "b", seal, tmp_path / "back", quiet)
    assert hashlib.sha256((tmp_path / "back").read_bytes()).hexdigest() == manifest.sha256
    with pytest.raises(BackupDamaged):
        assemble(manifest, tmp_path / "b", Seal(seal.recipient, str(other)), tmp_path / "no", quiet)


def test_blocks_in_another_order_are_not_the_file(tmp_path):
    (tmp_path / "file").write_bytes(random.Random(1).randbytes(HEAD + 2 * SIZE))
    manifest = manifest_of(pack(tmp_path / "file", tmp_path / "b", OPEN, {}, whole=True, twin=None, tell=quiet), OPEN)
    turned = replace(manifest, blocks=(manifest.blocks[0], manifest.blocks[2], manifest.blocks[1]))
    with pytest.raises(BackupDamaged, match="whole file"):
        assemble(turned, tmp_path / "b", OPEN, tmp_path / "back", quiet)


def test_a_manifest_is_written_whole_and_read_as_written(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 99)
    manifest = manifest_of(pack(tmp_path / "file", tmp_path / "b", OPEN, {}, whole=True, twin=None, tell=quiet), OPEN)
    place = manifests.write(tmp_path / "b", manifest.with_facts({"debit": "1.00"}, OPEN))
    assert manifests.read(place).facts == {"debit": "1.00"} and place.stat().st_mode & 0o077 == 0
