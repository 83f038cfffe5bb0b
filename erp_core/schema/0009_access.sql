-- Who may enter, how, and how far each may see. Permissions stand in core.role_permission: names of verbs, areas that may be
-- read ('read.sales'), and columns that may be seen ('see.cost'); one list, grants only.

-- One row per limit of what a person's rows are: kind says which dimension, value names one member. A person without rows
-- of a dimension is not limited in it. own, department and department_tree together make the dimension of persons.
create table core.user_scope (
    login           text not null,
    kind            text not null check (kind in ('own', 'department', 'department_tree', 'warehouse', 'party', 'project')),
    value           text not null default '',
    primary key (login, kind, value)
);

-- One row per person: which employee that is, how to reach and how to greet them.
create table core.user_profile (
    login           text primary key,
    employee        text not null default '',
    email           text not null default '',
    phone           text not null default '',
    language        text not null default 'zh' check (language in ('zh', 'en')),
    landing         text not null default '',
    warehouse       text not null default '',
    settled         boolean not null default false
);

-- One row per person who has a password; only its argon2id hash is kept.
create table core.credential (
    login           text primary key,
    hash            text not null,
    set_on          timestamp not null,
    must_change     boolean not null default false
);

-- One row per former password, so that the last five are not used again.
create table core.former_credential (
    login           text not null,
    hash            text not null,
    set_on          timestamp not null
);

-- One row per attempt to sign in; append-only.
create table core.sign_in_attempt (
    attempt_id      bigint primary key,
    login           text not null,
    address         text not null,
    client          text not null default '',
    outcome         text not null check (outcome in ('entered', 'wrong', 'locked', 'address', 'unlocked')),
    reason          text not null default '',
    happened_at     timestamp not null
);
create trigger sign_in_attempt_no_update after update on core.sign_in_attempt for each statement
    insert into core.append_only values (error('append-only: core.sign_in_attempt'));
create trigger sign_in_attempt_no_delete after delete on core.sign_in_attempt for each statement
    insert into core.append_only values (error('append-only: core.sign_in_attempt'));

-- One row per pass: a browser's session, an analyst's or a program's token, a one-use ticket. Only the hash is kept.
create table core.pass (
    pass_id         bigint primary key,
    kind            text not null check (kind in ('browser', 'token', 'ticket')),
    token_hash      text not null unique,
    login           text not null,
    name            text not null default '',
    purpose         text not null default '',
    address         text not null default '',
    client          text not null default '',
    made_at         timestamp not null,
    seen_at         timestamp not null,
    ends_at         timestamp not null,
    ended_at        timestamp,
    ended_why       text not null default ''
);

-- One row per request for an account.
create table core.account_request (
    request_id      bigint primary key,
    login           text not null,
    name            text not null,
    contact         text not null,
    department      text not null default '',
    wanted_role     text not null default '',
    status          text not null check (status in ('applied', 'approved', 'rejected')),
    made_at         timestamp not null,
    decided_by      text not null default '',
    decided_at      timestamp,
    note            text not null default ''
);

-- One row per network from which the holders of a role may enter; a role without rows is not limited.
create table core.role_network (
    role            text not null,
    network         text not null,
    primary key (role, network)
);

-- One row per pair of permissions that one person should not hold together, and why.
create table core.conflict_rule (
    rule            text primary key,
    first           text not null,
    second          text not null,
    name_zh         text not null,
    name_en         text not null,
    active          boolean not null default true
);

-- One row per conflict that was accepted for a person, by whom, until when, and why.
create table core.conflict_exception (
    rule            text not null,
    login           text not null,
    signed_by       text not null,
    valid_to        date not null,
    reason          text not null,
    act_id          bigint not null,
    primary key (rule, login, act_id)
);

-- One row per month and person whose rights were looked through.
create table core.access_review (
    period          text not null,
    login           text not null,
    decision        text not null check (decision in ('confirmed', 'withdrawn')),
    roles           text not null,
    decided_by      text not null,
    decided_at      timestamp not null,
    note            text not null default '',
    act_id          bigint not null,
    primary key (period, login, act_id)
);

-- One row per message waiting for, or given to, a channel.
create table core.outbox (
    message_id      bigint primary key,
    event           text not null,
    login           text not null default '',
    address         text not null default '',
    subject         text not null,
    body            text not null,
    made_at         timestamp not null,
    sent_at         timestamp,
    read_at         timestamp,
    tries           integer not null default 0,
    problem         text not null default ''
);
