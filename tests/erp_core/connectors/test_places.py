"""Files of connectors: inside one folder, no links, not larger than allowed, and what their names say."""

from __future__ import annotations

import pytest

from erp_core.connectors import places
from erp_core.connectors.places import Limits
from erp_core.foundation.errors import Refusal


@pytest.fixture
def limit(tmp_path):
    (tmp_path / "in").mkdir()
    return Limits(str(tmp_path / "in"), (), 1)


@pytest.mark.parametrize("place", ["../secret.csv", "a/../../secret.csv", "/etc/passwd", ".."])
def test_no_path_climbs_out(limit, tmp_path, place):
    (tmp_path / "secret.csv").write_text("x")
    with pytest.raises(Refusal) as refused:
        places.inside(limit, place)
    assert refused.value.code == "PlaceOutside"


def test_links_are_refused_wherever_they_stand(limit, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.csv").write_text("secret")
    (tmp_path / "in" / "way").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "b.csv").symlink_to(tmp_path / "outside" / "a.csv")
    (tmp_path / "in" / "sub").mkdir()
    (tmp_path / "in" / "sub" / "c.csv").symlink_to(tmp_path / "outside" / "a.csv")
    for place in ("way/a.csv", "b.csv"):
        with pytest.raises(Refusal):
            places.inside(limit, place)
    with pytest.raises(Refusal):
        places.dropped(limit, "sub", "csv")
    with pytest.raises(OSError, match=r"symbolic|link|Too many"):
        places.content(tmp_path / "in" / "b.csv", "csv", limit)


def test_files_are_looked_at_before_they_are_believed(limit, tmp_path):
    place = tmp_path / "in" / "a.xlsx"
    place.write_text("no workbook")
    with pytest.raises(Refusal) as refused:
        places.content(place, "xlsx", limit)
    assert refused.value.code == "FileNotAsSaid"
    text = tmp_path / "in" / "a.csv"
    text.write_bytes(b"a,b\x00c")
    with pytest.raises(Refusal):
        places.content(text, "csv", limit)
    text.write_bytes(b"x" * (places.MEGABYTE + 1))
    with pytest.raises(Refusal) as refused:
        places.content(text, "csv", limit)
    assert refused.value.code == "FileTooLarge"


def test_a_file_is_written_whole_and_replaces_what_stood_there(limit, tmp_path):
    places.put(limit, "out/a.csv", b"1")
    places.put(limit, "out/a.csv", b"2")
    assert (tmp_path / "in" / "out" / "a.csv").read_bytes() == b"2"
    assert [path.name for path in (tmp_path / "in" / "out").iterdir()] == ["a.csv"]
    with pytest.raises(Refusal):
        places.put(limit, "out", b"3")


def test_no_folder_no_files():
    with pytest.raises(Refusal) as refused:
        places.inside(Limits("", (), 1), "a.csv")
    assert refused.value.code == "ConnectorFolderMissing"
