-- voucher_templates · 凭证模板 · Templates of vouchers
-- grain: one row per template
-- area: ledger
-- column template: text · 模板 · Template
-- column word: text · 字 · Word
-- column shared: boolean · 按比例 · By shares
-- column note: text · 备注 · Note
-- column made_by: text · 建立人 · Made by
-- column lines: text · 分录 · Lines
select template, word, shared, note, made_by, lines from rpt.voucher_template where active order by template
