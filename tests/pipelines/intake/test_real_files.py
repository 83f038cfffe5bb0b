"""Two real inputs to the cent: half a million retail lines, and the vouchers of a 金蝶 K/3 book."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from shared_data import shared

import erp_core
from pipelines.intake.load import load_pack
from pipelines.intake.pack import Pack, gather

RETAIL = Decimal("9747747.934")
KINGDEE = Decimal("262574.48")
ROOT = Path(__file__).resolve().parents[3]
# The first load runs in a program of its own, so that its peak of memory is its own too. The kernel's own figure is read:
# what getrusage says of a program begins with the size of the one that started it.
LOAD = """
import json, sys, erp_core
from pathlib import Path
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
with erp_core.create(sys.argv[1], company="零售", standard="sbe", start="2026-01") as books:
    done = load_pack(books, gather([Path(sys.argv[2])]))
status = Path("/proc/self/status").read_text()
peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
print(json.dumps({"added": [(one.target, one.added) for one in done], "peak_kib": peak}))
"""


@pytest.fixture(scope="module")
def retail() -> Pack:
    """The retail workbook, read and prepared."""
    return gather([shared("online_retail_uci/online_retail_rebuilt.xlsx")])


@pytest.mark.slow
def test_every_retail_row_is_accounted_for_to_the_cent(retail: Pack):
    notes = retail.sheets[0].prepared.batch.notes
    assert notes["counts"] == {"read": 541_909, "loaded": 539_431, "rejected": 0, "dropped": 2_478}
    assert notes["dropped_by"] == {"bad_debt_adjustment": 3, "stock_note": 2_475}
    sums = {(one["outcome"], one["reason"], one["group"]): (one["rows"], one["amount"]) for one in notes["sums"]}
    assert sum(rows for rows, _ in sums.values()) == 541_909
    assert sum(amount for _, amount in sums.values()) == RETAIL
    assert sums["dropped", "bad_debt_adjustment", "adjustment"] == (3, Decimal("-11062.06"))
    assert sums["loaded", "", "cancellation"] == (9_288, Decimal("-896812.49"))


@pytest.mark.slow
def test_retail_loads_as_history_with_customers_and_items_and_a_second_time_not_at_all(retail: Pack, tmp_path: Path):
    path = tmp_path / "r.duckdb"
    told = json.loads(
        subprocess.check_output([sys.executable, "-c", LOAD, str(path), str(retail.sheets[0].path)], cwd=ROOT)
    )
    assert told["added"][:2] == [["customers", 4_372], ["items", 3_827]]
    assert told["peak_kib"] < 1_500_000
    with erp_core.open(path) as books:
        told = books.sql(
            "select count(*) as n, sum(amount) as amount, count(distinct party) as parties from rpt.sales_history"
        )
        assert told.rows() == [(539_431, RETAIL + Decimal("11062.06"), 4_373)]
        assert books.sql("select count(*) as n from rpt.sales_history where number = '536365'")["n"][0] == 7
        assert all(one.added == one.changed == 0 for one in load_pack(books, retail))


@pytest.mark.slow
def test_the_text_file_gives_the_same_rows_as_the_workbook(retail: Pack, tmp_path: Path):
    import gzip

    path = tmp_path / "online_retail.csv"
    path.write_bytes(gzip.decompress(shared("online_retail_uci/online_retail.csv.gz").read_bytes()))
    text = gather([path]).sheets[0].prepared
    book = retail.sheets[0].prepared
    columns = ["number", "item", "party", "quantity", "unit_price", "amount", "sold_on", "kind"]
    assert text.rows.select(columns).equals(book.rows.select(columns))


@pytest.mark.parametrize("name", ["凭证_voucher.xls", "凭证_voucher_gbk.csv"])
def test_kingdee_vouchers_are_posted_and_balance(name: str, tmp_path: Path):
    pack = gather([shared(f"cn_kingdee_k3/{name}")])
    assert pack.sheets[0].prepared.batch.notes["counts"] == {"read": 254, "loaded": 254, "rejected": 0, "dropped": 0}
    with erp_core.create(tmp_path / "k.duckdb", company="诊所", standard="asbe", start="2018-07") as books:
        done = {one.target: one for one in load_pack(books, pack)}
        assert done["vouchers"].result == {"vouchers": 49, "lines": 254, "debit": str(KINGDEE)}
        assert {account["code"] for account in done["accounts"].result["created"]} >= {
            "600101",
            "600101001",
            "600102011",
        }
        lines = books.sql(
            "select sum(debit) as debit, sum(credit) as credit, count(distinct voucher_id) as n from rpt.voucher_line"
        )
        assert lines.rows() == [(KINGDEE, KINGDEE, 49)]
        receivable = books.sql(
            "select sum(debit) as debit, count(distinct party) as parties from rpt.voucher_line where account = '1122'"
        )
        assert receivable.rows() == [(KINGDEE, 37)]
        broken = books.check()
        assert broken.filter(~broken["ok"]).is_empty(), broken.filter(~broken["ok"])


def test_both_exports_of_the_same_vouchers_are_the_same_rows(tmp_path: Path):
    with erp_core.create(tmp_path / "k.duckdb", company="诊所", standard="asbe", start="2018-07") as books:
        load_pack(books, gather([shared("cn_kingdee_k3/凭证_voucher.xls")]))
        again = load_pack(books, gather([shared("cn_kingdee_k3/凭证_voucher_gbk.csv")]))
        assert [(one.added, one.changed) for one in again] == [(0, 0)] * 3
