"""Who looks like whom."""

import polars as pl

from erp_core.masters.likeness import alike

CARDS = pl.DataFrame(
    {
        "code": ["1", "2", "3", "4"],
        "name": ["长沙五金有限公司", "长沙五金", "株洲建材", "湘潭铝材"],
        "phone": ["", "", "0731-1", "0731-1"],
    }
)


def test_only_fresh_cards_are_compared_with_all():
    assert alike(CARDS, pl.Series(["2"]), ["name"]) == [{"code": "2", "like": "1", "why": "name"}]
    assert alike(CARDS, pl.Series(["3", "4"]), ["name", "phone"]) == [
        {"code": "3", "like": "4", "why": "phone"},
        {"code": "4", "like": "3", "why": "phone"},
    ]


def test_empty_marks_are_not_alike():
    assert alike(CARDS, pl.Series(["1", "2"]), ["phone"]) == []
