"""Rows that name a code nobody has are told by their cell and set aside; what stands on them goes with them."""

from datetime import date
from pathlib import Path

import pytest
from legacy_files import workbook

import erp_core
from pipelines.intake.errors import WholeTargetRejected
from pipelines.intake.load import load_pack
from pipelines.intake.pack import Pack, gather
from pipelines.intake.references import referred

EMPLOYEES = [["职员编码", "姓名", "部门编码"], ["E8", "李四", "D1"], ["E9", "王五", "D7"]]
CUSTOMERS = [
    ["客户编码", "客户名称", "业务员编码"],
    ["K1", "长沙甲", "E8"],
    ["K2", "长沙乙", "E9"],
    ["K3", "长沙丙", None],
]
RECEIVABLES = [
    ["客户编码", "发票号", "开票日期", "余额"],
    ["K1", "F1", date(2025, 12, 1), 10],
    ["K2", "F2", date(2025, 12, 1), 20],
    ["C01", "F3", date(2025, 12, 1), 30],
]


def issues(pack: Pack) -> list[tuple[str, str, str]]:
    """Where the issues are: cell, code, found."""
    return [
        (f"{row['column']}{row['row']}", row["code"], row["found"])
        for sheet in pack.sheets
        for row in sheet.prepared.batch.rejects.to_dicts()
    ]


def counts(pack: Pack) -> dict[str, tuple[int, int, int]]:
    """Read, loaded, rejected by target."""
    told = {sheet.prepared.target: sheet.prepared.batch.notes["counts"] for sheet in pack.sheets}
    return {target: (one["read"], one["loaded"], one["rejected"]) for target, one in told.items()}


def test_an_orphan_takes_with_it_who_names_it(tmp_path: Path, books: erp_core.Books):
    path = workbook(tmp_path / "资料.xlsx", 职员=EMPLOYEES, 客户=CUSTOMERS, 应收=RECEIVABLES)
    pack = referred(gather([path]), books)
    assert issues(pack) == [("C3", "E_ORPHAN_REF", "D7"), ("C3", "E_ORPHAN_REF", "E9"), ("A3", "E_ORPHAN_REF", "K2")]
    assert counts(pack) == {"employees": (2, 1, 1), "customers": (3, 2, 1), "open_receivables": (3, 2, 1)}
    # Asked again, nothing is told twice.
    assert issues(referred(pack, books)) == issues(pack)


def test_good_rows_are_loaded_beside_orphans_but_openings_stay_whole(tmp_path: Path, books: erp_core.Books):
    masters = gather([workbook(tmp_path / "资料.xlsx", 职员=EMPLOYEES, 客户=CUSTOMERS)])
    assert [(one.target, one.added) for one in load_pack(books, masters)] == [("employees", 1), ("customers", 2)]
    with pytest.raises(WholeTargetRejected) as caught:
        load_pack(books, gather([workbook(tmp_path / "应收.xlsx", 应收=RECEIVABLES)]))
    assert caught.value.facts["row"] == 3


def test_without_books_files_are_asked_only_where_they_hold_a_list(tmp_path: Path):
    alone = referred(gather([workbook(tmp_path / "应收.xlsx", 应收=RECEIVABLES)]))
    assert issues(alone) == []
    beside = referred(gather([workbook(tmp_path / "资料.xlsx", 客户=CUSTOMERS[:2], 应收=RECEIVABLES)]))
    assert [one[:2] for one in issues(beside)] == [("A3", "W_ORPHAN_REF"), ("A4", "W_ORPHAN_REF")]


def test_a_layout_may_leave_the_reference_empty(tmp_path: Path, books: erp_core.Books):
    layout = tmp_path / "mine.yaml"
    layout.write_text("layout: mine\nextends: customers\ncolumns: {employee: {orphan: blank}}\n", encoding="utf-8")
    path = workbook(tmp_path / "客户.xlsx", 客户=CUSTOMERS)
    pack = referred(gather([path], str(layout)), books)
    assert [one[:2] for one in issues(pack)] == [("C2", "W_ORPHAN_BLANKED"), ("C3", "W_ORPHAN_BLANKED")]
    assert load_pack(books, pack)[0].added == 3


def test_a_voucher_with_an_orphan_goes_whole(tmp_path: Path, books: erp_core.Books):
    rows = [
        ["日期", "凭证字", "凭证号", "摘要", "科目编码", "借方金额", "贷方金额"],
        [date(2026, 1, 5), "记", 1, "提现", "1001", 10, None],
        [date(2026, 1, 5), "记", 1, "提现", "1009", None, 10],
        [date(2026, 1, 6), "记", 2, "提现", "1001", 5, None],
        [date(2026, 1, 6), "记", 2, "提现", "1002", None, 5],
    ]
    pack = referred(gather([workbook(tmp_path / "凭证.xlsx", S=rows)]), books)
    assert issues(pack) == [("E3", "E_ORPHAN_REF", "1009"), ("2", "E_GROUP_REJECTED", "")]
    assert load_pack(books, pack)[0].result["vouchers"] == 1


def test_history_keeps_what_is_gone(tmp_path: Path, books: erp_core.Books):
    rows = [
        ["订单编号", "订单日期", "客户编码", "商品编码", "数量", "单价"],
        ["D1", date(2025, 1, 2), "K77", "A", 2, 3.5],
    ]
    pack = referred(gather([workbook(tmp_path / "订单.xlsx", S=rows)], "orders"), books)
    assert issues(pack) == [("C2", "W_ORPHAN_REF", "K77")]
    assert load_pack(books, pack)[0].added == 1


def test_names_of_cards_become_codes_where_the_layout_says_so(tmp_path: Path, books: erp_core.Books):
    layout = tmp_path / "mine.yaml"
    layout.write_text(
        "layout: mine\nextends: opening_stock\ncolumns: {warehouse: {lookup: name, parse: text}}\n", encoding="utf-8"
    )
    books.call("masters.warehouse.save", warehouses=[{"code": "W8", "name": "外仓"}, {"code": "W9", "name": "外仓"}])
    rows = [
        ["仓库", "存货编码", "数量", "金额"],
        ["主仓", "A", 1, 2],
        ["W2", "A", 1, 2],
        ["外仓", "A", 1, 2],
        ["北仓", "A", 1, 2],
    ]
    pack = referred(gather([workbook(tmp_path / "库存.xlsx", S=rows)], str(layout)), books)
    assert issues(pack) == [("A4", "E_LOOKUP_AMBIGUOUS", "外仓: W8, W9"), ("A5", "E_ORPHAN_REF", "北仓")]
    assert pack.sheets[0].prepared.rows["warehouse"].to_list() == ["W1", "W2"]
