"""How codes, phones, tax numbers and names are written."""

import polars as pl
import pytest

from erp_core.masters import normal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("０７３１－８８８８１２３４", "0731-88881234"),
        ("(0731) 8888 1234", "0731-88881234"),
        ("0731-88881234-801", "0731-88881234-801"),
        ("0731-88881234转801", "0731-88881234-801"),
        ("010 6655 4433", "010-66554433"),
        ("8888 1234", "8888 1234"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("", ""),
    ],
)
def test_phone(written, kept):
    assert normal.phone(written) == kept


def test_code_is_half_width_and_trimmed():
    assert normal.code(" Ａ－０１　") == "A-01"


@pytest.mark.parametrize("wrong", ["", "12345", "91430100MA4L16JQ80X", "430100198001010000"])
def test_a_wrong_tax_number_is_none(wrong):
    assert normal.tax_number(wrong) is None


def test_names_compare_without_legal_form_width_and_marks():
    names = pl.DataFrame(
        {"name": ["长沙（五金）有限公司", "长沙五金", "长沙　五金 股份有限公司", "Acme Co., Ltd.", "ACME"]}
    )
    compared = names.select(normal.compared_name("name")).to_series().to_list()
    assert compared == ["长沙五金", "长沙五金", "长沙五金", "acme", "acme"]


def test_rows_with_different_keys_make_one_frame():
    frame = normal.as_frame([{"a": 1}, {"b": True}])
    assert frame.to_dicts() == [{"a": "1", "b": None}, {"a": None, "b": "true"}]
