-- Every line of every statement at the end of every period, for the ties.
with months as (
    select period from rpt.period where period <= (select max(period) from rpt.balance)
), by_month as (
    select up.ancestor as account, b.period, sum(b.debit - b.credit) as net,
           sum(case when b.closing then 0 else b.debit - b.credit end) as movement
    from rpt.balance b join rpt.account_ancestor up on up.account = b.account
    group by up.ancestor, b.period
), at_end as (
    select m.period, a.account, sum(a.net) as closing,
           sum(case when a.period < m.period then a.net else 0 end) as opening,
           sum(case when a.period = m.period then a.movement else 0 end) as month
    from months m join by_month a on a.period <= m.period
    group by m.period, a.account
), due as (
    select w.period, up.ancestor as account, sum(w.amount) as amount
    from rpt.due_within w join rpt.account_ancestor up on up.account = w.account group by w.period, up.ancestor
), fed as (
    select e.period, f.statement, f.line_no,
           f.sign * case f.rule when 'debit_balance' then greatest(e.closing, 0)
                                when 'credit_balance' then greatest(-e.closing, 0)
                                else case f.own_side when 'debit' then 1 else -1 end
                                     * case f.rule when 'movement' then e.month when 'opening' then e.opening
                                                       when 'due_within' then coalesce(d.amount, 0)
                                                       when 'due_beyond' then e.closing - coalesce(d.amount, 0)
                                                       else e.closing end
                    end as amount
    from rpt.statement_feed f join at_end e on e.account = f.account and e.period >= f.from_period and e.period < f.until_period
    left join due d on d.account = e.account and d.period = e.period
), flows as (
    select l.period, s.line_no, sum(case s.kind when 'deduction' then l.credit - l.debit else l.debit - l.credit end) as amount
    from rpt.voucher_line l
    join rpt.account a on a.code = l.account and a.cash
    join rpt.statement_line s on s.statement = 'cash_flow' and cast(s.line_no as varchar) = l.cash_flow
        and l.period >= s.from_period and l.period < s.until_period
    group by l.period, s.line_no
), every as (
    select * from fed
    union all
    select period, 'cash_flow', line_no, amount from flows
    union all
    select f.period, 'cash_flow', t.line_no, t.sign * f.amount
    from flows f join rpt.statement_term t on t.statement = 'cash_flow' and t.term_line = f.line_no
        and f.period >= t.from_period and f.period < t.until_period
)
select period, statement, line_no, sum(amount) as amount from every group by period, statement, line_no
order by period, statement, line_no
