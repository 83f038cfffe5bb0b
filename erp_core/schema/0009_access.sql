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

-- One row per person who has, or is about to choose, a password; only its argon2id hash is kept, '' until it is chosen.
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

-- One row per attempt at the door, an unlocking, or a question that could be asked too often; append-only.
create table core.sign_in_attempt (
    attempt_id      bigint primary key,
    login           text not null,
    address         text not null,
    client          text not null default '',
    outcome         text not null check (outcome in ('entered', 'wrong', 'locked', 'address', 'unlocked', 'asked', 'applied')),
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

-- One row per person elsewhere (an account of an OpenID provider) who is a person here.
create table core.user_identity (
    issuer          text not null,
    subject         text not null,
    login           text not null,
    made_at         timestamp not null,
    primary key (issuer, subject)
);

-- One row per act that can be done, so that rights can be explained in SQL; written when books are opened.
create table core.verb (
    name            text primary key,
    summary         text not null,
    everybody       boolean not null
);

-- What one person should not hold together. Vouchers: 会计法 on 内部牵制; cash: 会计法 on 出纳 (no auditing, no files, no
-- entries of income, expense, receivables and payables); the rest: who orders, who receives, who pays, who decides.
insert into core.conflict_rule (rule, first, second, name_zh, name_en) values
('voucher', 'ledger.voucher.draft', 'ledger.voucher.review', '制单与审核凭证', 'Drafting and reviewing vouchers'),
('cash_books', 'finance.payment.pay', 'ledger.voucher.draft', '出纳付款与制单记账', 'Paying out and drafting vouchers'),
('cash_receivables', 'finance.receipt.receive', 'sales.invoice.issue', '出纳收款与登记应收', 'Taking cash and booking receivables'),
('cash_payables', 'finance.payment.pay', 'purchasing.bill.book', '出纳付款与登记应付', 'Paying out and booking payables'),
('cash_review', 'finance.payment.pay', 'ledger.voucher.review', '出纳付款与稽核', 'Paying out and reviewing vouchers'),
('supplier_payment', 'masters.party.save', 'finance.payment.pay', '维护供应商账户与付款', 'Keeping bank accounts of suppliers and paying'),
('cash_bank', 'finance.payment.pay', 'banking.reconciliation.keep', '出纳付款与编制余额调节表', 'Paying out and reconciling the bank'),
('claim_payment', 'claims.claim.approve', 'claims.claim.pay', '审批报销与付款', 'Approving and paying claims'),
('sales_order', 'sales.order.place', 'sales.order.approve', '录入与审核销售订单', 'Placing and approving sales orders'),
('purchase_order', 'purchasing.order.place', 'purchasing.order.approve', '录入与审核采购订单', 'Placing and approving purchase orders'),
('order_receipt', 'purchasing.order.place', 'purchasing.receipt.receive', '采购与收货', 'Ordering and receiving goods'),
('receipt_bill', 'purchasing.receipt.receive', 'purchasing.bill.book', '收货与登记采购发票', 'Receiving goods and booking their bills'),
('users_posting', 'access.user.save', 'ledger.voucher.post', '用户管理与记账', 'Keeping users and posting'),
('users_paying', 'access.user.save', 'finance.payment.pay', '用户管理与付款', 'Keeping users and paying');
