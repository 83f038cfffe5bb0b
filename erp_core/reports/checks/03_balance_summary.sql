-- balance_summary · 余额汇总等于分录 · The balance summary equals the voucher lines
with sides as (
    select period, account, party, department, employee, project, item, closing, debit, credit from core.account_balance
    union all
    select v.period, l.account, l.party, l.department, l.employee, l.project, l.item, v.closing, -l.debit, -l.credit
    from core.voucher_line l join core.voucher v on v.voucher_id = l.voucher_id
)
select period || ' ' || account || case when party <> '' then '/' || party else '' end as offender,
       'summary less lines: debit ' || sum(debit) || ', credit ' || sum(credit) as detail
from sides
group by period, account, party, department, employee, project, item, closing
having sum(debit) <> 0 or sum(credit) <> 0
order by 1
