"""Rules of the price policy: who pays what for which item, from how many, from when."""

from typing import Any

import polars as pl

from erp_core.foundation.money import QUANTITY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import refusals, saving
from erp_core.masters.organisation import refuse_ended_early

RULE = saving.Table(
    name="price_rule",
    keys=("rule_id",),
    required=("item", "price", "valid_from"),
    codes=("party", "level", "item"),
    choices={"kind": ("contract", "customer", "level", "quantity", "promotion")},
)
# A rule is known by what it says about whom; its price is what may change.
SUBJECT = ("kind", "party", "level", "item", "minimum_quantity", "valid_from")
NEEDS = {"contract": "party", "customer": "party", "level": "level"}


@verb("masters.price_rule.save")
def save(session: Session, *, rules: saving.Given) -> dict[str, Any]:
    """Add price rules, or change the price of a rule with the same subject and first day.

    `rules`: kind, party, level, item, minimum_quantity, price (without tax), valid_from, valid_to, active.
    """
    frame = saving.complete(session, RULE, _numbered(session, rules))
    saving.refuse_unknown(frame, "item", session.frame("select code from core.item")["code"], "item")
    saving.refuse_unknown(
        frame, "party", session.frame("select code from core.party where customer")["code"], "customer"
    )
    for kind, what in NEEDS.items():
        bad = frame.filter((pl.col("kind") == kind) & (pl.col(what) == ""))
        if bad.height:
            raise refusals.RuleWithoutSubject(kind=kind, item=bad["item"][0], what=what)
    saving.refuse_numbers(frame, ["price", "minimum_quantity"], code="item")
    refuse_ended_early(frame, code="item")
    return saving.write(session, RULE, frame)


def _numbered(session: Session, rules: saving.Given) -> pl.DataFrame:
    """The rules with the id of the rule they change, or a fresh one."""
    frame = saving.shaped(session, RULE, rules)
    missing = [name for name in ("kind", "item", "valid_from") if name not in frame.columns]
    if missing and frame.height:
        raise refusals.MissingField(field=missing[0], code="", row=1)
    frame = frame.drop("rule_id", strict=False)
    for name, plain in (("party", pl.lit("")), ("level", pl.lit("")), ("minimum_quantity", pl.lit(0))):
        told = pl.coalesce(name, plain) if name in frame.columns else plain
        frame = frame.with_columns(told.cast(QUANTITY if name == "minimum_quantity" else pl.String).alias(name))
    twice = frame.filter(pl.struct(SUBJECT).is_duplicated()) if frame.height else frame
    if twice.height:
        raise refusals.GivenTwice(code=twice["item"][0], lines=str(twice.height), count=twice.height)
    held = session.frame("select * from core.price_rule").select("rule_id", *SUBJECT)
    frame = frame.join(held, on=list(SUBJECT), how="left", maintain_order="left")
    fresh = frame["rule_id"].null_count()
    first = session.take_ids("price_rule", "rule_id", fresh) if fresh else 0
    drawn = first + pl.col("rule_id").is_null().cum_sum() - 1
    return frame.with_columns(pl.col("rule_id").fill_null(drawn.cast(pl.Int64)))
