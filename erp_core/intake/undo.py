"""Take a run back, as long as nothing stands on it: rows of masters and history; what is posted stays."""

from __future__ import annotations

from typing import Any

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.intake.doors import DOORS
from erp_core.intake.refusals import RunChangedRows, RunIsPosted, RunIsUsed, RunUndone, RunUnknown

# Where the code of a master may stand: table and column.
USES = {
    "party": (
        ("document", "party"), ("voucher_line", "party"), ("open_item", "party"), ("item", "supplier"),
        ("price_rule", "party"), ("sales_history", "party"), ("purchase_history", "party"),
    ),
    "item": (
        ("document_line", "item"), ("stock_move", "item"), ("voucher_line", "item"), ("item_unit", "item"),
        ("price_rule", "item"), ("sales_history", "item"), ("purchase_history", "item"),
    ),
    "warehouse": (
        ("document", "warehouse"), ("document_line", "warehouse"), ("stock_move", "warehouse"), ("bin", "warehouse"),
    ),
    "department": (
        ("document", "department"), ("voucher_line", "department"), ("employee", "department"),
        ("department", "parent"),
    ),
    "employee": (
        ("document", "employee"), ("voucher_line", "employee"), ("party", "employee"), ("warehouse", "keeper"),
    ),
    "item_category": (("item", "category"), ("item_category", "parent")),
}  # fmt: skip
HISTORIES = ("sales_history", "purchase_history")


@verb("intake.undo", reason=True)
def undo(session: Session, *, run_id: str, reason: str) -> dict[str, Any]:
    """Remove the rows a run added and its keys; refused when they are posted, changed older rows, or are used."""
    del reason
    found = session.one("select target, rows_loaded from core.intake_run where run_id = $run", run=run_id)
    if found is None:
        raise RunUnknown(run_id=run_id)
    if session.one("select 1 from core.intake_undo where run_id = $run", run=run_id):
        raise RunUndone(run_id=run_id)
    target, rows = found
    door = DOORS[target]
    if not door.table:
        raise RunIsPosted(run_id=run_id, target=target, rows=rows)
    _refuse_changed(session, run_id)
    if target in HISTORIES:
        session.execute(f"delete from core.{target} where run_id = $run", run=run_id)
    else:
        _refuse_used(session, run_id, door.table)
        session.execute(
            f"delete from core.{door.table} where {door.column} in "
            "(select target_key from core.intake_row where run_id = $run)",
            run=run_id,
        )
    session.execute("delete from core.intake_key where run_id = $run", run=run_id)
    session.execute(
        "insert into core.intake_undo values ($run, $rows, $act)", run=run_id, rows=rows, act=session.act_id
    )
    return {"run_id": run_id, "target": target, "removed": rows}


def _refuse_changed(session: Session, run_id: str) -> None:
    changed = session.rows(
        "select target_key from core.intake_row where run_id = $run and action = 'changed' order by source_row",
        run=run_id,
    )
    if changed:
        raise RunChangedRows(run_id=run_id, first=changed[0][0], count=len(changed))


def _refuse_used(session: Session, run_id: str, table: str) -> None:
    own = "select target_key from core.intake_row where run_id = $run"
    for user, column in USES[table]:
        # Rows of the same run may lean on each other; they all go.
        apart = f" and code not in ({own})" if user == table else ""
        used = session.rows(
            f"select distinct {column} from core.{user} where {column} in ({own}){apart} order by 1", run=run_id
        )
        if used:
            raise RunIsUsed(run_id=run_id, first=used[0][0], where=user, count=len(used))
