"""Entering by an identity kept elsewhere: only with a proof, only in the browser that set out, only who is known here."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

import erp_core
from dashboards.gate import COOKIE
from erp_core.foundation.database import Database
from erp_core.gateway.serving import Host
from tests.dashboards.front_door import visiting
from tests.dashboards.provider import Provider, providing


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as one:
        yield one


@pytest.fixture(scope="module")
def host(tmp_path_factory, provider) -> Iterator[Host]:
    path = tmp_path_factory.mktemp("outside") / "books.duckdb"
    with erp_core.create(path, company="外来商行", start="2026-01") as books:
        for key, value in (("access.oidc_issuers", provider.address), ("access.oidc_client", "books")):
            books.call(
                "company.parameter.set", parameter=key, value=value, valid_from=date(2000, 1, 2), reason="one door"
            )
        books.call("access.identity.link", login="clerk", issuer=provider.address, subject="zhang")
    database = Database(path)
    with Host(path, database=database) as running:
        yield running
    database.close()


@pytest.fixture
def client(host, provider) -> Iterator[object]:
    provider.claims, provider.header, provider.signing = {}, {"alg": "RS256", "kid": "k"}, provider.key
    with visiting(host.address) as browser:
        yield browser


def set_out(client, provider, **query: str) -> dict[str, str]:
    gone = client.get("/auth/outside", params={"issuer": provider.address, **query})
    assert gone.status_code == 303, gone.text
    place = urlsplit(gone.headers["location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{provider.address}/authorize"
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    provider.claims.setdefault("nonce", asked["nonce"])
    return asked


def come_back(client, asked: dict[str, str], **changed: str):
    return client.get("/auth/outside/back", params={"state": asked["state"], "code": "c0de", **changed})


def test_the_sign_in_page_offers_the_provider(client, provider):
    shown = client.get("/sign-in")
    assert f"经由 {provider.address.partition('://')[2]} 登录" in shown.text


def test_who_is_vouched_for_enters_and_goes_where_he_wanted(client, provider):
    asked = set_out(client, provider, next="/sales?period=2026-01")
    back = come_back(client, asked)
    assert (back.status_code, back.headers["location"]) == (303, "/sales?period=2026-01")
    assert client.get("/sales").text == "<h1>inside /sales</h1>"
    sent = provider.asked[-1]
    proof = urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge"], asked["redirect_uri"]) == (proof, sent["redirect_uri"])


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"sub": None},
        {"sub": "nobody-here", "email": "clerk@example.com", "email_verified": False},
    ],
    ids=lambda bent: next(iter(bent)),
)
def test_a_proof_that_is_not_for_this_visit_opens_nothing(client, provider, bent):
    asked = set_out(client, provider)
    provider.claims |= bent
    back = come_back(client, asked)
    assert back.status_code == 401
    assert COOKIE not in client.cookies


def test_a_proof_signed_by_another_opens_nothing(client, provider):
    asked = set_out(client, provider)
    provider.signing = RSAKey.generate_key(2048, {"kid": "k"})
    assert come_back(client, asked).status_code == 401


def test_a_return_is_good_once_and_in_the_same_browser_only(client, provider, host):
    asked = set_out(client, provider)
    with visiting(host.address) as other:
        assert come_back(other, asked).status_code == 401
    assert come_back(client, asked, state="x" * 32).status_code == 401
    assert come_back(client, asked).status_code == 303
    client.cookies.delete(COOKIE)
    assert come_back(client, asked).status_code == 401


def test_an_unknown_provider_is_not_gone_to(client):
    shown = client.get("/auth/outside", params={"issuer": "http://evil.example"})
    assert shown.status_code == 401
    assert "http://evil.example" in shown.text
