"""A small company in memory for every test that needs books."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

import erp_core
from tests.hosted import Switchboard

# The same examples every time: a suite that is red today was not green yesterday by luck.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

ITEMS = [
    {"code": "A", "name": "螺丝 M6×20", "unit": "个", "cost_method": "month_average", "list_price": "85"},
    {"code": "B", "name": "扳手 12寸", "unit": "把", "cost_method": "moving_average", "list_price": "40"},
    {"code": "C", "name": "电钻 550W", "unit": "台", "cost_method": "fifo", "list_price": "260"},
    {"code": "V", "name": "安装服务", "unit": "次", "kind": "service", "sales_tax": "S6", "list_price": "100"},
]
PARTIES = [
    {"code": "C01", "name": "长沙甲商行", "customer": True, "credit_days": 30},
    {"code": "C02", "name": "株洲乙建材", "customer": True, "credit_days": 60},
    {
        "code": "S01",
        "name": "佛山丙五金厂",
        "supplier": True,
        "credit_days": 30,
        "phone": "0757-82345678",
        "address": "佛山",
    },
    {
        "code": "S02",
        "name": "温州丁阀门厂",
        "supplier": True,
        "credit_days": 45,
        "phone": "0577-82345678",
        "address": "温州",
    },
]


def furnish(books: erp_core.Books) -> erp_core.Books:
    """Give a new company warehouses, items, partners and one department with one employee."""
    books.call("masters.department.save", departments=[{"code": "D1", "name": "销售部"}])
    books.call("masters.employee.save", employees=[{"code": "E1", "name": "张三", "department": "D1"}])
    books.call(
        "masters.warehouse.save",
        warehouses=[
            {"code": "W1", "name": "主仓"},
            {"code": "W2", "name": "分仓"},
            {"code": "WT", "name": "在途", "kind": "transit"},
        ],
    )
    books.call("masters.item.save", items=ITEMS)
    books.call("masters.party.save", parties=PARTIES)
    return books


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished company in a closed file, made once: every test works on a copy of its own."""
    path = tmp_path_factory.mktemp("template") / "books.duckdb"
    made = erp_core.create(path, company="长沙测试五金有限公司", standard="sbe", start="2026-01")
    furnish(made).close()
    return path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which binding the tests of the core run against."""
    parser.addoption(
        "--binding",
        choices=("both", "process", "host"),
        default="both",
        help="books in process, behind a host, or both",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The tests of the core run twice: on the file in this process, and on the same methods behind a host."""
    if "binding" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--binding")
        core = "erp_core" in metafunc.definition.path.parts
        bindings = ("process", "host") if chosen == "both" and core else ("host",) if chosen == "host" else ("process",)
        metafunc.parametrize("binding", bindings, indirect=True, scope="session")


@pytest.fixture(scope="session")
def binding(request: pytest.FixtureRequest) -> str:
    """'process' or 'host'."""
    return request.param


@pytest.fixture(scope="session")
def switchboard() -> Iterator[Switchboard]:
    """The one server of this run."""
    made = Switchboard()
    yield made
    made.stop()


@contextmanager
def bound(path: Path, binding: str, request: pytest.FixtureRequest) -> Iterator[erp_core.Books]:
    """Books of a file as a test gets them: in this process, or behind the host."""
    opened = erp_core.open(path)
    if binding == "process":
        yield opened
    else:
        switchboard = request.getfixturevalue("switchboard")
        hosted = switchboard.serve(opened.database)
        yield hosted
        switchboard.drop(hosted)
    opened.close()


@pytest.fixture
def books(template: Path, tmp_path: Path, binding: str, request: pytest.FixtureRequest) -> Iterator[erp_core.Books]:
    """A small company: 小企业会计准则, general taxpayer, first period 2026-01."""
    path = tmp_path / "books.duckdb"
    shutil.copy(template, path)
    with bound(path, binding, request) as opened:
        yield opened
