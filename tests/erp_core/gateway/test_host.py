"""The walls of the host: who may ask, what may be sent, what a fault says; and readers beside a writer."""

import json
import logging
import threading
from datetime import date

import httpx
import pytest
from fastapi.testclient import TestClient

import erp_core
from erp_core.books import Books
from erp_core.foundation.errors import Refusal
from erp_core.gateway import routes, wire
from erp_core.gateway.host import Limits, make_app
from tests.erp_core.reports.test_guard import PASS, attempts
from tests.trading import stock

PASSWORD = "Kd8#plum-tree"


def code_of(answer: httpx.Response) -> str:
    return answer.json()["refusal"]["code"]


def by_key(host, user: str = "owner") -> dict[str, str]:
    return {"X-ERP-Key": host.place.key, "X-ERP-User": user}


def by_token(host, login: str = "analyst") -> dict[str, str]:
    issued = host.books.as_user(login).call("access.token.issue", name="t", days=1)
    return {"Authorization": f"Bearer {issued['token']}"}


def test_nobody_asks_without_showing_who(host, line):
    for headers, status in (
        ({}, 401),
        ({"X-ERP-User": "owner"}, 401),
        ({"X-ERP-Key": "guess", "X-ERP-User": "owner"}, 401),
        ({"X-ERP-Key": "", "X-ERP-User": "owner"}, 401),
        ({"Authorization": "Bearer forged"}, 401),
        ({"Authorization": f"Bearer {host.place.key}"}, 401),
        ({"Authorization": "Basic b3duZXI6"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Cookie": "erp_sid=1"}, 401),
    ):
        for method, route in (("GET", "/me"), ("POST", "/sql"), ("POST", "/verbs/masters.department.save")):
            answer = line.request(method, route, headers=headers, json={} if method == "POST" else None)
            assert answer.status_code == status, (headers, route)
            assert "owner" not in json.dumps(answer.json()["refusal"]["facts"])


def test_every_route_but_the_door_is_locked(host, line):
    spec = line.get("/openapi.json").json()
    open_doors = {path for path, ways in spec["paths"].items() for way in ways.values() if way.get("security") == []}
    doors = {"/sign-in", "/enter", "/enter-demo", "/sign-up", "/reset/ask", "/reset"}
    assert open_doors == {"/healthz", *doors, "/outside", "/outside/begin", "/outside/finish"}
    for path, ways in spec["paths"].items():
        for method in ways:
            if path not in open_doors:
                answer = line.request(method, path.replace("{branch}", "b"), json={} if method == "post" else None)
                assert answer.status_code == 401, (method, path)


def test_a_pass_that_ended_is_stale(host, line):
    headers = by_token(host)
    assert line.get("/me", headers=headers).json()["login"] == "analyst"
    pass_id = host.books.sql("select max(pass_id) as p from rpt.access_pass where login = 'analyst'")["p"][0]
    host.books.call("access.pass.end", pass_id=pass_id)
    assert code_of(line.get("/me", headers=headers)) == "PassStale"


def test_a_token_cannot_ask_as_somebody_else(host, line):
    answer = line.get("/me", headers={**by_token(host), "X-ERP-User": "owner"})
    assert (answer.status_code, code_of(answer)) == (403, "AnotherUser")


def test_the_key_opens_from_this_machine_only(template, tmp_path, books):
    app = make_app(books.database, local_key="k")
    headers = {"X-ERP-Key": "k", "X-ERP-User": "owner"}
    with TestClient(app, client=("10.0.0.5", 5)) as far:
        assert code_of(far.get("/me", headers=headers)) == "KeyWrong"
        near_in_words = {**headers, "X-ERP-Address": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}
        assert code_of(far.get("/me", headers=near_in_words)) == "KeyWrong"
    with TestClient(app, client=("127.0.0.1", 5)) as near:
        assert near.get("/me", headers=headers).status_code == 200
    with TestClient(make_app(books.database, local_key=""), client=("127.0.0.1", 5)) as keyless:
        assert code_of(keyless.get("/me", headers={**headers, "X-ERP-Key": ""})) == "KeyWrong"


def test_a_foreign_page_may_not_act(host, line):
    for origin in ("http://evil.example", "null", host.address.replace("http", "https") + ".evil.example"):
        answer = line.post("/sql", headers={**by_key(host), "Origin": origin}, json={"query": "select 1"})
        assert (answer.status_code, code_of(answer)) == (403, "OriginForeign")
        signing = line.post("/sign-in", headers={"Origin": origin}, json={"login": "owner", "password": "x"})
        assert signing.status_code == 403
    own = line.post("/sql", headers={**by_key(host), "Origin": host.address}, json={"query": "select 1 as a"})
    assert own.status_code == 200
    assert "access-control-allow-origin" not in own.headers


def test_what_is_too_large_is_not_read(place, tmp_path):
    with erp_core.open(place) as books:
        app = make_app(books.database, local_key="k", limits=Limits(json_mb=1, parts_mb=2))
        headers = {"X-ERP-Key": "k"}
        with TestClient(app, client=("127.0.0.1", 5)) as line:
            for kind, size in (("application/json", 1), (wire.PARTS, 2)):
                body = b" " * (size * 1_048_576 + 1)
                answer = line.post("/sql", headers={**headers, "Content-Type": kind}, content=body)
                assert (answer.status_code, code_of(answer)) == (413, "BodyTooLarge")

                def drip(whole=body):
                    yield from (whole[at : at + 65_536] for at in range(0, len(whole), 65_536))

                answer = line.post("/sql", headers={**headers, "Content-Type": kind}, content=drip())
                assert answer.status_code == 413, "also where no length was announced"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (wire.PARTS, b"ERP1nonsense"),
        (wire.PARTS, wire.MAGIC + (12).to_bytes(8, "big") + b'{"$frame":0}' + (9).to_bytes(8, "big") + b"ARROW1\0\0x"),
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"a": NaN}'),
        ("application/json", b'{"a": "\\ud800"}'),
        ("application/json", b'{"a": ' + b"9" * 5000 + b"}"),
        ("application/json", b"\xff\xfe"),
        ("text/plain", b"hello"),
    ],
)
def test_what_cannot_be_read_is_said_so(host, line, kind, body):
    before = host.books.version()
    for route in (
        "/verbs/masters.department.save",
        "/sql",
        "/reports/trial_balance",
        "/branches",
        "/operations/backup",
    ):
        answer = line.post(route, headers={**by_key(host), "Content-Type": kind}, content=body)
        assert (answer.status_code, code_of(answer)) == (400, "BodyUnreadable"), route
    assert host.books.version() == before


def test_names_lead_nowhere_but_to_what_they_name(host, line):
    for route in (
        "/reports/..%2F..%2Fetc%2Fpasswd",
        "/reports/%2e%2e",
        "/reports/trial_balance%00",
        "/verbs/__class__",
        "/verbs/os.system",
        "/operations/..%2F..",
        "/branches/..%2F../sql",
        "/rehearse/..",
    ):
        answer = line.post(route, headers=by_key(host), json={})
        assert answer.status_code == 404, route
    answer = line.post("/reports/account_chart?format=../../x", headers=by_key(host), json={})
    assert (answer.status_code, code_of(answer)) == (422, "UnknownFormat")


def test_the_59_attempts_through_the_remote_door(host):
    with erp_core.open(host.path) as books:
        passed = set()
        for name, query in attempts().items():
            try:
                books.sql(query)
                passed.add(name)
            except Refusal:
                pass
        assert passed == PASS


def test_a_fault_of_ours_has_a_number_and_keeps_its_reasons(host, line, monkeypatch, caplog):
    def broken(self):
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(Books, "check", broken)
    with caplog.at_level(logging.ERROR, "erp.host"):
        answer = line.post("/check", headers=by_key(host), json={})
    assert (answer.status_code, code_of(answer)) == (500, "HostFailed")
    assert "secret" not in answer.text
    assert answer.json()["refusal"]["facts"]["number"] in caplog.text
    assert line.get("/healthz").json()["status"] == "ok"


def test_plain_json_is_enough(host, line):
    made = line.post(
        "/verbs/masters.item.save",
        headers=by_token(host, "owner"),
        json={"items": [{"code": "J1", "name": "扳手", "unit": "把", "list_price": "12.50"}], "key": "once"},
    )
    assert made.json()["added"] == 1
    exact = {"items": [{"code": "J2", "name": "锤", "unit": "把", "list_price": 0.1}]}
    assert line.post("/verbs/masters.item.save", headers=by_key(host), content=json.dumps(exact)).status_code == 200
    rows = line.post(
        "/sql",
        headers=by_token(host),
        json={"query": "select code, list_price from rpt.item where code like $a", "parameters": {"a": "J%"}},
    ).json()["rows"]
    assert [row["list_price"] for row in rows] == ["12.500000", "0.100000"], "amounts are text and exact"


def test_a_report_in_every_form(host, line):
    heads = by_key(host)
    whole = host.books.report("account_chart")
    arrow = line.post("/reports/account_chart", headers={**heads, "Accept": "application/vnd.apache.arrow.stream"})
    import polars as pl

    assert pl.read_ipc_stream(arrow.content).rows() == whole.rows()
    assert len(line.post("/reports/account_chart", headers=heads, json={}).json()["rows"]) == whole.height
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF", "parquet": b"PAR1", "json": b"["}
    for kind, start in starts.items():
        file = line.post(f"/reports/account_chart?format={kind}", headers=heads, json={})
        assert file.content.startswith(start), kind
        assert file.headers["content-disposition"] == f'attachment; filename="account_chart.{kind}"'


def test_who_has_to_choose_a_password_does_that_first(host, line):
    ticket = host.books.call("access.password.issue", login="clerk")["ticket"]
    entered = line.post("/enter", json={"ticket": ticket}).json()
    assert entered["must_change"]
    heads = {"Authorization": f"Bearer {entered['token']}"}
    assert line.get("/me", headers=heads).json()["must_change"]
    assert code_of(line.get("/reports", headers=heads)) == "PasswordDue"
    chosen = {"old_password": "", "new_password": PASSWORD, "keep": entered["pass_id"]}
    assert line.post("/verbs/access.password.set", headers=heads, json=chosen).status_code == 200
    assert line.get("/reports", headers=heads).status_code == 200
    assert line.post("/sign-out", headers=heads).status_code == 200
    assert line.get("/reports", headers=heads).status_code == 401
    assert line.post("/enter", json={"ticket": ticket}).status_code == 401
    again = line.post("/sign-in", json={"login": "clerk", "password": PASSWORD}).json()
    assert again["token"] != entered["token"]
    assert not again["must_change"]


def test_a_wrong_password_and_an_unknown_login_sound_alike(host, line):
    told = [line.post("/sign-in", json={"login": login, "password": "x"}) for login in ("owner", "nobody")]
    assert [answer.status_code for answer in told] == [401, 401]
    assert told[0].json() == told[1].json()
    assert (
        line.post("/reset/ask", json={"login": "nobody"}).json()
        == line.post("/reset/ask", json={"login": "owner"}).json()
    )
    assert line.post("/sign-in", json={"login": ["owner"], "password": {}}).status_code == 400


def test_without_a_password_only_the_demo_lets_in(host, line):
    assert code_of(line.post("/enter-demo", json={"login": "owner"})) == "DemoClosed"
    host.books.call(
        "company.parameter.set", parameter="access.open_door", value="demo", valid_from=date(2026, 1, 1), reason="demo"
    )
    entered = line.post("/enter-demo", json={"login": "analyst"}).json()
    assert line.get("/me", headers={"Authorization": f"Bearer {entered['token']}"}).json()["login"] == "analyst"
    far = line.post("/enter-demo", json={"login": "analyst"}, headers={"X-ERP-Address": "10.1.1.1"})
    assert code_of(far) == "DemoClosed"


def test_health_and_figures_are_for_those_who_may(host, line):
    assert code_of(line.get("/metrics", headers=by_token(host, "clerk"))) == "NotPermitted"
    assert "erp_vouchers" in line.get("/metrics", headers=by_key(host)).text
    assert line.get("/health", headers=by_key(host)).json()["state"] in {"good", "attention", "bad"}
    assert line.get("/healthz").json() == {"status": "ok", "proof": ""}


def test_readers_beside_a_writer_always_see_whole_acts(host):
    """Twenty readers check that the ledger balances and stock equals its account while one writer posts."""
    wrong: list[object] = []
    done = threading.Event()
    looked = []
    query = """select (select coalesce(sum(debit) - sum(credit), 0) from rpt.voucher_line) as balance,
               (select coalesce(sum(debit) - sum(credit), 0) from rpt.voucher_line where account like '1405%')
               - (select coalesce(sum(amount), 0) from rpt.stock_value) as stock"""

    def read() -> None:
        with erp_core.open(host.path, user="owner") as books:
            while not done.is_set():
                try:
                    row = books.sql(query).row(0)
                    looked.append(row)
                    if row != (0, 0):
                        wrong.append(row)
                except Exception as problem:  # noqa: BLE001  (whatever it is, it is told)
                    wrong.append(problem)

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    with erp_core.open(host.path) as books:
        for _ in range(3):
            stock(books, "B", 10, "20")
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(looked) > 20
    assert host.books.check()["ok"].all()


def test_the_lanes_are_apart(host, line):
    """Acts that wait for the writer leave the readers their answers."""
    assert {route.lane for route in routes.ROUTES} == {"quick", "read", "act"}
    with host.database.write():
        waiting = [
            threading.Thread(
                target=lambda n=n: httpx.post(
                    f"{host.address}/verbs/masters.department.save",
                    headers=by_key(host),
                    json={"departments": [{"code": f"W{n}", "name": "x"}]},
                    trust_env=False,
                    timeout=60,
                )
            )
            for n in range(20)
        ]
        for thread in waiting:
            thread.start()
        assert line.post("/sql", headers=by_key(host), json={"query": "select 1 as a"}, timeout=5).status_code == 200
        assert line.get("/version", headers=by_key(host), timeout=5).status_code == 200
    for thread in waiting:
        thread.join()
    assert host.books.sql("select count(*) as n from rpt.department where code like 'W%'")["n"][0] == 20
