-- acts · 每笔都有操作记录 · Everything written has its act in the audit trail
with written as (
    select 'voucher ' || period || ' ' || word || '-' || number as offender, act_id from core.voucher
    union all select 'document ' || number, act_id from core.document
    union all select 'stock move ' || move_id, act_id from core.stock_move
    union all select 'stock value ' || value_id, act_id from core.stock_value
    union all select 'match ' || match_id, act_id from core.open_item_match
    union all select 'close ' || period || ' ' || step, act_id from core.close_step
)
select w.offender, 'act ' || w.act_id || ' is missing' as detail
from written w anti join (select act_id from core.act where outcome = 'done') a on a.act_id = w.act_id
order by w.offender
