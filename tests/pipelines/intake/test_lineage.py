"""Every opening line leads back to the cell its amount came from, every such cell leads to its line, and the amounts agree."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from legacy_files import workbook

import erp_core
from pipelines.demo import company, plan, workbooks
from pipelines.intake.cells import column_index
from pipelines.intake.errors import AddressUnknown, AddressUnreadable
from pipelines.intake.findings import write_failed_rows
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
from pipelines.intake.parsers import PARSERS
from pipelines.intake.read import read_file
from pipelines.intake.trace import question, trace

LINES = "select l.voucher_id, l.line from rpt.voucher_line l join rpt.voucher v using (voucher_id)"
Cells = dict[tuple[str, str], dict[int, dict]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The legacy workbooks of a small demo company, without its order books."""
    made = tmp_path_factory.mktemp("demo")
    workbooks.write(made, plan.make(0.04), lambda *_: None)
    for path in made.iterdir():
        if not path.name.startswith(tuple(f"0{n}" for n in range(1, 8))):
            path.unlink()
    return made


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[erp_core.Books]:
    """Books into which those workbooks were loaded."""
    with erp_core.create(":memory:", company=company.NAME, standard="sbe", start=company.START) as books:
        load_pack(books, gather([folder]))
        yield books


@pytest.fixture(scope="module")
def cells(folder: Path) -> Cells:
    """What stands in the files: (file, sheet) -> row -> cell texts."""
    return {
        (path.name, grid.sheet): {row["row"]: row for row in grid.frame.iter_rows(named=True)}
        for path in folder.iterdir()
        for grid in read_file(path)
    }


def amount_in(cells: Cells, row: dict) -> Decimal:
    """The amount that a cell of the files says."""
    there = cells[row["file"], row["sheet"]][row["source_row"]]
    place = column_index(row["cell"].rstrip("0123456789"))
    value, code = PARSERS["amount"].one(there[f"t{place}"] or "0", str(there[f"k{place}"] or "text"), {})
    assert not code or code.startswith("W_")
    return value or Decimal(0)


@pytest.fixture(scope="module")
def forth(demo: erp_core.Books) -> pl.DataFrame:
    """What became of every row of every sheet."""
    return demo.report("lineage_of_cell")


def test_every_opening_line_of_the_demo_leads_to_its_cell_and_back(
    demo: erp_core.Books, cells: Cells, forth: pl.DataFrame
):
    lines = demo.sql(LINES + " where v.kind = 'opening'")
    back = demo.report("lineage_of_line")
    assert lines.height > 40
    assert lines.join(back, on=["voucher_id", "line"], how="anti").is_empty()
    for row in back.iter_rows(named=True):
        assert amount_in(cells, row) == row["debit"] + row["credit"], row
    ends = ["file", "sheet", "source_row", "voucher_id", "line"]
    into = forth.filter((pl.col("way") == "line") & (pl.col("statement") == "balance_sheet"))
    assert back.join(into, on=ends, how="anti").is_empty()
    assert into.join(back, on=ends, how="anti").is_empty()


def test_the_cells_of_a_statement_line_add_up_to_what_it_shows(demo: erp_core.Books, forth: pl.DataFrame):
    shown = demo.report("balance_sheet", period="2025-01").filter(pl.col("line_no").is_not_null())
    ended = forth.filter((pl.col("way") == "line") & (pl.col("statement") == "balance_sheet"))
    assert ended["line_no"].n_unique() > 8
    for (line_no,), part in ended.unique(["voucher_id", "line", "line_no"]).group_by("line_no"):
        said = abs(sum(row["debit"] - row["credit"] for row in part.iter_rows(named=True)))
        assert abs(shown.filter(pl.col("line_no") == line_no)["closing"][0]) == said
    receivable = trace(demo, "balance_sheet:4@2025-01")[1]
    assert receivable["debit"].sum() == shown.filter(pl.col("line_no") == 4)["closing"][0]
    assert set(receivable["sheet"]) == {"应收明细"}


@pytest.mark.parametrize("kind", ["party", "item", "warehouse", "department", "employee", "item_category"])
def test_every_card_that_was_loaded_leads_to_its_row(
    demo: erp_core.Books, cells: Cells, forth: pl.DataFrame, kind: str
):
    codes = demo.sql(f"select code from rpt.{kind}")["code"].to_list()
    found = demo.report("lineage_of_card", kind=kind).filter(pl.col("field") == "code")
    assert codes
    assert set(codes) == set(found["target_key"])
    for row in found.iter_rows(named=True):
        there = cells[row["file"], row["sheet"]][row["source_row"]]
        text = there[f"t{column_index(row['cell'].rstrip('0123456789'))}"]
        assert row["target_key"].lstrip("0") in text.upper(), row
    ends = ["file", "sheet", "source_row", "target_key"]
    assert found.join(forth, on=ends, how="anti").is_empty()


def test_every_party_of_an_opening_line_leads_to_its_card_and_back(demo: erp_core.Books, forth: pl.DataFrame):
    named = demo.report("lineage_of_line").filter(pl.col("party") != "").select("party", "voucher_id", "line")
    by_card = forth.filter(pl.col("way") == "card").select("voucher_id", "line", party="target_key")
    assert named.height > 20
    assert named.join(by_card, on=["party", "voucher_id", "line"], how="anti").is_empty()


def test_every_opening_stock_leads_to_its_row_and_its_row_to_the_account(
    demo: erp_core.Books, cells: Cells, forth: pl.DataFrame
):
    moves = demo.sql("select move_id, item, warehouse, quantity from rpt.stock_move where kind = 'opening'")
    found = demo.report("lineage_of_card", kind="stock").filter(pl.col("field") == "quantity")
    both = moves.join(found, on="move_id", how="left")
    assert moves.height > 40
    assert not both["cell"].null_count()
    for row in both.iter_rows(named=True):
        assert amount_in(cells, row) == row["quantity"]
    into = forth.filter((pl.col("way") == "stock") & (pl.col("account") == "1405"))
    assert both.join(into, on=["item", "warehouse", "file", "sheet", "source_row"], how="anti").is_empty()


def test_what_was_not_loaded_says_why(demo: erp_core.Books):
    told = demo.sql("select distinct outcome, reason from rpt.intake_aside").rows()
    assert {("dropped", "total"), ("dropped", "footer"), ("checked", "open_items")} <= set(told)
    checked = trace(demo, "科目余额!D6")[1]
    assert set(checked["outcome"]) == {"checked"}
    assert (
        checked.unique("line")["debit"].sum()
        == demo.report("trial_balance", period="2025-01").filter(pl.col("account") == "1122")["opening_debit"].sum()
    )


MIDYEAR = [
    ["科目编码", "科目名称", "方向", "期初余额", "累计借方", "累计贷方"], ["1001", "库存现金", "借", 1100, 900, 400], ["3001", "实收资本", "贷", 1000, 0, 400],
    ["5001", "主营业务收入", "平", 0, 0, 900], ["560201", "开办费", "平", 0, 800, 0], ["3103", "本年利润", "贷", 100, 0, 0],
]  # fmt: skip


def test_turnover_of_a_started_year_leads_to_its_own_cells(tmp_path: Path):
    with erp_core.create(":memory:", company="年中启用", start="2026-07") as books:
        load_pack(books, gather([workbook(tmp_path / "期初.xlsx", 科目余额=MIDYEAR)]))
        lines = books.sql(LINES + " where v.kind = 'opening'")
        back = books.report("lineage_of_line")
        assert lines.join(back, on=["voucher_id", "line"], how="anti").is_empty()
        cash = back.filter((pl.col("account") == "1001") & (pl.col("period") == "2026-00"))
        assert sorted(zip(cash["cell"], cash["debit"] - cash["credit"], strict=True)) == [
            ("E2", Decimal("900.00")), ("F2", Decimal("-400.00")),
        ]  # fmt: skip
        # The balance of 1 January is what the file says now less what moved since: every cell of it is named.
        before = back.filter((pl.col("account") == "3001") & (pl.col("period") == "0000-00"))
        assert before.select("cell", "credit").rows() == [("D3", Decimal("600.00")), ("F3", Decimal("600.00"))]
        side = books.report("lineage_of_line", account="3001", to_period="0000-00", every=True)
        assert side.filter(pl.col("cell") == "C3")["bears"].to_list() == ["condition"]


VOUCHERS = [
    ["日期", "凭证字", "凭证号", "摘要", "科目编码", "借方金额", "贷方金额"],
    [date(2026, 1, 5), "记", 7, "提现", "1001", 10, None],
    [date(2026, 1, 5), "记", 7, "提现", "1002", None, 10],
    [date(2026, 1, 6), "记", 8, "存现", "1002", 4, None],
    [date(2026, 1, 6), "记", 8, "存现", "1001", None, 4],
]


def test_lines_of_legacy_vouchers_lead_to_their_rows(books: erp_core.Books, tmp_path: Path):
    load_pack(books, gather([workbook(tmp_path / "凭证.xlsx", 凭证=VOUCHERS)]))
    back = books.report("lineage_of_line").select("voucher", "line", "cell", "debit", "credit")
    assert back.rows() == [
        ("记-1", 1, "F2", Decimal("10.00"), Decimal("0.00")), ("记-1", 2, "G3", Decimal("0.00"), Decimal("10.00")),
        ("记-2", 1, "F4", Decimal("4.00"), Decimal("0.00")), ("记-2", 2, "G5", Decimal("0.00"), Decimal("4.00")),
    ]  # fmt: skip
    assert trace(books, "凭证!F4")[1]["voucher"].unique().to_list() == ["记-2"]
    assert trace(books, "2026-01/记-2:2")[1]["cell"].to_list() == ["G5"]
    assert trace(books, "1001@2026-01")[1]["cell"].to_list() == ["F2", "G5"]


CUSTOMERS = [["客户编码", "客户名称", "电话"], ["K01", "长沙子公司", "13812345678"], ["K02", "株洲丑公司", "138"]]


def test_failed_rows_that_come_back_keep_the_address_they_had(books: erp_core.Books, tmp_path: Path):
    sheet = gather([workbook(tmp_path / "客户.xlsx", 客户=[*CUSTOMERS, [None, "无码", "13912345678"]])]).sheets[0]
    assert sheet.prepared.batch.notes["counts"]["rejected"] == 1
    load_pack(books, gather([tmp_path / "客户.xlsx"]))
    assert set(trace(books, "客户!A4")[1]["outcome"]) == {"rejected"}
    import openpyxl

    failed = write_failed_rows(sheet, tmp_path, "zh")
    book = openpyxl.load_workbook(failed)
    book.active["A2"] = "K03"
    book.save(failed)
    load_pack(books, gather([failed]))
    found = trace(books, "customer:K03")[1].filter(pl.col("field") == "code")
    assert found.select("file", "sheet", "cell").rows() == [("客户.xlsx", "客户", "A4")]


def test_a_run_taken_back_leaves_no_trace(books: erp_core.Books, tmp_path: Path):
    done = load_pack(books, gather([workbook(tmp_path / "客户.xlsx", 客户=CUSTOMERS)]))
    assert trace(books, "客户.xlsx!B2")[1]["target_key"].to_list() == ["K01"]
    assert trace(books, "客户.xlsx!客户!B2")[1]["rule"].to_list() == ["company"]
    books.call("intake.undo", run_id=done[0].run_id, reason="试")
    with pytest.raises(AddressUnknown):
        trace(books, "客户.xlsx!B2")


@pytest.mark.parametrize(
    "address", ["", "!", "应收", "应收!", "a!b!c!D4", "balance:4", "记-", "#x", "bird:4", "应收!F", "F214"]
)
def test_what_is_no_address_is_refused_with_what_can_be_written(address: str):
    with pytest.raises(AddressUnreadable):
        question(address)


def test_addresses_are_read_as_people_write_them():
    assert question("'应收 明细'!$F$214").given == {"file": "", "sheet": "应收 明细", "row": 214, "letter": "F"}
    assert question("a.csv!214").given == {"file": "a.csv", "sheet": "", "row": 214, "letter": ""}
    assert question("#57:3").given == {"voucher_id": 57, "line": 3}
    assert question("资产负债表:4@2026-01").given["statement"] == "balance_sheet"
    assert question("库存:A1@W1").given == {"kind": "stock", "code": "A1", "warehouse": "W1"}
