-- period_seals · 期间封印码 · Seals of closed periods
-- grain: one row per closed period and version of its close, the latest first
-- area: ledger | audit
-- scope: whole
-- column period: text · 期间 · Period
-- column version: integer · 版本 · Version · 反结账后再结账加一 · one more after each reopening
-- column code: text · 封印码 · Code · 印在纸上，日后可证明账未改动 · printed, it proves later that nothing was changed
-- column sealed_at: timestamp · 封印时间 · Sealed at · 账套时区 · in the zone of the books
-- column actor: text · 操作人 · Actor
-- column vouchers: integer · 凭证数 · Vouchers
-- column lines: integer · 分录数 · Lines
-- column moves: integer · 出入库笔数 · Stock moves
-- column root: text · 期间根 · Root · 由本期凭证与出入库算出的 SHA-256 · SHA-256 over what was posted in the period
-- column seal: text · 封印 · Seal · 期间根连同此前整条链 · the root tied to the chain before it
-- column act_id: integer · 操作号 · Act
select period, version, code, happened_at + interval 8 hour as sealed_at, actor, vouchers, lines, moves, root, seal, act_id
from rpt.period_seal
order by period desc, version desc
