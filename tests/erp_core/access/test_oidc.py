"""People whom a provider vouches for enter as users of these books, or not at all."""

import pytest

from erp_core.access import refusals
from erp_core.access.oidc import enter_by_claim
from tests.erp_core.access.conftest import OFFICE

ISSUER = "https://id.example.com"


def come(door, subject="u1", email="zhang@example.com", issuer=ISSUER, address=OFFICE):
    return enter_by_claim(door.database, issuer=issuer, subject=subject, email=email, address=address, now=door.now)


@pytest.fixture
def trusting(door):
    door.books.call(
        "company.parameter.set",
        parameter="access.oidc_issuers",
        value=f"{ISSUER}, https://b",
        valid_from="2026-01-01",
        reason="x",
    )
    door.books.call("access.user.save", login="clerk", email="Zhang@example.com")
    return door


def test_nobody_is_trusted_until_somebody_says_so(door):
    with pytest.raises(refusals.IssuerUntrusted):
        come(door)


def test_the_mail_on_file_matches_first_and_the_subject_from_then_on(trusting):
    entered = come(trusting)
    assert trusting.show(entered.token).login == "clerk"
    assert come(trusting, email="new@example.com").login == "clerk"
    with pytest.raises(refusals.IdentityUnknown):
        come(trusting, subject="u2", email="")


def test_strangers_doubles_and_the_suspended_stay_out(trusting):
    with pytest.raises(refusals.IdentityUnknown):
        come(trusting, email="stranger@example.com")
    with pytest.raises(refusals.IssuerUntrusted):
        come(trusting, issuer="https://elsewhere")
    trusting.books.call("access.user.save", login="keeper", email="zhang@example.com")
    with pytest.raises(refusals.IdentityUnknown):
        come(trusting)
    trusting.books.call("access.identity.link", login="keeper", issuer=ISSUER, subject="u1")
    assert come(trusting).login == "keeper"
    with pytest.raises(refusals.IdentityTaken):
        trusting.books.call("access.identity.link", login="clerk", issuer=ISSUER, subject="u1")
    trusting.books.call("access.user.suspend", login="keeper", reason="x")
    with pytest.raises(refusals.SignInWrong):
        come(trusting)
    assert trusting.books.call("access.identity.unlink", login="keeper")["count"] == 1
    assert come(trusting).login == "clerk"


def test_networks_hold_for_them_too(trusting):
    trusting.books.call("access.network.save", role="clerk", networks=["10.0.0.0/8"])
    with pytest.raises(refusals.AddressClosed):
        come(trusting, address="8.8.8.8")
