-- How the program that keeps these books is doing: backups and whether they can be restored, samples of the machine,
-- thresholds and alerts, jobs, slow questions, upgrades. Nothing here is business; samples, timings and jobs are swept.

-- One row per backup that was made: where it lies, what it holds, and what came of restoring it.
create table core.backup (
    backup_id           bigint primary key,
    name                text not null,
    kind                text not null check (kind in ('full', 'incremental')),
    folder              text not null,
    second              text not null default '',
    sealed              boolean not null,
    made_at             timestamp not null,
    last_act            bigint not null,
    file_bytes          bigint not null,
    blocks              integer not null,
    new_blocks          integer not null,
    stored_bytes        bigint not null,
    pause_ms            bigint not null,
    backup_ms           bigint not null,
    restore_ms          bigint,
    verified            boolean not null,
    problem             text not null default '',
    act_id              bigint not null
);

-- One row per instant and metric: what was measured of the machine and of the file.
create table core.sample (
    sampled_at          timestamp not null,
    metric              text not null,
    value               decimal(18, 3) not null,
    primary key (sampled_at, metric)
);

-- One row per hour and question: how often it was asked and how long it took.
create table core.timing (
    hour_at             timestamp not null,
    kind                text not null,
    name                text not null,
    calls               bigint not null,
    total_ms            bigint not null,
    slowest_ms          bigint not null,
    slow                bigint not null,
    primary key (hour_at, kind, name)
);

-- One row per run of a job: what ran, how long, and how it ended.
create table core.job (
    job_id              bigint primary key,
    name                text not null,
    started_at          timestamp not null,
    took_ms             bigint not null,
    outcome             text not null check (outcome in ('done', 'refused', 'failed')),
    detail              text not null default ''
);

-- One row per limit that is watched: the metric, the side on which it is bad, for how long it must be so, who is told.
create table core.threshold (
    name                text primary key,
    metric              text not null,
    side                text not null check (side in ('above', 'below')),
    bound               decimal(18, 3) not null,
    minutes             integer not null,
    severity            text not null check (severity in ('notice', 'warning', 'critical')),
    recipients          text not null,
    repeat_hours        integer not null,
    name_zh             text not null,
    name_en             text not null,
    active              boolean not null default true
);

-- One row per time a limit was passed, until it is held again; somebody may acknowledge it.
create table core.alert (
    alert_id            bigint primary key,
    threshold           text not null,
    raised_at           timestamp not null,
    value               decimal(18, 3) not null,
    worst               decimal(18, 3) not null,
    told_at             timestamp not null,
    times_told          integer not null,
    acknowledged_by     text not null default '',
    acknowledged_at     timestamp,
    note                text not null default '',
    cleared_at          timestamp
);

-- One row per upgrade of the schema: from where to where, and what was proved afterwards.
create table core.upgrade (
    upgrade_id          bigint primary key,
    from_file           text not null,
    to_file             text not null,
    files               integer not null,
    upgraded_at         timestamp not null,
    took_ms             bigint not null,
    backup              text not null,
    checks              integer not null,
    detail              text not null default ''
);

insert into core.threshold (name, metric, side, bound, minutes, severity, recipients, repeat_hours, name_zh, name_en) values
('cpu', 'cpu_percent', 'above', 90, 15, 'warning', 'owner', 24, 'CPU 长时间繁忙', 'The processor is busy for long'),
('memory', 'memory_percent', 'above', 90, 10, 'warning', 'owner', 24, '内存将尽', 'Memory is nearly used up'),
('disk', 'disk_free_percent', 'below', 10, 5, 'warning', 'owner', 12, '磁盘空间不足一成', 'Less than a tenth of the disk is free'),
('disk_now', 'disk_free_mb', 'below', 500, 0, 'critical', 'owner', 4, '磁盘空间不足 500 MB', 'Less than 500 MB of disk are free'),
('wal', 'wal_mb', 'above', 2048, 30, 'warning', 'owner', 24, '日志文件过大', 'The log of the database is large'),
('writer_wait', 'writer_wait_ms', 'above', 5000, 5, 'warning', 'owner', 12, '写账等待过久', 'Writers wait for long'),
('backup_age', 'backup_age_hours', 'above', 36, 0, 'critical', 'owner', 24, '超过 36 小时没有验证过的备份', 'No verified backup for 36 hours'),
('slow_reports', 'slow_questions', 'above', 20, 0, 'notice', 'owner', 24, '慢查询增多', 'Many slow questions'),
('failed_jobs', 'failed_jobs', 'above', 0, 0, 'warning', 'owner', 24, '定时作业失败', 'A scheduled job failed'),
('outbox', 'outbox_stuck', 'above', 0, 60, 'notice', 'owner', 24, '消息发不出去', 'Messages do not leave');

-- Where backups go on their own, and when: an empty folder means that nobody asked for it yet. The hour is that of the books.
insert into core.parameter (key, value, valid_from, act_id) values
('operations.backup_folder', '', date '2000-01-01', 0),
('operations.backup_second', '', date '2000-01-01', 0),
('operations.backup_recipient', '', date '2000-01-01', 0),
('operations.backup_hour', '2', date '2000-01-01', 0),
('operations.keep_daily', '14', date '2000-01-01', 0),
('operations.keep_weekly', '8', date '2000-01-01', 0),
('operations.keep_monthly', '24', date '2000-01-01', 0),
('operations.keep_samples_days', '90', date '2000-01-01', 0),
('operations.keep_logs_days', '90', date '2000-01-01', 0),
('operations.slow_ms', '1000', date '2000-01-01', 0);

create view rpt.backup as
select backup_id, name, kind, folder, second, sealed, made_at, last_act, file_bytes, blocks, new_blocks, stored_bytes,
       pause_ms, backup_ms, restore_ms, verified, problem,
       (select count(*) from core.act a where a.act_id > last_act and a.outcome = 'done') as acts_since,
       date_sub('hour', made_at, cast(timezone('UTC', now()) as timestamp)) as hours_old
from core.backup where core.may_read('operations');
comment on view rpt.backup is '备份 · one row per backup: what it holds and what came of restoring it';

create view rpt.sample as
select sampled_at, metric, value from core.sample where core.may_read('operations');
comment on view rpt.sample is '系统采样 · one row per instant and metric';

create view rpt.timing as
select hour_at, kind, name, calls, total_ms, slowest_ms, slow from core.timing where core.may_read('operations');
comment on view rpt.timing is '耗时 · one row per hour and question: calls, total and slowest milliseconds';

create view rpt.job as
select job_id, name, started_at, took_ms, outcome, detail from core.job where core.may_read('operations');
comment on view rpt.job is '作业 · one row per run of a job';

create view rpt.threshold as
select name, metric, side, bound, minutes, severity, recipients, repeat_hours, name_zh, name_en, active
from core.threshold where core.may_read('operations');
comment on view rpt.threshold is '报警阈值 · one row per limit that is watched';

create view rpt.alert as
select a.alert_id, a.threshold, t.name_zh, t.name_en, t.metric, t.severity, t.bound, a.raised_at, a.value, a.worst, a.told_at,
       a.times_told, a.acknowledged_by, a.acknowledged_at, a.note, a.cleared_at
from core.alert a join core.threshold t on t.name = a.threshold where core.may_read('operations');
comment on view rpt.alert is '报警 · one row per time a limit was passed';

create view rpt.upgrade as
select upgrade_id, from_file, to_file, files, upgraded_at, took_ms, backup, checks, detail
from core.upgrade where core.may_read('operations');
comment on view rpt.upgrade is '升级 · one row per upgrade of the schema';
