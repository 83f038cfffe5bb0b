"""The routes of those who are not yet inside: sign in, enter by ticket, ask for an account, choose a new password."""

from __future__ import annotations

from typing import Any

from erp_core.access import settings, sign_in
from erp_core.access.sign_in import Entered
from erp_core.foundation.session import business_today
from erp_core.gateway import visitors
from erp_core.gateway.host import Asked, Route
from erp_core.gateway.refusals import BodyUnreadable, DemoClosed
from erp_core.operations import clock

TEXT_MOST = 1000


def enter_with_password(asked: Asked) -> dict[str, Any]:
    """Sign in: login, password."""
    login, password = _texts(asked, "login", "password")
    return _entered(sign_in.sign_in(asked.desk.database, login=login, password=password, **_from(asked)))


def enter_with_ticket(asked: Asked) -> dict[str, Any]:
    """Enter with a one-use ticket: ticket."""
    (ticket,) = _texts(asked, "ticket")
    return _entered(sign_in.enter(asked.desk.database, ticket=ticket, **_from(asked)))


def enter_demo(asked: Asked) -> dict[str, Any]:
    """Enter the books of the demo as any of its users, on this machine only: login."""
    (login,) = _texts(asked, "login")
    with asked.desk.database.read() as cursor:
        opened = settings.read(cursor, business_today()).values["access.open_door"]
    if opened != "demo" or visitors.address_of(asked.request) not in visitors.LOCAL:
        raise DemoClosed
    return _entered(sign_in.let_in(asked.desk.database, login=login, reason="demo", **_from(asked)))


def leave(asked: Asked) -> dict[str, Any]:
    """Sign out; the token is worth nothing afterwards."""
    if asked.caller.token:
        sign_in.leave(asked.desk.database, asked.caller.token, now=clock.instant())
    return {"left": asked.caller.login}


def apply_for_account(asked: Asked) -> dict[str, Any]:
    """Ask for an account: login, name, contact; department and wanted_role if one likes."""
    login, name, contact = _texts(asked, "login", "name", "contact")
    department, role = _texts(asked, "department", "wanted_role", needed=False)
    number = sign_in.apply_for_account(
        asked.desk.database,
        login=login,
        name=name,
        contact=contact,
        department=department,
        wanted_role=role,
        address=visitors.address_of(asked.request),
        now=clock.instant(),
    )
    return {"request_id": number}


def ask_reset(asked: Asked) -> dict[str, Any]:
    """Have a link for a new password sent: login. The answer is the same for everybody."""
    (login,) = _texts(asked, "login")
    address = visitors.address_of(asked.request)
    sign_in.ask_reset(asked.desk.database, login=login, address=address, now=clock.instant())
    return {"asked": True}


def reset(asked: Asked) -> dict[str, Any]:
    """Choose a new password with the link's token: token, new_password."""
    token, password = _texts(asked, "token", "new_password")
    address = visitors.address_of(asked.request)
    login = sign_in.reset(asked.desk.database, token=token, new_password=password, address=address, now=clock.instant())
    return {"login": login}


def _from(asked: Asked) -> dict[str, Any]:
    request = asked.request
    return {
        "address": visitors.address_of(request),
        "client": visitors.client_of(request),
        "now": clock.instant(),
    }


def _entered(entered: Entered) -> dict[str, Any]:
    return {
        "token": entered.token,
        "login": entered.login,
        "pass_id": entered.pass_id,
        "must_change": entered.must_change,
        "last_entered_at": entered.last_entered_at,
        "last_address": entered.last_address,
    }


def _texts(asked: Asked, *names: str, needed: bool = True) -> list[str]:
    given = asked.fields()
    found = [given.get(name, "") for name in names]
    for name, value in zip(names, found, strict=True):
        if not isinstance(value, str) or len(value) > TEXT_MOST or (needed and not value):
            raise BodyUnreadable(problem=f"{name} has to be a text of 1 to {TEXT_MOST} characters")
    return found


ROUTES = (
    Route("POST", "/sign-in", enter_with_password, "door", "all"),
    Route("POST", "/enter", enter_with_ticket, "door", "all"),
    Route("POST", "/enter-demo", enter_demo, "door", "all"),
    Route("POST", "/sign-out", leave, "door", "user"),
    Route("POST", "/sign-up", apply_for_account, "door", "all"),
    Route("POST", "/reset/ask", ask_reset, "door", "all"),
    Route("POST", "/reset", reset, "door", "all"),
)
