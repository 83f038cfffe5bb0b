-- From which cell everything that was loaded came, and where it ended: the address of a row and a map of its columns are
-- enough, so there is never a row per cell.

-- One row per field of a table that was read (core.intake_part) and column it is read from. role: value where the cell is
-- what the field says, condition where it only decides (the side of a balance). rule: the reader, or how it is derived.
create table core.intake_column (
    run_id          text not null,
    part            integer not null,
    field           text not null,
    letter          text not null,
    header          text not null,
    role            text not null check (role in ('value', 'condition')),
    rule            text not null,
    primary key (run_id, part, field, letter)
);

-- One row per source row and voucher line or stock move that it became or is part of; fields are those of the row whose
-- amounts went there. line is 0 for a move.
create table core.intake_link (
    run_id          text not null,
    part            integer not null,
    source_row      integer not null,
    kind            text not null check (kind in ('voucher_line', 'stock_move')),
    target_id       bigint not null,
    line            integer not null,
    fields          text not null
);

-- One row per source row that was read and not loaded, and why: dropped (total row, parent beside its children, …),
-- rejected (code of the rule), or checked (the balance of a control account, loaded as the open items that add up to it).
create table core.intake_aside (
    run_id          text not null,
    part            integer not null,
    source_row      integer not null,
    outcome         text not null check (outcome in ('dropped', 'rejected', 'checked')),
    reason          text not null,
    target_key      text not null
);

-- One row per cell of a loaded row in which the intake assumed something: which rule of cleaning spoke, and what the file says.
create table core.intake_note (
    run_id          text not null,
    part            integer not null,
    source_row      integer not null,
    letter          text not null,
    field           text not null,
    code            text not null,
    found           text not null
);

create view rpt.intake_part as
select p.run_id, p.part, p.file, p.file_hash, p.sheet, p.header_row, p.layout, r.target, r.started_at,
       u.run_id is not null as undone
from core.intake_part p join core.intake_run r on r.run_id = p.run_id left join core.intake_undo u on u.run_id = p.run_id
where core.traces();
comment on view rpt.intake_part is '导入表格 · one row per run and table of a file it was read from';

create view rpt.intake_column as
select run_id, part, field, letter, header, role, rule from core.intake_column where core.traces();
comment on view rpt.intake_column is '导入栏目 · one row per field and column it was read from';

create view rpt.intake_link as
select run_id, part, source_row, kind, target_id, line, fields from core.intake_link where core.traces();
comment on view rpt.intake_link is '导入去向 · one row per source row and voucher line or stock move it became';

create view rpt.intake_aside as
select run_id, part, source_row, outcome, reason, target_key from core.intake_aside where core.traces();
comment on view rpt.intake_aside is '未装入的行 · one row per source row that was dropped, rejected or only checked';

create view rpt.intake_note as
select run_id, part, source_row, letter, field, code, found from core.intake_note where core.may_read('intake');
comment on view rpt.intake_note is '导入提示 · one row per cell in which the intake assumed something';

-- One row per account that has lines and line of a statement it is added to, computed lines left out. rule says on
-- which side the balance must stand for the line to show it.
create view rpt.account_feed as
select up.account, f.statement, f.line_no, l.name_zh, l.name_en, f.account as feed_account, f.rule
from rpt.statement_feed f
join rpt.account_ancestor up on up.ancestor = f.account
join rpt.statement_line l on l.statement = f.statement and l.line_no = f.line_no
where not exists (select 1 from rpt.statement_term t where t.statement = f.statement and t.line_no = f.line_no);
comment on view rpt.account_feed is '科目归属 · one row per account and line of a statement that its balance or turnover goes into';
