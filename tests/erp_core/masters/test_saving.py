"""A refusal of a master is told in the words of the reader."""

from erp_core.foundation.words import refusal_text
from erp_core.masters.refusals import ItemHasMoves


def test_columns_are_named_in_the_readers_language():
    refusal = ItemHasMoves(code="A", field="cost_method", old="fifo", new="moving_average")
    text, fix = refusal_text(refusal, "zh")
    assert text == "物料 A 已有出入库，计价方法 不能由“fifo”改为“moving_average”。"
    assert fix
