"""The last gate: what rows of each target must look like, whatever file they came from."""

from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

Money = Annotated[pl.Decimal, 18, 2]
Fine = Annotated[pl.Decimal, 18, 6]
Product = Annotated[pl.Decimal, 24, 6]


def _code(title: str, **more: Any) -> Any:
    return pa.Field(str_matches={"pattern": r"^\S.{0,59}$", "error": "E_CODE_LENGTH"}, title=title, **more)


def _name(title: str, **more: Any) -> Any:
    return pa.Field(str_length={"min_value": 1, "max_value": 200, "error": "E_TEXT_LENGTH"}, title=title, **more)


def _not_negative(title: str, **more: Any) -> Any:
    return pa.Field(ge={"min_value": 0, "error": "E_NEGATIVE"}, title=title, **more)


class Rows(pa.DataFrameModel):
    """What all targets have: the row of the source."""

    row: pl.Int32 = pa.Field(title="行")


class Coded(Rows):
    """Rows with a code of their own and a name."""

    code: str = _code("编码")
    name: str = _name("名称")


class Account(Rows):
    """Accounts of the chart."""

    code: str = pa.Field(str_matches={"pattern": r"^[1-6]\d{3,}$", "error": "E_ACCOUNT_FORMAT"}, title="科目编码")
    name_zh: str = _name("科目名称")


class Party(Coded):
    """Customers and suppliers."""

    credit_limit: Money | None = _not_negative("信用额度", nullable=True)
    credit_days: pl.Int64 | None = _not_negative("信用天数", nullable=True)


class Item(Coded):
    """Goods and services."""

    unit: str = _name("计量单位")
    list_price: Fine | None = _not_negative("售价", nullable=True)
    minimum: Fine | None = _not_negative("最低库存", nullable=True)
    maximum: Fine | None = _not_negative("最高库存", nullable=True)
    reorder_point: Fine | None = _not_negative("补货点", nullable=True)
    lead_days: pl.Int64 | None = _not_negative("提前期", nullable=True)


class ItemUnit(Rows):
    """Further units of an item."""

    item: str = _code("存货编码")
    unit: str = _name("单位")
    numerator: pl.Int64 = pa.Field(gt={"min_value": 0, "error": "E_NEGATIVE"}, title="换算率")


class Balance(Rows):
    """Opening balances; a balance stands on one side only."""

    account: str = _code("科目编码")
    debit: Money = pa.Field(title="借方", nullable=True)
    credit: Money = pa.Field(title="贷方", nullable=True)

    @pa.dataframe_check(error="E_BOTH_SIDES")
    def one_side(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """Debit or credit, not both."""
        return data.lazyframe.select((pl.col("debit").fill_null(0) == 0) | (pl.col("credit").fill_null(0) == 0))


class OpenItem(Rows):
    """Open items by document."""

    party: str = _code("单位编码")
    reference: str = _name("单据号")
    item_on: pl.Date = pa.Field(title="单据日期")
    amount: Money = pa.Field(title="金额")


class OpeningStock(Rows):
    """Opening stock by warehouse and item."""

    item: str = _code("存货编码")
    warehouse: str = _code("仓库")
    quantity: Fine = _not_negative("数量")
    amount: Money = _not_negative("金额")

    @pa.dataframe_check(error="E_VALUE_WITHOUT_QUANTITY")
    def no_value_without_quantity(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """Of an item that is nowhere in stock nothing is left in value; one warehouse alone may differ."""
        there, worth = pl.col("quantity").sum().over("item") != 0, pl.col("amount").sum().over("item") == 0
        return data.lazyframe.select((pl.col("quantity") != 0) | (pl.col("amount") == 0) | there | worth)


class VoucherLine(Rows):
    """Lines of vouchers."""

    voucher_on: pl.Date = pa.Field(title="凭证日期")
    word: str = _name("凭证字")
    number: pl.Int64 = pa.Field(gt={"min_value": 0, "error": "E_NEGATIVE"}, title="凭证号")
    account: str = pa.Field(str_matches={"pattern": r"^[1-6]\d{3,}$", "error": "E_ACCOUNT_FORMAT"}, title="科目编码")
    debit: Money = pa.Field(title="借方")
    credit: Money = pa.Field(title="贷方")

    @pa.dataframe_check(error="E_LINE_AMOUNT")
    def one_side(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """A line has a debit or a credit, not both and not none."""
        return data.lazyframe.select((pl.col("debit") == 0) != (pl.col("credit") == 0))


class SalesLine(Rows):
    """Lines sold before the books began."""

    number: str = _code("单据号")
    sold_on: pl.Datetime = pa.Field(title="销售时间")
    quantity: Fine = pa.Field(title="数量")
    unit_price: Fine = _not_negative("单价")
    amount: Product = pa.Field(title="金额")
    kind: str = _name("类型")


class Asset(Rows):
    """Cards of fixed assets as they stood before the books began."""

    name: str = _name("资产名称")
    category: str = _name("资产类别")
    started_on: pl.Date = pa.Field(title="开始使用日期")
    value: Money = pa.Field(gt={"min_value": 0, "error": "E_NEGATIVE"}, title="原值")
    accumulated: Money = _not_negative("累计折旧", nullable=True)
    impairment: Money = _not_negative("减值准备", nullable=True)

    @pa.dataframe_check(error="E_WORN_BEYOND")
    def not_worn_beyond(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """No more is written off than the asset was worth."""
        spent = pl.col("accumulated").fill_null(0) + pl.col("impairment").fill_null(0)
        return data.lazyframe.select(spent <= pl.col("value"))

    @pa.dataframe_check(error="E_NOT_WHOLE")
    def whole_months(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """A life is a whole number of months."""
        there = "life_months" in data.lazyframe.collect_schema()
        whole = (pl.col("life_months") % 1 == 0) | pl.col("life_months").is_null()
        return data.lazyframe.select(whole if there else pl.col("row").is_not_null())


class PurchaseLine(Rows):
    """Lines bought before the books began."""

    number: str = _code("单据号")
    bought_on: pl.Datetime = pa.Field(title="采购时间")
    quantity: Fine = pa.Field(title="数量")
    unit_price: Fine = _not_negative("单价")
    amount: Product = pa.Field(title="金额")
    kind: str = _name("类型")


class EitherParty(Party):
    """Business partners of both sides in one list."""

    customer: str = pa.Field(isin={"allowed_values": ["true", "false"], "error": "E_VALUE_UNMAPPED"}, title="是客户")
    supplier: str = pa.Field(isin={"allowed_values": ["true", "false"], "error": "E_VALUE_UNMAPPED"}, title="是供应商")

    @pa.dataframe_check(error="E_NEITHER_SIDE")
    def one_at_least(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """A partner buys or sells."""
        return data.lazyframe.select((pl.col("customer") == "true") | (pl.col("supplier") == "true"))


SCHEMAS: dict[str, type[Rows]] = {
    "accounts": Account,
    "departments": Coded,
    "employees": Coded,
    "warehouses": Coded,
    "item_categories": Coded,
    "customers": Party,
    "suppliers": Party,
    "parties": EitherParty,
    "items": Item,
    "item_units": ItemUnit,
    "opening_balances": Balance,
    "open_receivables": OpenItem,
    "open_payables": OpenItem,
    "advances_received": OpenItem,
    "advances_paid": OpenItem,
    "opening_stock": OpeningStock,
    "assets": Asset,
    "vouchers": VoucherLine,
    "sales_history": SalesLine,
    "purchase_history": PurchaseLine,
    "rows": Rows,
}


def failures(target: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return what a frame breaks of its target's schema: row, field, code, found; empty when it breaks nothing."""
    try:
        SCHEMAS.get(target, Rows).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as problem:
        cases = problem.failure_cases
    else:
        return pl.DataFrame(schema={"row": pl.Int32, "field": pl.String, "code": pl.String, "found": pl.String})
    faulty = cases.filter(pl.col("index").is_null() & (pl.col("check") != "not_nullable"))
    if faulty.height:
        raise TypeError(f"{target}: {faulty['column'][0]} {faulty['check'][0]} {faulty['failure_case'][0]}")
    whole = pl.col("schema_context") == "DataFrameSchema"
    code = pl.when(pl.col("check").str.starts_with("E_")).then("check").otherwise(pl.lit("E_REQUIRED"))
    told = cases.unique(["index", "column", "check"], maintain_order=True)
    return told.select(
        row=pl.Series("row", frame["row"]).gather(told["index"]),
        field=pl.when(whole).then(pl.lit("")).otherwise(pl.col("column").fill_null("")),
        code=code,
        found=pl.when(whole).then(pl.lit("")).otherwise(pl.col("failure_case").fill_null("")),
    )
