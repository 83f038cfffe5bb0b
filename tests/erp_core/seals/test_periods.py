"""The seal of a closed month: a code that can be read out, its root reckoned from the month alone."""

import base64
from pathlib import Path

import erp_core
from erp_core.seals import periods


def test_codes_are_short_and_forgiving():
    seal = "0123456789abcdef" * 4
    rfc = base64.b32encode(bytes.fromhex(seal)[:10]).decode()
    code = periods.code_of(seal)
    plain = rfc.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    assert code.replace("-", "") == plain
    assert periods.read_code(code.lower().replace("0", "o").replace("-", " ")) == code
    assert all(len(part) == 4 for part in code.split("-"))


def test_every_close_has_its_seal_and_a_reopened_month_two(sealed: Path):
    with erp_core.open(sealed) as books:
        found = books.report("period_seals")
        assert found.select("period", "version").rows() == [("2026-01", 1), ("2026-01", 0)]
        assert found["root"].n_unique() == found["code"].n_unique() == 2
        assert (
            found.select("vouchers", "lines", "moves").rows()[0] > found.select("vouchers", "lines", "moves").rows()[1]
        )
        steps = books.sql("select count(*) as n from rpt.seal where seal is null")["n"][0]
        assert steps == 0


def test_the_past_a_branch_and_a_later_day_keep_their_own_chain(sealed: Path):
    """A rewound copy ends its chain at its act and proves; a branch goes on from where it was cut, on its own."""
    with erp_core.open(sealed) as books:
        whole = books.sql("select act_id, seal from rpt.seal order by act_id")
        for act in (12, 30):
            with books.as_of(act) as known:
                assert known.sql("select act_id, seal from rpt.seal order by act_id").equals(whole.head(act))
                assert known.check().filter(~known.check()["ok"]).is_empty()
        with books.branch() as tried:
            tried.call("masters.department.save", departments=[{"code": "D8", "name": "试"}])
            theirs = tried.sql("select act_id, seal from rpt.seal order by act_id")
            assert theirs.head(whole.height).equals(whole)
            assert theirs.height == whole.height + 1
            assert tried.check()["ok"].all()
        assert books.sql("select count(*) as n from rpt.seal")["n"][0] == whole.height
