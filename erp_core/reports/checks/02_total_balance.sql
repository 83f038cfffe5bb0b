-- total_balance · 借贷总额平衡 · Debits equal credits in total, period by period
select period as offender, 'debit ' || sum(debit) || ', credit ' || sum(credit) as detail
from core.account_balance group by period having sum(debit) <> sum(credit) order by period
