"""The short way for a few moves and the general road end in the same stock, to the last layer."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from stock_moves import STEPS, Undone, acting, stock, take, tied

from erp_core.foundation.errors import Refusal
from erp_core.inventory import few

TABLES = {
    "stock_move": "kind, moved_on, period, item, warehouse, bin, quantity, reference",
    "stock_value": "item, account, period, valued_on, kind, amount",
    "stock_now": "*",
    "stock_pool": "*",
    "stock_layer": "item, quantity, amount, basis_quantity, basis_amount",
}


def outcome(books, steps, limit):
    kept, few.FEW = few.FEW, limit
    found = {}
    try:
        with suppress(Undone), acting(books) as session:
            refused = []
            for at, step in enumerate(steps):
                session._act.act_id += 1
                try:
                    take(session, *step)
                except Refusal as problem:
                    refused.append((at, problem.code))
            tied(session.cursor)
            for table, columns in TABLES.items():
                order = "item, layer" if table == "stock_layer" else "all"
                found[table] = session.rows(f"select {columns} from core.{table} order by {order}")
            found["refused"] = refused
            raise Undone
    finally:
        few.FEW = kept
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_law_both_roads_lead_to_the_same_stock(books, steps):
    assert outcome(books, steps, few.FEW) == outcome(books, steps, 0)


def test_the_short_way_is_taken(books):
    taken = []
    general = few._write
    few._write = lambda *given: (taken.append(len(given[1])), general(*given))
    try:
        with acting(books) as session:
            for item in "ABC":
                stock(session, ("purchase", "01-02", item, "W1", 3, "100.00"))
                stock(session, ("sale", "01-03", item, "W1", -2, None), ("sale", "01-03", item, "W1", -1, None))
    finally:
        few._write = general
    assert taken == [1, 2] * 3
