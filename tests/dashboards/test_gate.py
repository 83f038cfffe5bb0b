"""The gate and the door over a real host: nothing without a good cookie, no form but ours, no way to other sites."""

from collections.abc import Iterator

import pytest
from starlette.websockets import WebSocketDisconnect

import erp_core
from dashboards.gate import COOKIE, local_path
from erp_core.foundation.database import Database
from erp_core.gateway.serving import Host
from tests.dashboards.front_door import PASSWORDS, enter, send, visiting


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Iterator[Host]:
    path = tmp_path_factory.mktemp("door") / "books.duckdb"
    erp_core.create(path, company="门前商行", start="2026-01").close()
    database = Database(path)
    with Host(path, database=database) as running:
        yield running
    database.close()


@pytest.fixture
def client(host) -> Iterator[object]:
    with visiting(host.address) as browser:
        yield browser


@pytest.fixture
def inside(host, client) -> object:
    enter(client, host, "clerk")
    return client


def test_without_a_cookie_a_page_leads_to_the_door_and_a_part_of_a_page_is_refused(client):
    shown = client.get("/orders?cat=食品&y=2025")
    assert shown.status_code == 303
    assert shown.headers["location"].startswith("/sign-in?next=/orders%3Fcat")
    assert client.get("/static/app.js", headers={"accept": "*/*"}).status_code == 401
    assert client.get("/download/trial_balance.csv", headers={"accept": "*/*"}).status_code == 401
    assert client.get("/_stcore/metrics", headers={"accept": "*/*"}).status_code == 401


@pytest.mark.parametrize("forged", ["x", "a" * 43, "'; drop table core.pass; --", "../../etc/passwd"])
def test_a_forged_cookie_opens_nothing_and_is_taken_away(client, forged):
    shown = client.get("/", headers={"cookie": f"{COOKIE}={forged}"})
    assert shown.status_code == 303
    assert shown.headers["location"] == "/sign-in"


def test_a_websocket_without_a_cookie_is_refused(client):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_a_websocket_of_a_foreign_site_is_refused(inside):
    with inside.websocket_connect("/_stcore/stream") as line:
        assert line.receive_text() == "inside"
    for origin in ("http://evil.example", "null", ""):
        refused = pytest.raises(WebSocketDisconnect)
        with refused, inside.websocket_connect("/_stcore/stream", headers={"origin": origin}):
            pass


def test_signing_in_leads_to_where_one_wanted_and_the_cookie_is_out_of_reach_of_scripts(inside):
    send(inside, "/auth/sign-out")
    entered = send(inside, "/sign-in", login="clerk", password=inside.password, next="/sales?period=2026-02")
    assert entered.status_code == 303
    assert entered.headers["location"] == "/sales?period=2026-02"
    cookie = next(value for value in entered.headers.get_list("set-cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "inside /" in inside.get("/").text


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(inside):
    send(inside, "/auth/sign-out")
    answers = {
        send(inside, "/sign-in", login=login, password="wrong").text.count("登录名或密码") for login in ("clerk", "x1")
    }
    assert answers == {1}
    assert COOKIE not in inside.cookies


def test_the_token_changes_at_sign_in_and_the_old_one_is_worth_nothing(inside):
    planted = inside.cookies[COOKIE]
    shown = inside.get("/sign-in")
    assert shown.status_code == 303, "who is inside needs no door"
    new = next(PASSWORDS)
    form = send(inside, "/auth/password", old_password=inside.password, new_password=new, again=new)
    assert form.status_code == 303
    assert inside.cookies[COOKIE] != planted
    assert inside.get("/", headers={"cookie": f"{COOKIE}={planted}"}).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_our_token_does_nothing(client, token):
    client.get("/sign-in")
    sent = client.post("/sign-in", data={"login": "owner", "password": "x", "form_token": token})
    assert sent.status_code == 403
    assert "没有提交" in sent.text


@pytest.mark.parametrize("origin", ["http://evil.example", "https://testserver", "null"])
def test_a_form_of_a_foreign_site_does_nothing(client, origin):
    shown = client.get("/sign-in")
    assert shown.status_code == 200
    sent = client.post("/sign-in", data={"login": "owner"}, headers={"origin": origin})
    assert sent.status_code == 403


def test_a_form_that_is_too_large_is_refused(client):
    assert client.post("/sign-in", content=b"login=" + b"x" * 20_000).status_code == 403


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/auth/sign-out",
        "/\n/evil.example",
        "evil",
    ],
)
def test_the_way_back_never_leads_elsewhere(elsewhere):
    assert local_path(elsewhere) == "/"


def test_signing_out_ends_the_token_for_every_tab(inside):
    token = inside.cookies[COOKIE]
    left = send(inside, "/auth/sign-out")
    assert left.headers["location"].startswith("/sign-in")
    assert inside.get("/", headers={"cookie": f"{COOKIE}={token}"}).status_code == 303


def test_a_link_elsewhere_cannot_sign_anybody_out(inside):
    shown = inside.get("/auth/sign-out", headers={"sec-fetch-site": "cross-site"})
    assert shown.status_code == 200
    assert "inside /" in inside.get("/").text


def test_a_one_use_link_works_once(host, client):
    ticket = host.books.call("access.password.issue", login="keeper")["ticket"]
    looked_at = client.get("/auth/enter", params={"ticket": ticket})
    assert looked_at.status_code == 200, "looking at a link does not use it up"
    assert send(client, "/auth/enter", ticket=ticket).status_code == 303
    again = send(client, "/auth/enter", ticket=ticket)
    assert again.status_code == 401


def test_a_password_must_be_chosen_before_anything_else(host, client):
    ticket = host.books.call("access.password.issue", login="analyst")["ticket"]
    send(client, "/auth/enter", ticket=ticket)
    assert client.get("/").headers["location"] == "/auth/password"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass
    differing = send(client, "/auth/password", new_password=next(PASSWORDS), again="other")
    assert "不一致" in differing.text
    short = send(client, "/auth/password", new_password="a", again="a")
    assert short.status_code == 422


def test_an_account_can_be_asked_for(host, client):
    asked = send(client, "/auth/sign-up", login="new.one", name="新人", contact="new@example.com")
    assert "等待管理员批准" in asked.text
    assert "new.one" in host.books.report("account_requests")["login"].to_list()
    wrong = send(client, "/auth/sign-up", login="!", name="<b>", contact="c")
    assert wrong.status_code == 422
    assert "<b>" not in wrong.text.replace("<b>经营账套</b>", "").replace("<b>“", "").replace('alert"><b>', "")


def test_asking_for_a_new_password_tells_nobody_who_exists(client):
    answers = {send(client, "/auth/forgot", login=login).text for login in ("owner", "nobody")}
    assert len({text.partition("<footer>")[0] for text in answers}) == 1


def test_downloads_come_from_the_catalogue_only(inside):
    fetched = inside.get("/download/documents.csv", params={"kind": "sales_order"})
    assert fetched.status_code == 200
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert fetched.text.lstrip("\ufeff").startswith("kind,number,document_on")
    for path in ("/download/nonsense.csv", "/download/documents.exe", "/download/documents.csv.csv"):
        assert inside.get(path).status_code == 404
    strange = inside.get("/download/..%2f..%2fetc%2fpasswd.csv")
    assert "content-disposition" not in strange.headers
    closed = inside.get("/download/trial_balance.csv", params={"period": "2026-01"})
    assert closed.status_code == 403, "the clerk may not read the ledger"


def test_every_answer_carries_its_guards(client):
    for path in ("/sign-in", "/", "/auth/forgot"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_door_is_closed_politely_while_the_host_is_away():
    with visiting("http://127.0.0.1:9") as client:
        client.cookies.set(COOKIE, "something")
        assert client.get("/").headers["location"] == "/auth/away"
        assert client.get("/auth/away").status_code == 503
        assert "稍后重试" in client.get("/auth/away").text


def test_both_languages_stand_at_the_door(client):
    assert "Request an account" in client.get("/sign-in?lang=en").text
    assert "申请账号" in client.get("/sign-in").text
    assert "Sign in" in client.get("/sign-in", headers={"accept-language": "en-GB,en"}).text
