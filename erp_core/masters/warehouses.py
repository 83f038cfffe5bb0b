"""Warehouses and the bins in them."""

from typing import Any

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import saving

WAREHOUSE = saving.Table(
    name="warehouse",
    codes=("keeper",),
    choices={"kind": ("normal", "quality", "transit", "scrap", "consigned")},
)
BIN = saving.Table(name="bin", keys=("warehouse", "code"), required=(), codes=("zone",))


@verb("masters.warehouse.save")
def save(session: Session, *, warehouses: saving.Given) -> dict[str, Any]:
    """Add or change warehouses by code: code, name, kind, keeper (an employee), active; with stock it stays on."""
    frame = saving.complete(session, WAREHOUSE, warehouses)
    saving.refuse_unknown(frame, "keeper", session.frame("select code from core.employee")["code"], "keeper")
    stocked = session.frame(
        "select warehouse as code, sum(quantity) as on_hand from core.stock_now "
        "group by warehouse having sum(quantity) <> 0"
    )
    saving.refuse_stock(frame, stocked)
    return saving.write(session, WAREHOUSE, frame)


@verb("masters.bin.save")
def save_bins(session: Session, *, bins: saving.Given) -> dict[str, Any]:
    """Add or change bins by warehouse and code: warehouse, code, zone, active; a bin that holds stock stays on."""
    frame = saving.complete(session, BIN, bins)
    saving.refuse_unknown(frame, "warehouse", session.frame("select code from core.warehouse")["code"], "warehouse")
    stocked = session.frame(
        "select warehouse, bin as code, sum(quantity) as on_hand from core.stock_now "
        "group by warehouse, bin having sum(quantity) <> 0"
    )
    saving.refuse_stock(frame, stocked, on=("warehouse", "code"))
    return saving.write(session, BIN, frame)
