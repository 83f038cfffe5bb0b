"""The client is the books: the same methods, the same refusals; a broken line is told apart from a refusal."""

import inspect
import threading
from datetime import date
from decimal import Decimal as D

import httpx
import polars as pl
import pytest

import erp_core
from erp_core.books import Books
from erp_core.foundation.errors import NotPermitted, Refusal, UnknownArgument, UnknownUser, UnknownVerb
from erp_core.gateway import client
from erp_core.gateway.client import RemoteBooks, known_refusal
from erp_core.gateway.refusals import AnotherUser, BranchesFull, BranchUnknown, HostGone
from erp_core.masters.refusals import UnreadableValue
from erp_core.reports.guard import QueryTableClosed

# What needs the file itself stays with the books in process; operate is how the host is asked to do its own work.
OWN = {"operate", "greeted"}


def public(kind: type) -> dict[str, object]:
    return {name: one for name, one in vars(kind).items() if not name.startswith("_") and name not in OWN}


def test_the_same_methods_with_the_same_signatures():
    here, there = public(Books), public(RemoteBooks)
    assert here.keys() - {"path"} == there.keys() - {"path"}
    for name, one in here.items():
        if callable(one):
            mine = [(p.name, p.kind) for p in inspect.signature(one).parameters.values()]
            its = [(p.name, p.kind) for p in inspect.signature(there[name]).parameters.values()]
            assert mine == its, name


def opened(host) -> RemoteBooks:
    return erp_core.open(host.path)


def test_the_door_finds_the_host(host):
    with opened(host) as books:
        assert isinstance(books, RemoteBooks)
        assert books.user == "owner" and books.path == str(host.path)
        assert books.version() == host.books.version()


def test_answers_are_the_same_as_in_process(host):
    with opened(host) as books:
        books.call("masters.party.save", parties=pl.DataFrame({"code": ["N1"], "name": ["新客户"], "customer": [True]}))
        for there, here in (
            (books.report("trial_balance", period="2026-01"), host.books.report("trial_balance", period="2026-01")),
            (books.sql("from rpt.party"), host.books.sql("from rpt.party")),
            (books.reports(), host.books.reports()),
            (books.verbs(), host.books.verbs()),
            (books.check(), host.books.check()),
        ):
            assert there.equals(here) and there.schema == here.schema
        assert books.me() == host.books.me()
        assert books.versions() == host.books.versions()
        found = books.sql("select $a as a, $d as d", a=D("1.50"), d=date(2026, 1, 1))
        assert found.rows() == [(D("1.50"), date(2026, 1, 1))]


def test_refusals_are_of_the_same_class_with_the_same_facts(host):
    with opened(host) as books:
        for ask in (
            lambda b: b.call("sales.nothing"),
            lambda b: b.call("masters.department.save", people=1),
            lambda b: b.sql("select * from core.act"),
            lambda b: b.as_user("nobody"),
            lambda b: b.report("no_such_report"),
            lambda b: b.call("masters.department.save", departments=[{"code": "D8"}]),
            lambda b: b.as_user("analyst").call("masters.department.save", departments=[]),
        ):
            with pytest.raises(Refusal) as there:
                ask(books)
            with pytest.raises(Refusal) as here:
                ask(host.books)
            assert type(there.value) is type(here.value)
            assert there.value.facts == here.value.facts
    assert {UnknownVerb, UnknownArgument, QueryTableClosed, UnknownUser, NotPermitted, UnreadableValue}


def test_only_our_own_refusals_are_found_by_name():
    assert known_refusal("erp_core.foundation.errors", "BooksBusy") is not None
    assert known_refusal("erp_core.foundation.errors", "Refusals") is None
    assert known_refusal("os", "error") is None
    assert known_refusal("antigravity", "Refusal") is None
    assert known_refusal("erp_core.gateway.client", "RemoteBooks") is None
    assert "pipelines.closing.run" in client._own_modules()
    import sys

    assert "antigravity" not in sys.modules


def test_a_strange_answer_is_no_crash():
    def strange(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502, text="<html>bad gateway</html>")

    with httpx.Client(transport=httpx.MockTransport(strange)) as line:
        books = RemoteBooks("http://example.test", token="x", line=line)
        with pytest.raises(HostGone, match="502"):
            books.version()


def test_an_act_without_a_key_gets_one_and_is_done_once_though_the_line_breaks(host):
    """The host does the act, the answer is lost on the way, the client asks again."""
    sent = []

    class Losing(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            sent.append(request.url.path)
            if "/verbs/" in request.url.path and len(sent) == 1:
                answer.read()
                raise httpx.ReadError("the line broke")
            return answer

    with httpx.Client(transport=Losing()) as line:
        books = RemoteBooks(host.address, key=host.place.key, user="owner", line=line)
        before = books.sql("select count(*) as n from rpt.act")["n"][0]
        sent.clear()
        done = books.call("masters.department.save", departments=[{"code": "D5", "name": "质检部"}])
        assert done["added"] == 1
        assert sent == ["/verbs/masters.department.save"] * 2
        assert books.sql("select count(*) as n from rpt.act")["n"][0] == before + 1


def test_a_dead_host_is_told(place):
    from erp_core.gateway.serving import Host

    with Host(place) as host:
        books = erp_core.open(place)
        assert books.version() >= 0
    with pytest.raises(HostGone):
        books.version()
    with pytest.raises(HostGone) as gone:
        books.call("masters.department.save", departments=[{"code": "D6", "name": "x"}])
    assert gone.value.facts["address"] == host.address
    books.close()


def test_one_client_in_many_threads(host):
    with opened(host) as books:
        wrong = []

        def work(number: int) -> None:
            try:
                code = f"T{number}"
                books.call("masters.department.save", departments=[{"code": code, "name": code}])
                found = books.sql("select name from rpt.department where code = $code", code=code)
                if found["name"].to_list() != [code]:
                    wrong.append(found)
            except Exception as problem:  # noqa: BLE001  (whatever it is, it is told)
                wrong.append(problem)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong


def test_a_token_acts_for_its_owner_only(host):
    issued = host.books.as_user("analyst").call("access.token.issue", name="jupyter", days=7)
    with erp_core.open(host.address, token=issued["token"]) as books:
        assert books.user == "analyst"
        assert books.report("account_chart").height > 100
        with pytest.raises(AnotherUser):
            books.as_user("owner")
        with pytest.raises(NotPermitted):
            books.call("masters.department.save", departments=[{"code": "D6", "name": "x"}])


def test_branches_are_written_compared_and_thrown_away(host):
    with opened(host) as books:
        before = books.version()
        with books.branch() as branch:
            branch.call("masters.department.save", departments=[{"code": "DB", "name": "试"}])
            assert branch.sql("select count(*) as n from rpt.department where code = 'DB'")["n"][0] == 1
            assert books.sql("select count(*) as n from rpt.department where code = 'DB'")["n"][0] == 0
            assert branch.check()["ok"].all()
        with pytest.raises(BranchUnknown):
            branch.version()
        branch.close()
        assert books.version() == before
        known = books.as_of(date(2100, 1, 1))
        assert known.report("trial_balance", period="2026-01").equals(books.report("trial_balance", period="2026-01"))
        with pytest.raises(Refusal):
            known.call("masters.department.save", departments=[{"code": "DB", "name": "试"}])
        known.close()


def test_branches_have_a_number_and_an_end_and_are_nobody_elses(host):
    desk = host.app.state.desk
    with opened(host) as books:
        kept = [books.branch() for _ in range(4)]
        with pytest.raises(BranchesFull):
            books.branch()
        issued = host.books.as_user("analyst").call("access.token.issue", name="t", days=1)
        stranger = httpx.get(
            f"{host.address}{kept[0]._prefix}/version",
            headers={"Authorization": f"Bearer {issued['token']}"},
            trust_env=False,
        )
        assert stranger.status_code == 404
        folders = [branch.books.throw_away for branch in desk.branches._kept.values()]
        for branch in desk.branches._kept.values():
            branch.used -= desk.branches.idle_minutes * 60 + 1
        with pytest.raises(BranchUnknown):
            kept[0].version()
        assert not any(folder.exists() for folder in folders)
        with books.branch() as branch:
            assert branch.version() >= 0
