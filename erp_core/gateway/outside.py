"""The way to an OpenID provider and back: a state, a nonce and a code verifier of our own, and a proof that is checked.

The secret of this program at the provider is read from ERP_OIDC_SECRET and kept nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from erp_core.access import settings
from erp_core.access.oidc import enter_by_claim
from erp_core.foundation.session import business_today
from erp_core.gateway import visitors
from erp_core.gateway.host import Asked, Route
from erp_core.gateway.refusals import BodyUnreadable, ProviderAway, ProviderUnproved
from erp_core.operations import clock

MINUTES = 10
WAITING_MOST = 1000
# Signatures by a key pair only: with a shared secret, or none, whoever knows our name could sign.
SIGNATURES = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Errand:
    """One visitor on the way to a provider."""

    issuer: str
    nonce: str
    verifier: str
    back: str
    until: datetime


@dataclass
class Errands:
    """Who is on the way, by state; each may come back once, within ten minutes."""

    waiting: dict[str, Errand] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, issuer: str, back: str, now: datetime) -> tuple[str, Errand]:
        """Send somebody off: (state, errand)."""
        errand = Errand(issuer, secrets.token_urlsafe(24), secrets.token_urlsafe(48), back, _after(now))
        state = secrets.token_urlsafe(24)
        with self.lock:
            self.waiting = {key: one for key, one in self.waiting.items() if one.until > now}
            if len(self.waiting) >= WAITING_MOST:
                self.waiting.pop(next(iter(self.waiting)))
            self.waiting[state] = errand
        return state, errand

    def end(self, state: str, now: datetime) -> Errand:
        """Take somebody back; refuses ProviderUnproved when nobody was sent off so, or too long ago."""
        with self.lock:
            errand = self.waiting.pop(state, None)
        if errand is None or errand.until <= now:
            raise ProviderUnproved(issuer="?", problem="state")
        return errand


ERRANDS = Errands()


def offered(asked: Asked) -> dict[str, Any]:
    """Name the providers by which one may enter: providers, a list of issuers; empty when none is set up."""
    return {"providers": list(_setup(asked)[0])}


def begin(asked: Asked) -> dict[str, Any]:
    """Send a visitor to a provider: issuer, back (our address the provider returns to) -> address, state."""
    issuer, back = _text(asked, "issuer"), _text(asked, "back")
    issuers, client = _setup(asked)
    if issuer not in issuers or urlsplit(back).scheme not in ("http", "https"):
        raise ProviderAway(issuer=issuer)
    found = discovered(issuer)
    state, errand = ERRANDS.begin(issuer, back, clock.instant())
    digest = base64.urlsafe_b64encode(hashlib.sha256(errand.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": back,
        "scope": "openid email profile",
        "state": state,
        "nonce": errand.nonce,
        "code_challenge": digest,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in found["authorization_endpoint"] else "?"
    return {"address": found["authorization_endpoint"] + joint + urlencode(query), "state": state}


def finish(asked: Asked) -> dict[str, Any]:
    """Let in who comes back from a provider: state, code -> the pass, as after signing in."""
    state, code = _text(asked, "state"), _text(asked, "code")
    errand = ERRANDS.end(state, clock.instant())
    claims = proved(errand, code, _setup(asked)[1])
    # An address the provider has not seen proof of could be anybody's.
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    entered = enter_by_claim(
        asked.desk.database,
        issuer=errand.issuer,
        subject=str(claims["sub"]),
        email=email,
        address=visitors.address_of(asked.request),
        client=visitors.client_of(asked.request),
        now=clock.instant(),
    )
    return {"token": entered.token, "login": entered.login, "must_change": entered.must_change}


def proved(errand: Errand, code: str, client: str) -> dict[str, Any]:
    """Exchange a code for the claims of its proof; refuses ProviderUnproved (signature, audience, nonce, age)."""
    found = discovered(errand.issuer)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": errand.back,
        "client_id": client,
        "code_verifier": errand.verifier,
    }
    secret = os.environ.get("ERP_OIDC_SECRET", "")
    form |= {"client_secret": secret} if secret else {}
    answer = _fetch(errand.issuer, found["token_endpoint"], form)
    keys = _fetch(errand.issuer, found["jwks_uri"])
    rules = jwt.JWTClaimsRegistry(
        now=lambda: int(clock.instant().replace(tzinfo=UTC).timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": errand.issuer},
        aud={"essential": True, "value": client},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": errand.nonce},
    )
    try:
        token = jwt.decode(str(answer.get("id_token", "")), KeySet.import_key_set(keys), algorithms=SIGNATURES)
        rules.validate(token.claims)
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        raise ProviderUnproved(issuer=errand.issuer, problem=type(problem).__name__) from problem
    return dict(token.claims)


def discovered(issuer: str) -> dict[str, str]:
    """The addresses of a provider; refuses ProviderAway when it does not answer or claims to be another."""
    found = _fetch(issuer, issuer.rstrip("/") + "/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != issuer or not all(_safe(str(found.get(name, ""))) for name in names):
        raise ProviderAway(issuer=issuer)
    return found


def _fetch(issuer: str, address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    if not _safe(address):
        raise ProviderAway(issuer=issuer)
    try:
        with httpx.Client(timeout=10, trust_env=False) as line:
            answer = line.post(address, data=form) if form else line.get(address)
        found = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as problem:
        raise ProviderAway(issuer=issuer) from problem
    if not isinstance(found, dict):
        raise ProviderAway(issuer=issuer)
    return found


def _safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _setup(asked: Asked) -> tuple[tuple[str, ...], str]:
    with asked.desk.database.read() as cursor:
        held = settings.read(cursor, business_today())
    client = held.values["access.oidc_client"]
    return (held.issuers if client else ()), client


def _after(now: datetime) -> datetime:
    return now + timedelta(minutes=MINUTES)


def _text(asked: Asked, name: str) -> str:
    value = asked.fields().get(name, "")
    if not isinstance(value, str) or not 0 < len(value) <= 4000:
        raise BodyUnreadable(problem=f"{name} has to be a text of 1 to 4000 characters")
    return value


ROUTES = (
    Route("GET", "/outside", offered, "door", "all"),
    Route("POST", "/outside/begin", begin, "door", "all"),
    Route("POST", "/outside/finish", finish, "door", "all"),
)
