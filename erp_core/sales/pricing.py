"""The price policy as pure functions: which rule gives the price of a line, and the trace that says so."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.amounts import scaled
from erp_core.foundation.money import QUANTITY

# The more binding the promise, the earlier it is asked: SAL-02.
PRECEDENCE = ("contract", "customer", "level", "quantity", "promotion")
LIST_PRICE = "list price"
TYPED = "typed"


def policy_price(lines: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Find the price of each line without tax, keeping the order of the lines.

    lines: item, party, level, quantity, priced_on, list_price (of the item, may be null).
    rules: columns of core.price_rule. Adds policy_price (null where nothing sets one) and policy_trace, such as
    'rule 17 customer price'. Within one kind the rule naming the party wins, then the one naming the level, then the
    largest minimum quantity, then the latest start.
    """
    numbered = lines.with_row_index("_line")
    best = (
        _fitting(numbered, rules)
        .sort(
            "_line",
            "rank",
            pl.col("rule_party") != "",
            pl.col("rule_level") != "",
            "minimum_quantity",
            "valid_from",
            "rule_id",
            descending=[False, False, True, True, True, True, True],
        )
        .unique("_line", keep="first", maintain_order=True)
        .select("_line", "price", _trace=pl.format("rule {} {} price", "rule_id", "kind"))
    )
    return (
        numbered.join(best, on="_line", how="left", maintain_order="left")
        .with_columns(
            policy_price=pl.coalesce("price", "list_price").cast(QUANTITY),
            policy_trace=pl.coalesce(
                "_trace", pl.when(pl.col("list_price").is_not_null()).then(pl.lit(LIST_PRICE)).otherwise(pl.lit(""))
            ),
        )
        .drop("_line", "price", "_trace")
    )


def _fitting(lines: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Every pair of a line and a rule that applies to it."""
    ranks = pl.DataFrame({"kind": PRECEDENCE, "rank": range(len(PRECEDENCE))}, schema_overrides={"rank": pl.Int32})
    active = rules.filter("active").join(ranks, on="kind").rename({"party": "rule_party", "level": "rule_level"})
    asked = lines.select("_line", "item", "party", "level", "quantity", "priced_on")
    named = asked.join(
        active.filter(pl.col("rule_party") != "").with_columns(party="rule_party"), on=["item", "party"]
    ).select(pl.exclude("party"))
    anyone = asked.join(active.filter(pl.col("rule_party") == ""), on="item").select(pl.exclude("party"))
    return pl.concat([named.select(anyone.columns), anyone]).filter(
        (pl.col("rule_level") == "") | (pl.col("rule_level") == pl.col("level")),
        pl.col("quantity") >= pl.col("minimum_quantity"),
        pl.col("priced_on") >= pl.col("valid_from"),
        pl.col("valid_to").is_null() | (pl.col("priced_on") <= pl.col("valid_to")),
    )


def settle(lines: pl.DataFrame) -> pl.DataFrame:
    """Decide between the policy and what was typed, and write the trace.

    lines: unit_price and gross_price as typed (null where not), discount (percent), policy_price, policy_trace.
    A typed price stands, its trace keeps the rule it went past. A discount is taken off the policy price.
    """
    typed = pl.col("unit_price").is_not_null() | pl.col("gross_price").is_not_null()
    as_policy = pl.col("unit_price").eq_missing(pl.col("policy_price")) & pl.col("gross_price").is_null()
    discounted = pl.col("discount").fill_null(0) != 0
    kept = pl.lit(100, dtype=QUANTITY) - pl.col("discount").fill_null(0)
    reduced = scaled(pl.col("policy_price"), kept.cast(QUANTITY).to_physical(), 100_000_000)
    instead = (
        pl.when(pl.col("policy_trace") == "")
        .then(pl.lit(TYPED))
        .otherwise(
            pl.format(
                TYPED + ", {} {}", "policy_trace", pl.col("policy_price").cast(pl.String).str.replace(r"\.?0+$", "")
            )
        )
    )
    less = pl.format("{}, less {}%", "policy_trace", pl.col("discount").cast(pl.String).str.replace(r"\.?0+$", ""))
    return lines.with_columns(
        unit_price=pl.when(typed).then("unit_price").when(discounted).then(reduced).otherwise("policy_price"),
        price_trace=pl.when(typed & ~as_policy)
        .then(instead)
        .when(discounted & ~typed)
        .then(less)
        .otherwise("policy_trace"),
    )
