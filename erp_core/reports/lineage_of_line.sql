-- lineage_of_line · 分录来源 · Lineage of lines
-- grain: one row per voucher line and source cell its amount came from; with every cell, also the other cells of that row
-- area: ledger
-- scope: whole
-- parameter voucher_id: integer · 凭证序号 · Voucher id
-- parameter line: integer · 行号 · Line
-- parameter account: text =  · 科目 · Account (with its children)
-- parameter party: text =  · 往来单位 · Party
-- parameter from_period: text =  · 起始期间 · From period
-- parameter to_period: text =  · 截止期间 · To period
-- parameter statement: text =  · 报表 · Statement
-- parameter line_no: integer · 报表行次 · Line of the statement
-- parameter every: boolean = false · 含同行其他单元格 · With the other cells of the row
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证字号 · Voucher
-- column period: text · 期间 · Period
-- column line: integer · 行号 · Line
-- column account: text · 科目 · Account
-- column party: text · 往来单位 · Party
-- column reference: text · 业务编号 · Reference
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column file: text · 文件 · File
-- column sheet: text · 工作表 · Sheet
-- column source_row: integer · 来源行 · Source row
-- column cell: text · 单元格 · Cell
-- column header: text · 栏目 · Column heading
-- column field: text · 字段 · Field
-- column bears: text · 作用 · Part it plays
-- value bears amount · 金额出自这里 · the amount came from here
-- value bears fact · 同一行的其他内容 · another fact of the row
-- value bears condition · 决定方向 · decides the side
-- column rule: text · 清洗规则 · Rule of cleaning
-- column layout: text · 版式 · Layout
-- column run_id: text · 批次 · Run
-- column file_hash: text · 文件指纹 · SHA-256 of the file
with feeds as (
    select account, feed_account, rule from rpt.account_feed where statement = $statement and line_no = $line_no
), sums as (
    select f.feed_account, sum(b.debit - b.credit) as net
    from (select distinct feed_account from feeds) f
    join rpt.account_ancestor up on up.ancestor = f.feed_account
    join rpt.balance b on b.account = up.account and ($to_period = '' or b.period <= $to_period)
    group by f.feed_account
), fed as (
    select distinct f.account from feeds f join sums s on s.feed_account = f.feed_account
    where f.rule not in ('debit_balance', 'credit_balance') or (f.rule = 'debit_balance' and s.net >= 0)
       or (f.rule = 'credit_balance' and s.net < 0)
), below as (
    select account from rpt.account_ancestor where ancestor = $account
), wanted as (
    select l.voucher_id, l.voucher, l.period, l.line, l.account, l.party, l.reference, l.debit, l.credit
    from rpt.voucher_line l
    where ($voucher_id is null or l.voucher_id = $voucher_id) and ($line is null or l.line = $line)
      and ($account = '' or l.account in (select account from below)) and ($party = '' or l.party = $party)
      and ($from_period = '' or l.period >= $from_period) and ($to_period = '' or l.period <= $to_period)
      and ($statement = '' or l.account in (select account from fed))
), linked as (
    select w.voucher_id, w.voucher, w.period, w.line, w.account, w.party, w.reference, w.debit, w.credit, p.file, p.sheet,
           k.source_row, p.layout, k.run_id, k.part, p.file_hash, c.letter, c.field, c.header, c.role, c.rule,
           c.role = 'value' and strpos(' ' || k.fields || ' ', ' ' || c.field || ' ') > 0 as amount,
           c.role = 'condition' and strpos(' ' || k.fields || ' ', ' ' || c.field || ' ') > 0 as decides
    from wanted w
    join rpt.intake_link k on k.kind = 'voucher_line' and k.target_id = w.voucher_id and k.line = w.line
    join rpt.intake_part p on p.run_id = k.run_id and p.part = k.part and not p.undone
    join rpt.intake_column c on c.run_id = k.run_id and c.part = k.part
), cells as (
    select voucher_id, voucher, period, line, account, party, reference, debit, credit, file, sheet, source_row, layout, run_id,
           part, file_hash, letter, max(header) as header,
           coalesce(string_agg(distinct case when amount then field end, ', '), string_agg(distinct field, ', ' order by field)) as field,
           case when bool_or(amount) then 'amount' when bool_or(decides) then 'condition' else 'fact' end as bears,
           coalesce(max(case when amount then rule end), max(case when role = 'value' then rule end), max(rule)) as rule
    from linked
    group by voucher_id, voucher, period, line, account, party, reference, debit, credit, file, sheet, source_row, layout, run_id,
             part, file_hash, letter
)
select voucher_id, voucher, period, line, account, party, reference, debit, credit, file, sheet, source_row,
       letter || cast(source_row as varchar) as cell, header, field, bears, rule, layout, run_id, file_hash
from cells
where $every or bears = 'amount'
order by period, voucher_id, line, run_id, part, source_row, bears, length(letter), letter
