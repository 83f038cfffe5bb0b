-- What came from legacy files, row by row.

-- One row per run of the intake that wrote something.
create table core.intake_run (
    run_id          text primary key,
    started_at      timestamp not null,
    layout          text not null,
    target          text not null,
    files           text not null,
    rows_read       bigint not null,
    rows_loaded     bigint not null,
    rows_rejected   bigint not null,
    rows_dropped    bigint not null,
    totals          text not null,
    act_id          bigint not null
);

-- One row per run and table of a file that it was read from; part counts the tables of the run from 0. Tables of one
-- sheet that stand side by side are two.
create table core.intake_part (
    run_id          text not null,
    part            integer not null,
    file            text not null,
    file_hash       text not null,
    sheet           text not null,
    header_row      integer not null,
    layout          text not null,
    primary key (run_id, part)
);

-- One row per source row that was loaded: where it came from and what it became.
create table core.intake_row (
    run_id          text not null,
    part            integer not null,
    source_row      integer not null,
    target          text not null,
    target_key      text not null,
    row_hash        text not null,
    action          text not null check (action in ('added', 'changed'))
);

-- One row per target and key: the hash of what was loaded last, so that a second run changes nothing.
create table core.intake_key (
    target          text not null,
    target_key      text not null,
    row_hash        text not null,
    run_id          text not null,
    primary key (target, target_key)
);

-- One row per run that was taken back.
create table core.intake_undo (
    run_id          text primary key,
    rows_removed    bigint not null,
    act_id          bigint not null
);
