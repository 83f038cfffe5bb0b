-- lineage_of_card · 档案来源 · Lineage of cards and stock
-- grain: one row per source cell of a card or of an item's opening stock, the latest run first
-- area: ledger | intake
-- scope: whole
-- parameter kind: choice(account|party|item|warehouse|department|employee|item_category|stock), required · 类别 · Kind
-- parameter code: text =  · 编码 · Code
-- parameter warehouse: text =  · 仓库 · Warehouse (of stock)
-- column target: text · 内容 · Target
-- column target_key: text · 键 · Key
-- column action: text · 动作 · Act
-- value action added · 新增 · added
-- value action changed · 修改 · changed
-- column file: text · 文件 · File
-- column sheet: text · 工作表 · Sheet
-- column source_row: integer · 来源行 · Source row
-- column cell: text · 单元格 · Cell
-- column field: text · 字段 · Field
-- column header: text · 栏目 · Column heading
-- column role: text · 作用 · Part it plays
-- value role value · 取值 · its value
-- value role condition · 条件 · a condition
-- column rule: text · 清洗规则 · Rule of cleaning
-- column move_id: integer · 库存变动序号 · Stock move
-- column layout: text · 版式 · Layout
-- column run_id: text · 批次 · Run
-- column file_hash: text · 文件指纹 · SHA-256 of the file
with kinds (kind, target) as (
    values ('account', 'accounts'), ('party', 'customers'), ('party', 'suppliers'), ('party', 'parties'), ('item', 'items'), ('warehouse', 'warehouses'),
           ('department', 'departments'), ('employee', 'employees'), ('item_category', 'item_categories')
), rows as (
    select r.run_id, r.part, r.source_row, r.target, r.target_key, r.action, cast(null as bigint) as move_id
    from rpt.intake_row r join kinds k on k.target = r.target
    where k.kind = $kind and ($code = '' or r.target_key = $code)
    union all
    select k.run_id, k.part, k.source_row, 'opening_stock', m.item || '@' || m.warehouse, 'added', m.move_id
    from rpt.stock_move m join rpt.intake_link k on k.kind = 'stock_move' and k.target_id = m.move_id
    where $kind = 'stock' and ($code = '' or m.item = $code) and ($warehouse = '' or m.warehouse = $warehouse)
)
select r.target, r.target_key, r.action, p.file, p.sheet, r.source_row, c.letter || cast(r.source_row as varchar) as cell, c.field,
       c.header, c.role, c.rule, r.move_id, p.layout, r.run_id, p.file_hash
from rows r
join rpt.intake_part p on p.run_id = r.run_id and p.part = r.part and not p.undone
join rpt.intake_column c on c.run_id = r.run_id and c.part = r.part
order by p.started_at desc, r.run_id, r.part, r.source_row, length(c.letter), c.letter, c.field
