"""What an act changed, field by field: tables of cards and settings compared before and after, whoever wrote them."""

from __future__ import annotations

import json

import polars as pl

# Postings explain themselves and can only be added to; these tables are written over, so each change is kept.
# table -> the columns that name a row.
WATCHED = {
    "company": ("name",),
    "app_user": ("login",),
    "user_role": ("login", "role"),
    "role_permission": ("role", "permission"),
    "user_scope": ("login", "kind", "value"),
    "user_profile": ("login",),
    "role_network": ("role", "network"),
    "conflict_rule": ("rule",),
    "account": ("code",),
    "account_role": ("role",),
    "voucher_template": ("template",),
    "posting_event": ("event", "valid_from"),
    "posting_rule": ("event", "valid_from", "line"),
    "posting_account": ("kind", "code", "use"),
    "period": ("period",),
    "parameter": ("key", "valid_from", "act_id"),
    "approval_rule": ("rule",),
    "approval_rule_step": ("rule", "step", "role"),
    "protection": ("table_name", "field"),
    "number_series": ("series",),
    "party": ("code",),
    "item": ("code",),
    "item_category": ("code",),
    "item_unit": ("item", "unit"),
    "warehouse": ("code",),
    "bin": ("warehouse", "code"),
    "department": ("code",),
    "employee": ("code",),
    "project": ("code",),
    "tax_code": ("code", "valid_from"),
    "exchange_rate": ("currency", "rate_on"),
    "price_rule": ("rule_id",),
    "claim_category": ("code",),
    "claim_account": ("standard", "category", "department"),
    "claim_receipt": ("code", "valid_from"),
    "claim_city": ("city",),
    "bank_account": ("code",),
    "bank_rule": ("rule",),
    "bank_booking": ("rule",),
    "cash_recurring": ("code",),
    "cash_plan": ("open_item_id",),
    "claim_limit": ("category", "grade", "place", "per", "valid_from"),
    "statement_format": ("standard", "statement", "from_period"),
    "close_scheme": ("scheme",),
    "close_scheme_line": ("scheme", "line"),
    "amortisation": ("code",),
    "asset_category": ("code",),
    "asset": ("asset",),
    "budget_rule": ("rule",),
}
COLUMNS = ("table_name", "row_key", "kind", "field", "before", "after")


def compare(table: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The differences of two states of a watched table: table_name, row_key, kind, field, before, after, all text."""
    keys = list(WATCHED[table])
    old, new = (_as_text(frame, keys) for frame in (before, after))
    added = new.join(old, on="row_key", how="anti").select("row_key", kind=pl.lit("added"))
    removed = old.join(new, on="row_key", how="anti")
    gone = removed.select(
        "row_key", kind=pl.lit("removed"), before=pl.struct(before.columns).map_elements(_json, pl.String)
    )
    changed = [_changed(old, new, field) for field in before.columns if field not in keys]
    found = pl.concat([_shaped(frame) for frame in (*changed, added, gone)])
    return found.with_columns(table_name=pl.lit(table)).select(COLUMNS).sort("row_key", "field")


def _as_text(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    text = frame.select(pl.all().cast(pl.String))
    return text.with_columns(row_key=pl.struct(keys).map_elements(_key, pl.String))


def _changed(old: pl.DataFrame, new: pl.DataFrame, field: str) -> pl.DataFrame:
    both = old.select("row_key", before=field).join(new.select("row_key", after=field), on="row_key")
    return both.filter(pl.col("before").ne_missing(pl.col("after"))).with_columns(
        kind=pl.lit("changed"), field=pl.lit(field)
    )


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    columns = ("row_key", "kind", "field", "before", "after")
    absent = {name: pl.lit("" if name == "field" else None, pl.String) for name in columns if name not in frame.columns}
    return frame.with_columns(**absent).select(columns)


def _key(row: dict[str, str]) -> str:
    return " / ".join(str(value) for value in row.values())


def _json(row: dict[str, str]) -> str:
    return json.dumps(row, ensure_ascii=False)
