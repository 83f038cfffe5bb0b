-- lineage_of_cell · 单元格去向 · Lineage of a cell
-- grain: one row per thing a row of the sheet became, and line of a statement that this ended in; without a row, of all rows
-- area: ledger
-- scope: whole
-- parameter row: integer · 行号 · Row
-- parameter letter: text =  · 列 · Column letter
-- parameter sheet: text =  · 工作表 · Sheet
-- parameter file: text =  · 文件 · File
-- column file: text · 文件 · File
-- column sheet: text · 工作表 · Sheet
-- column source_row: integer · 来源行 · Source row
-- column cell: text · 单元格 · Cell
-- column header: text · 栏目 · Column heading
-- column field: text · 字段 · Field
-- column rule: text · 清洗规则 · Rule of cleaning
-- column outcome: text · 结果 · Outcome
-- value outcome loaded · 已装入 · loaded
-- value outcome dropped · 已剔除 · dropped
-- value outcome rejected · 已拒绝 · rejected
-- value outcome checked · 已核对，由明细代替 · checked; its items are loaded instead
-- column reason: text · 原因 · Reason
-- column target: text · 内容 · Target
-- column target_key: text · 键 · Key
-- column way: text · 经由 · By way of
-- value way line · 这一行成为分录 · the row is this line
-- value way item · 由明细构成 · by the items that add up to it
-- value way card · 档案被引用 · the card is named there
-- value way stock · 存货科目 · by the inventory account
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证字号 · Voucher
-- column period: text · 期间 · Period
-- column line: integer · 行号 · Line
-- column account: text · 科目 · Account
-- column party: text · 往来单位 · Party
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column item: text · 存货 · Item
-- column warehouse: text · 仓库 · Warehouse
-- column statement: text · 报表 · Statement
-- column line_no: integer · 行次 · Line of the statement
-- column name_zh: text · 报表项目 · Statement item (zh)
-- column name_en: text · 英文报表项目 · Statement item
-- column run_id: text · 批次 · Run
-- column layout: text · 版式 · Layout
-- column file_hash: text · 文件指纹 · SHA-256 of the file
with places as (
    select run_id, part, file, sheet, layout, target, started_at, file_hash from rpt.intake_part
    where not undone and ($file = '' or file = $file) and ($sheet = '' or sheet = $sheet)
), found as (
    select r.run_id, r.part, r.source_row, 'loaded' as outcome, r.action as reason, r.target, r.target_key
    from rpt.intake_row r where $row is null or r.source_row = $row
    union all
    select a.run_id, a.part, a.source_row, a.outcome, a.reason, p.target, a.target_key
    from rpt.intake_aside a join places p on p.run_id = a.run_id and p.part = a.part where $row is null or a.source_row = $row
), things as (
    select p.run_id, p.part, f.source_row, p.file, p.sheet, p.layout, p.started_at, p.file_hash, f.outcome, f.reason, f.target,
           f.target_key
    from places p join found f on f.run_id = p.run_id and f.part = p.part
), cells as (
    select p.run_id, p.part, max(c.header) as header, string_agg(distinct c.field, ', ' order by c.field) as field,
           coalesce(max(case when c.role = 'value' then c.rule end), max(c.rule)) as rule
    from places p join rpt.intake_column c on c.run_id = p.run_id and c.part = p.part
    where $letter <> '' and c.letter = $letter group by p.run_id, p.part
), openings as (
    select l.voucher_id, l.line, l.account, l.party, l.department, l.employee, l.item
    from rpt.voucher_line l join rpt.voucher v on v.voucher_id = l.voucher_id where v.kind = 'opening'
), stocked as (
    select k.run_id, k.part, k.source_row, m.item, m.warehouse, v.account
    from rpt.intake_link k join rpt.stock_move m on m.move_id = k.target_id join rpt.stock_value v on v.move_id = m.move_id
    where k.kind = 'stock_move' and ($row is null or k.source_row = $row) and v.kind = 'receipt'
), ended as (
    select k.run_id, k.part, k.source_row, 'line' as way, k.target_id as voucher_id, k.line, '' as item, '' as warehouse
    from rpt.intake_link k where k.kind = 'voucher_line' and ($row is null or k.source_row = $row)
    union all
    select t.run_id, t.part, t.source_row, 'item', o.voucher_id, o.line, '', ''
    from things t join rpt.account_ancestor up on up.ancestor = t.target_key join openings o on o.account = up.account
    where t.outcome = 'checked'
    union all
    select t.run_id, t.part, t.source_row, 'card', o.voucher_id, o.line, '', ''
    from things t join openings o on o.party = t.target_key
    where t.outcome = 'loaded' and t.target in ('customers', 'suppliers', 'parties')
    union all
    select t.run_id, t.part, t.source_row, 'card', o.voucher_id, o.line, '', ''
    from things t join openings o
      on t.target_key = case t.target when 'accounts' then o.account when 'departments' then o.department
                                      when 'employees' then o.employee when 'items' then o.item end
    where t.outcome = 'loaded'
    union all
    select s.run_id, s.part, s.source_row, 'stock', o.voucher_id, o.line, s.item, s.warehouse
    from stocked s join openings o on o.account = s.account
), lines as (
    select distinct e.run_id, e.part, e.source_row, e.way, e.item, e.warehouse, l.voucher_id, l.voucher, l.period, l.line,
           l.account, l.party, l.debit, l.credit
    from ended e join places p on p.run_id = e.run_id and p.part = e.part
    join rpt.voucher_line l on l.voucher_id = e.voucher_id and l.line = e.line
), feeds as (
    select d.account, d.period, f.statement, f.line_no, f.name_zh, f.name_en, f.rule, f.feed_account
    from (select distinct account, period from lines) d join rpt.account_feed f on f.account = d.account
), sums as (
    select d.feed_account, d.period, sum(b.debit - b.credit) as net
    from (select distinct feed_account, period from feeds) d
    join rpt.account_ancestor up on up.ancestor = d.feed_account
    join rpt.balance b on b.account = up.account and b.period <= d.period
    group by d.feed_account, d.period
), shown as (
    select f.account, f.period, f.statement, f.line_no, f.name_zh, f.name_en
    from feeds f left join sums s on s.feed_account = f.feed_account and s.period = f.period
    where f.rule not in ('debit_balance', 'credit_balance') or (f.rule = 'debit_balance' and s.net >= 0)
       or (f.rule = 'credit_balance' and s.net < 0)
)
select t.file, t.sheet, t.source_row, $letter || cast(t.source_row as varchar) as cell, c.header, c.field, c.rule, t.outcome,
       t.reason, t.target, t.target_key, l.way, l.voucher_id, l.voucher, l.period, l.line, l.account, l.party, l.debit, l.credit,
       l.item, l.warehouse, s.statement, s.line_no, s.name_zh, s.name_en, t.run_id, t.layout, t.file_hash
from things t
left join cells c on c.run_id = t.run_id and c.part = t.part
left join lines l on l.run_id = t.run_id and l.part = t.part and l.source_row = t.source_row
left join shown s on s.account = l.account and s.period = l.period
order by t.started_at desc, t.run_id, t.part, t.source_row, t.target, l.voucher_id, l.line, s.statement, s.line_no
