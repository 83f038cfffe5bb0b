-- voucher_sheets · 未存凭证 · Vouchers still being written
-- grain: one row per voucher that somebody has begun and not saved
-- area: ledger
-- parameter login: text =  · 填制人 · Writer
-- column sheet: text · 标识 · Sheet
-- column login: text · 填制人 · Writer
-- column saved_at: timestamp · 保存时间 · Kept at
-- column content: text · 内容 · Content
select sheet, login, saved_at + interval 8 hour as saved_at, content from rpt.voucher_sheet
where $login = '' or login = $login
order by saved_at desc, sheet
