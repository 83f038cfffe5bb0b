"""The door: who comes in, who does not, and what a pass is worth afterwards."""

import threading
from statistics import median
from time import perf_counter

import pytest
from argon2 import PasswordHasher

from erp_core.access import door as doors
from erp_core.access import passwords, refusals, sign_in
from tests.erp_core.access.conftest import BETTER, GOOD, OFFICE


def test_the_right_password_opens_and_tells_of_the_last_entry(door):
    first = door.sign_in()
    assert (first.login, first.must_change, first.last_entered_at, first.last_address) == ("owner", False, None, "")
    was = door.now
    door.wait(hours=1)
    second = door.sign_in(address="10.0.0.8")
    assert (second.last_entered_at, second.last_address) == (was, OFFICE)
    assert door.show(second.token).login == "owner"
    assert door.attempts() == [("owner", "entered"), ("owner", "entered")]


@pytest.mark.parametrize("login", ["owner", "nobody", "idle", "analyst"])
def test_wrong_unknown_inactive_and_without_password_are_refused_alike(door, login):
    door.books.call("access.user.save", login="idle", name="离职", roles=["analyst"], active=False)
    door.give_password("idle")
    with pytest.raises(refusals.SignInWrong) as refused:
        door.sign_in(login, GOOD if login == "idle" else "Falsch-Falsch-1")
    assert refused.value.facts == {}
    assert door.attempts() == [(login, "wrong")]


def test_an_unknown_login_takes_as_long_as_a_wrong_password(door):
    def cost(login: str) -> float:
        start = perf_counter()
        with pytest.raises(refusals.SignInWrong):
            sign_in.sign_in(door.database, login=login, password="x", address=address, now=door.now)
        return perf_counter() - start

    times: dict[str, list[float]] = {"owner": [], "nobody": []}
    for turn in range(9):
        for login, measured in times.items():
            # Addresses and hours apart, so that no lock comes in between.
            address = f"10.1.{turn}.1"
            door.wait(minutes=20)
            measured.append(cost(login))
    known, unknown = median(times["owner"]), median(times["nobody"])
    assert 0.5 < known / unknown < 2
    assert min(known, unknown) > 0.01, "both pay for the hash"


def test_five_failures_lock_a_login_until_the_time_is_over(door):
    for _ in range(5):
        with pytest.raises(refusals.SignInWrong):
            door.sign_in(password="Falsch-Falsch-1")
    with pytest.raises(refusals.SignInLocked) as refused:
        door.sign_in()
    assert refused.value.facts == {"minutes": 15}
    door.wait(minutes=14, seconds=30)
    with pytest.raises(refusals.SignInLocked) as refused:
        door.sign_in(address="192.168.9.9")
    assert refused.value.facts == {"minutes": 1}
    door.wait(minutes=1)
    assert door.sign_in().login == "owner"


def test_a_lock_says_nothing_about_whether_the_login_exists(door):
    for _ in range(5):
        with pytest.raises(refusals.SignInWrong):
            door.sign_in("nobody")
    with pytest.raises(refusals.SignInLocked):
        door.sign_in("nobody")


def test_failures_over_a_longer_time_do_not_lock_and_an_entry_forgets_them(door):
    for _ in range(8):
        with pytest.raises(refusals.SignInWrong):
            door.sign_in(password="Falsch-Falsch-1")
        door.wait(minutes=4)
    door.wait(minutes=20)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(refusals.SignInWrong):
                door.sign_in(password="Falsch-Falsch-1", address="10.9.9.9")
        door.sign_in(address="10.9.9.9")


def test_an_administrator_unlocks_with_a_reason(door):
    for _ in range(5):
        with pytest.raises(refusals.SignInWrong):
            door.sign_in(password="Falsch-Falsch-1")
    with pytest.raises(Exception, match="reason"):
        door.books.call("access.unlock", login="owner")
    door.books.call("access.unlock", login="owner", reason="本人来电核实")
    assert door.sign_in().login == "owner"
    reasons = door.rows("select reason from core.sign_in_attempt where outcome = 'unlocked'")
    assert reasons == [("owner: 本人来电核实",)]


def test_an_address_that_tries_many_logins_is_locked_and_its_own_account_does_not_help(clerk):
    clerk.books.call(
        "company.parameter.set", parameter="access.address_failures", value="6", valid_from="2026-01-01", reason="试"
    )
    for n in range(3):
        with pytest.raises(refusals.SignInWrong):
            clerk.sign_in(f"guess{n}")
    clerk.sign_in("clerk")
    for n in range(3):
        with pytest.raises(refusals.SignInWrong):
            clerk.sign_in(f"guess{n}")
    with pytest.raises(refusals.SignInLocked):
        clerk.sign_in()
    assert clerk.sign_in(address="10.0.0.99").login == "owner"


def test_knocking_at_a_locked_door_is_written_down_once_a_minute(door):
    for _ in range(5):
        with pytest.raises(refusals.SignInWrong):
            door.sign_in(password="Falsch-Falsch-1")
    for _ in range(30):
        with pytest.raises(refusals.SignInLocked):
            door.sign_in()
        door.wait(seconds=4)
    assert [outcome for _, outcome in door.attempts()] == ["wrong"] * 5 + ["locked"] * 2


def test_twenty_guesses_at_once_are_judged_one_after_another(door):
    outcomes: list[str] = []

    def guess() -> None:
        try:
            door.sign_in(password="Falsch-Falsch-1")
        except refusals.Refusal as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["SignInLocked"] * 15 + ["SignInWrong"] * 5


def test_each_entry_has_a_new_token_and_a_planted_one_stays_worthless(door):
    planted = "A" * 43
    with pytest.raises(refusals.PassStale):
        door.show(planted)
    first, second = door.sign_in(), door.sign_in()
    assert first.token != second.token != planted
    with pytest.raises(refusals.PassStale):
        door.show(planted)


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "' or 1=1 --", "\x00", "令牌", "\ud800"])
def test_forged_tokens_are_stale(door, forged):
    door.sign_in()
    with pytest.raises(refusals.PassStale):
        door.show(forged)


@pytest.mark.parametrize("odd", ["\ud800", "\x00owner", "x" * 5000, "\u202egpj", "' or 1=1 --", "%s{login}"])
def test_odd_texts_at_the_door_are_wrong_and_no_error(door, odd):
    with pytest.raises(refusals.SignInWrong):
        door.sign_in(odd, "Falsch-Falsch-1", address="10.3.0.1")
    with pytest.raises(refusals.SignInWrong):
        door.sign_in("owner", odd, address="10.3.0.1")
    with pytest.raises(refusals.TicketStale):
        door.enter(odd, address=odd[:40])
    sign_in.ask_reset(door.database, login=odd, address="10.3.0.1", now=door.now)
    sign_in.leave(door.database, odd, now=door.now)
    with pytest.raises(refusals.Refusal):
        sign_in.apply_for_account(door.database, login="li", name=odd[:0], contact=odd, address=odd, now=door.now)
    assert door.sign_in().login == "owner"


def test_the_token_is_not_in_the_file(door):
    entered = door.sign_in()
    held = door.rows("select * from core.pass")
    assert entered.token not in str(held)
    assert entered.token not in repr(entered)


def test_a_session_ends_when_nobody_looks_and_at_the_latest_after_its_hours(door):
    entered = door.sign_in()
    for _ in range(14):
        door.wait(minutes=50)
        assert door.show(entered.token).kind == "browser"
    door.wait(minutes=25)
    with pytest.raises(refusals.PassStale):
        door.show(entered.token)
    entered = door.sign_in()
    door.wait(minutes=61)
    with pytest.raises(refusals.PassStale):
        door.show(entered.token)


def test_looking_without_touching_does_not_keep_a_session_alive(door):
    entered = door.sign_in()
    for _ in range(2):
        door.wait(minutes=29)
        door.show(entered.token, touch=False)
    door.wait(minutes=5)
    with pytest.raises(refusals.PassStale):
        door.show(entered.token)


def test_leaving_ends_the_session_at_once(door):
    entered = door.sign_in()
    assert door.show(entered.token)
    sign_in.leave(door.database, entered.token, now=door.now)
    with pytest.raises(refusals.PassStale):
        door.show(entered.token)
    sign_in.leave(door.database, "none", now=door.now)


def test_showing_a_pass_is_quick_and_written_down_once_a_minute(door):
    entered = door.sign_in()
    before = door.books.version()
    door.show(entered.token)
    start = perf_counter()
    for _ in range(1000):
        door.show(entered.token)
    assert perf_counter() - start < 0.2
    door.wait(seconds=61)
    door.show(entered.token)
    assert door.rows("select seen_at from core.pass") == [(door.now,)]
    assert door.books.version() == before, "a mark of presence empties nobody's caches"


def test_a_pass_is_good_while_somebody_writes(door):
    entered = door.sign_in()
    holding, done = threading.Event(), threading.Event()

    def write() -> None:
        with door.database.write():
            holding.set()
            done.wait(5)

    writer = threading.Thread(target=write)
    writer.start()
    holding.wait(5)
    door.wait(minutes=5)
    start = perf_counter()
    assert door.show(entered.token).login == "owner"
    assert perf_counter() - start < 1
    done.set()
    writer.join()


def test_a_pass_outlives_a_restart(door):
    entered = door.sign_in()
    doors.of(door.database).passes.clear()
    door.wait(minutes=5)
    assert door.show(entered.token).pass_id == entered.pass_id


def test_the_oldest_sessions_end_when_there_are_too_many(door):
    door.books.call(
        "company.parameter.set", parameter="access.max_sessions", value="2", valid_from="2026-01-01", reason="试"
    )
    entered = []
    for _ in range(3):
        entered.append(door.sign_in())
        door.wait(minutes=1)
    with pytest.raises(refusals.PassStale):
        door.show(entered[0].token)
    assert door.show(entered[1].token) and door.show(entered[2].token)


def test_a_ticket_opens_once(door):
    ticket = door.books.call("access.ticket.issue", login="owner")["ticket"]
    assert door.enter(ticket).login == "owner"
    with pytest.raises(refusals.TicketStale):
        door.enter(ticket)
    with pytest.raises(refusals.PassStale):
        door.show(ticket)


def test_a_ticket_expires_and_the_next_one_voids_it(door):
    old = door.books.call("access.ticket.issue", login="owner")["ticket"]
    new = door.books.call("access.ticket.issue", login="owner")["ticket"]
    with pytest.raises(refusals.TicketStale):
        door.enter(old)
    door.wait(hours=73)
    with pytest.raises(refusals.TicketStale):
        door.enter(new)


def test_guessing_tickets_locks_the_address(door):
    for n in range(20):
        with pytest.raises(refusals.TicketStale):
            door.enter(f"guess{n}")
    with pytest.raises(refusals.SignInLocked):
        door.enter("guess")
    with pytest.raises(refusals.SignInLocked):
        door.sign_in()


def token_in_letter(door, event: str) -> str:
    body = door.rows("select body from core.outbox where event = $event order by message_id desc", event=event)[0][0]
    return next(line for line in body.splitlines() if len(line) == 43)


def test_a_forgotten_password_is_replaced_once_by_the_token_of_the_letter(door):
    entered = door.sign_in()
    sign_in.ask_reset(door.database, login="owner", address=OFFICE, now=door.now)
    token = token_in_letter(door, "reset")
    with pytest.raises(refusals.TicketStale):
        door.enter(token)
    with pytest.raises(refusals.PasswordShort):
        sign_in.reset(door.database, token=token, new_password="kurz", address=OFFICE, now=door.now)
    assert sign_in.reset(door.database, token=token, new_password=BETTER, address=OFFICE, now=door.now) == "owner"
    with pytest.raises(refusals.TicketStale):
        sign_in.reset(door.database, token=token, new_password=BETTER + "!", address=OFFICE, now=door.now)
    with pytest.raises(refusals.PassStale):
        door.show(entered.token)
    with pytest.raises(refusals.SignInWrong):
        door.sign_in()
    assert door.sign_in(password=BETTER).login == "owner"


def test_a_reset_token_lives_a_quarter_of_an_hour(door):
    sign_in.ask_reset(door.database, login="owner", address=OFFICE, now=door.now)
    door.wait(minutes=15)
    with pytest.raises(refusals.TicketStale):
        sign_in.reset(
            door.database, token=token_in_letter(door, "reset"), new_password=BETTER, address=OFFICE, now=door.now
        )


def test_asking_for_strangers_or_too_often_sends_nothing_and_says_the_same(door):
    assert sign_in.ask_reset(door.database, login="nobody", address=OFFICE, now=door.now) is None
    assert door.rows("select count(*) from core.outbox") == [(0,)]
    for _ in range(5):
        assert sign_in.ask_reset(door.database, login="owner", address="10.0.0.8", now=door.now) is None
    assert door.rows("select count(*) from core.outbox") == [(3,)]


def test_networks_of_a_role_keep_its_holders_out(clerk):
    clerk.books.call("access.network.save", role="clerk", networks=["10.0.0.0/8", "2001:db8::/32"])
    for address in ("10.200.3.4", "2001:db8::7", "::ffff:10.1.1.1"):
        assert clerk.sign_in("clerk", address=address).login == "clerk"
    entered = clerk.sign_in("clerk")
    for address in ("192.168.1.1", "2001:db9::1", "", "localhost"):
        with pytest.raises(refusals.AddressClosed):
            clerk.sign_in("clerk", address=address)
        with pytest.raises(refusals.AddressClosed):
            clerk.show(entered.token, address=address)
    assert clerk.sign_in(address="192.168.1.1").login == "owner"
    # A second role brings its own networks along.
    clerk.books.call("access.user.save", login="clerk", roles=["clerk", "analyst"])
    clerk.books.call("access.network.save", role="analyst", networks=["192.168.0.0/16"])
    assert clerk.sign_in("clerk", address="192.168.1.1").login == "clerk"


def test_a_wrong_password_from_outside_is_just_wrong(clerk):
    clerk.books.call("access.network.save", role="clerk", networks=["10.0.0.0/8"])
    with pytest.raises(refusals.SignInWrong):
        clerk.sign_in("clerk", password="Falsch-Falsch-1", address="192.168.1.1")


def test_suspending_ends_passes_at_once(clerk):
    entered = clerk.sign_in("clerk")
    token = clerk.books.as_user("clerk").call("access.token.issue", name="笔记本")["token"]
    assert clerk.show(entered.token) and clerk.show(token)
    clerk.books.call("access.user.suspend", login="clerk", reason="离职")
    for shown in (entered.token, token):
        with pytest.raises(refusals.PassStale):
            clerk.show(shown)
    with pytest.raises(refusals.SignInWrong):
        clerk.sign_in("clerk")


def test_a_hash_with_old_parameters_is_made_anew_at_the_next_entry(door):
    weaker = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    with door.database.write() as cursor:
        passwords.write(cursor, "owner", weaker, door.now, must_change=True)
    assert door.sign_in().must_change
    after = door.rows("select hash, must_change from core.credential where login = 'owner'")
    assert not passwords.outdated(after[0][0]) and after[0][1]
    assert door.sign_in().login == "owner"


def test_attempts_cannot_be_erased(door):
    door.sign_in()
    for statement in ("delete from core.sign_in_attempt", "update core.sign_in_attempt set outcome = 'wrong'"):
        with pytest.raises(Exception, match="append-only"), door.database.write() as cursor:
            cursor.execute(statement)


def test_no_secret_is_written_down(clerk):
    clerk.sign_in("clerk")
    hands = clerk.books.as_user("clerk")
    token = hands.call("access.token.issue", name="笔记本")["token"]
    hands.call("access.password.set", old_password=GOOD, new_password=BETTER)
    ticket = clerk.books.call("access.password.issue", login="clerk")["ticket"]
    sign_in.ask_reset(clerk.database, login="owner", address=OFFICE, now=clerk.now)
    letter = token_in_letter(clerk, "reset")
    sign_in.reset(clerk.database, token=letter, new_password=BETTER, address=OFFICE, now=clerk.now)
    tables = ("act", "pass", "sign_in_attempt", "change", "user_profile", "credential", "former_credential")
    written = "".join(str(clerk.rows(f"select * from core.{table}")) for table in tables)
    published = str(clerk.books.report("outbox").to_dicts()) + str(
        clerk.books.sql("select * from rpt.outbox").to_dicts()
    )
    for secret in (token, ticket, letter, GOOD, BETTER):
        assert secret not in written
        assert secret not in published
