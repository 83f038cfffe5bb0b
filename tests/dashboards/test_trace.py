"""Where figures come from, on the screens: the cell beside the line, the card and the whole way of a cell."""

from collections.abc import Iterator
from datetime import date

import pytest
from legacy_files import workbook

import erp_core
from dashboards import i18n, state
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
from tests.dashboards.test_screens import opened, text_of

SHEETS = {
    "客户": [["客户编码", "客户名称"], ["K01", "长沙子公司"], ["K02", "<b>株洲</b>"]],
    "科目余额": [
        ["科目编码", "科目名称", "方向", "期初余额"], ["1001", "库存现金", "借", 500], ["1122", "应收账款", "借", 300], ["3001", "实收资本", "贷", 800],
    ],
    "应收明细": [
        ["客户编码", "发票号", "开票日期", "余额"], ["K01", "F1", date(2025, 12, 1), 120], ["K02", "F2", date(2025, 11, 1), 180],
        ["合计", None, None, 300],
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[erp_core.Books]:
    """Books that began with a workbook."""
    path = workbook(tmp_path_factory.mktemp("legacy") / "期初.xlsx", **SHEETS)
    with erp_core.create(":memory:", company="迁入公司", start="2026-01") as books:
        load_pack(books, gather([path]))
        state.open_books(books)
        yield books
        state._held.clear()


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_the_voucher_shows_the_cell_of_every_line(migrated, language):
    text = text_of(opened("voucher", language, id="1"))
    assert i18n.t("trace.origin", language) in text
    for cell in ("科目余额!D2", "应收明细!D2", "应收明细!D3", "科目余额!D4"):
        assert cell in text
    assert "/trace?at=" in text


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("应收明细!D3", ("期初-1", "应收账款", "/voucher?id=1", "/finance?")),
        ("应收明细!A4", ("已剔除", "合计行")),
        ("科目余额!D3", ("已核对", "K01", "K02")),
        ("期初-1:1", ("科目余额!D2", "/ledger?account=1001")),
        ("资产负债表:4", ("D2", "D3", "K01")),
        ("客户:K02", ("客户!A3", "B3")),
    ],
)
def test_an_address_leads_to_the_other_end(migrated, address, parts):
    test = opened("trace", at=address)
    assert not test.exception
    assert not test.error
    text = text_of(test)
    assert [part for part in parts if part not in text] == []
    assert "<b>株洲" not in text


@pytest.mark.parametrize("address", ["应收", "应收明细!D99", "记-99", "<script>!A1", "#1:77"])
def test_an_address_that_leads_nowhere_is_told_in_words(migrated, address):
    test = opened("trace", "en", at=address)
    assert not test.exception
    assert len(test.error) == 1
    assert "Traceback" not in test.error[0].value


def test_a_paper_says_where_the_card_of_its_party_came_from(migrated):
    made = migrated.call(
        "finance.receipt.receive", party="K01", account="1001", amount="20", on=date(2026, 1, 5), key="trace"
    )
    number = next(iter(made["numbers"].values()))
    assert "来自 客户!A2" in text_of(opened("document", number=number))
