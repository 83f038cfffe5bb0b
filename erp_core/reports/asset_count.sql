-- asset_count · 资产盘点单 · Count of assets
-- grain: one row per card on a list
-- area: ledger
-- parameter number: text =  · 盘点单号 · List
-- column number: text · 盘点单号 · List
-- column status: text · 状态 · State
-- value status draft · 盘点中 · Under way
-- value status posted · 已结束 · Ended
-- value status cancelled · 已作废 · Given up
-- column counted_on: date · 盘点日期 · Counted on
-- column asset: text · 卡片编号 · Card
-- column name: text · 名称 · Name
-- column department: text · 部门 · Department
-- column location: text · 应在地点 · Should be at
-- column custodian: text · 保管人 · Custodian
-- column found: boolean · 盘到 · Found
-- column found_location: text · 实际地点 · Found at
-- column found_custodian: text · 实际保管人 · Found with
-- column note: text · 备注 · Note
select l.number, l.status, l.document_on as counted_on, l.asset, a.name, a.department, l.location, l.custodian, l.found,
       l.found_location, l.found_custodian, l.note
from rpt.asset_count_line l join rpt.asset a on a.asset = l.asset
where $number = '' or l.number = $number
order by l.number desc, l.asset
