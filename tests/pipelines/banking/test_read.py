"""Files of banks: any bank's columns, workbooks, MT940 and camt.053 become the same lines; the rest is refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.banking.errors import (
    BankLayoutInvalid,
    MessageDamaged,
    NoBankLayoutFits,
    NotAStatement,
    StatementCurrency,
    StatementOfAnother,
    StatementRowUnreadable,
)
from pipelines.banking.layouts import layouts, read
from pipelines.banking.read import load, read_statement
from pipelines.intake.errors import EmptyFile, FileNotFound, TextNamedWorkbook, UnknownFileKind, WrongEncoding

ICBC = """[HISTORYDETAIL],,,,,,
账号：1901 0001 0920 0012 345,,,,,,
凭证号,交易时间,借方发生额,贷方发生额,余额,对方单位,对方账号,摘要,个性化信息
0001,2026-01-05 10:21:33,,"1,000.00","1,000.00",长沙甲商行,6222000011112222333,货款,订单 SO2601
0002,2026-01-06 09:00:00,15.00,,985.00,,,网银手续费,
,,,,,,,,
合计,2 笔,15.00,"1,000.00",,,,,
"""
CMB = """交易日,借方金额,贷方金额,余额,摘要,流水号,收(付)方名称,收(付)方帐号
20260105,-,1000.00,1000.00,货款 订单 SO2601,0001,长沙甲商行,6222000011112222333
20260106,15.00,-,985.00,网银手续费,0002,,
"""
BOC = """交易类型[ Transaction Type ]\t交易日期[ Transaction Date ]\t交易金额[ Trade Amount ]\t交易后余额[ After-transaction balance ]\t对方名称\t摘要[ Reference ]\t交易流水号[ Transaction reference number ]
来账\t20260105\t1000.00\t1000.00\t长沙甲商行\t货款 订单 SO2601\t0001
往账\t20260106\t-15.00\t985.00\t\t网银手续费\t0002
"""
GENERAL = """日期;借贷标志;金额;余额;对方户名;摘要;流水号
2026/1/5;贷;1,000.00;1,000.00;长沙甲商行;货款 订单 SO2601;0001
2026年1月6日;借;15.00;985.00;;网银手续费;0002
"""
MT940 = """:20:STATEMENT
:25:19010001092000123450
:28C:5/1
:60F:C260104CNY0,00
:61:2601050105C1000,00NTRFNONREF//0001
:86:货款 订单 SO2601
:61:2601060106D15,00NCHGNONREF//0002
:86:网银手续费
:62F:C260106CNY985,00
"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>1901000109200012345</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">985.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="CNY">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt>
<AcctSvcrRef>0001</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>长沙甲商行</Nm></Dbtr></RltdPties>
<RmtInf><Ustrd>货款 订单 SO2601</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">15.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-01-06T09:00:00</DtTm></BookgDt>
<AcctSvcrRef>0002</AcctSvcrRef><AddtlNtryInf>网银手续费</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="CNY">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-01-07</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
WANTED = [
    (date(2026, 1, 5), Decimal("1000.00"), "货款 订单 SO2601", "0001"),
    (date(2026, 1, 6), Decimal("-15.00"), "网银手续费", "0002"),
]


def put(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read_rows(path: Path) -> list[tuple]:
    return read_statement(path).lines.select("posted_on", "amount", "summary", "reference").rows()


@pytest.mark.parametrize(
    ("name", "content", "encoding", "layout"),
    [
        ("工行.csv", ICBC, "gb18030", "icbc"),
        ("招行.csv", CMB, "utf-8-sig", "cmb"),
        ("中行.txt", BOC, "gb18030", "boc"),
        ("其他.csv", GENERAL, "utf-8", "general"),
        ("报文.sta", MT940, "gb18030", "mt940"),
        ("报文.xml", CAMT, "utf-8", "camt"),
    ],
)
def test_every_way_of_writing_gives_the_same_lines(tmp_path, name, content, encoding, layout):
    path = put(tmp_path, name, content, encoding)
    statement = read_statement(path)
    assert (statement.layout, read_rows(path)) == (layout, WANTED)
    assert statement.lines["balance"][-1] == Decimal("985.00")


def test_workbooks_are_read_like_text(tmp_path):
    rows = [line.split(",") for line in CMB.strip().splitlines()]
    sheet = pl.DataFrame(rows[1:], schema=rows[0], orient="row")
    path = tmp_path / "招行.xlsx"
    sheet.write_excel(path)
    assert read_rows(path) == WANTED


def test_what_is_no_line_is_passed_over_and_counted(tmp_path):
    statement = read_statement(put(tmp_path, "a.csv", ICBC))
    assert (statement.number, statement.passed_over) == ("1901000109200012345", ((7, "no_day"),))
    assert read_statement(put(tmp_path, "b.xml", CAMT)).passed_over == ((3, "not_booked"),)


def test_files_that_are_no_statement_are_refused_by_name(tmp_path):
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    cases = [
        ("流水.csv", png, NotAStatement),
        ("流水2.csv", b"\xff\xd8\xff\xe0" + bytes(64), NotAStatement),
        ("流水.xlsx", b"%PDF-1.7 and so on", NotAStatement),
        ("空.csv", b"", EmptyFile),
        ("乱.csv", bytes(range(256)) * 9, UnknownFileKind),
        ("假.xlsx", CMB.encode(), TextNamedWorkbook),
        ("两种.csv", CMB.encode("gb18030") + CMB.encode("utf-8"), WrongEncoding),
        ("别的.csv", "姓名,电话\n张三,138\n".encode(), NoBankLayoutFits),
        ("坏.csv", CMB.replace("15.00", "十五快").encode(), StatementRowUnreadable),
        ("坏2.csv", CMB.replace("20260106", "2026-13-45").encode(), StatementRowUnreadable),
        ("坏3.csv", GENERAL.replace(";借;", ";猫;").encode(), StatementRowUnreadable),
        ("美元.sta", MT940.replace("CNY", "USD").encode(), StatementCurrency),
        ("美元.xml", CAMT.replace('Ccy="CNY"', 'Ccy="USD"').encode(), StatementCurrency),
        ("断.xml", CAMT[:900].encode(), MessageDamaged),
        ("实体.xml", CAMT.replace("<Document", '<!DOCTYPE x [<!ENTITY a "b">]><Document').encode(), MessageDamaged),
    ]
    for name, content, refusal in cases:
        with pytest.raises(refusal):
            read_statement(put(tmp_path, name, content))
    with pytest.raises(FileNotFound):
        read_statement(tmp_path / "nowhere.csv")


def test_layouts_are_whole_and_a_misspelt_one_is_refused(tmp_path):
    assert {"general", "icbc", "ccb", "abc", "boc", "cmb"} <= {layout.layout for layout in layouts()}
    assert layouts()[-1].layout == "general"
    with pytest.raises(BankLayoutInvalid):
        read(put(tmp_path, "x.yaml", "layout: x\ntitle_zh: x\ntitle_en: x\ncolumns:\n  postedon: [日期]\n"))


def test_overlapping_files_of_different_formats_count_a_line_once(books, tmp_path):
    row = {"code": "ICBC", "name": "基本户", "account": "1002", "begins_on": date(2026, 1, 1)}
    books.call("banking.account.save", accounts=[row | {"number": "1901000109200012345"}])
    told = [
        load(books, put(tmp_path, name, content), bank_account="ICBC")
        for name, content in (
            ("a.csv", ICBC),
            ("b.csv", CMB),
            ("c.sta", MT940.replace("123450", "12345")),
            ("d.xml", CAMT),
        )
    ]
    assert [(one["read"], one["added"], one["known"]) for one in told] == [(2, 2, 0), (2, 0, 2), (2, 0, 2), (2, 0, 2)]
    assert told[0]["passed_over"] == {"no_day": 1}
    with pytest.raises(StatementOfAnother):
        load(books, put(tmp_path, "e.csv", ICBC.replace("345,", "999,")), bank_account="ICBC")
