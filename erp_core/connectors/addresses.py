"""Asking other hosts: only those that may be asked, at the very address that was looked at, within time and size."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import os
import socket
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from erp_core.connectors.places import Limits
from erp_core.connectors.refusals import AddressForbidden, FileTooLarge, OtherSideFailed, SecretMissing

SECONDS = httpx.Timeout(20, connect=5)
# Where clouds hand out the keys of a machine; nobody needs to allow these.
METADATA = tuple(ipaddress.ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200"))
_OK = range(200, 300)


def secret(variable: str) -> str:
    """The secret that an environment variable holds; an empty name means none is needed."""
    if not variable:
        return ""
    value = os.environ.get(variable, "")
    if not value:
        raise SecretMissing(variable=variable)
    return value


def fetch(url: str, limit: Limits, *, parameters: dict[str, str], token: str) -> Any:
    """The JSON at an address; numbers keep every digit (as text of the answer, never as binary fractions)."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = _ask("GET", url, limit, headers=headers, params=parameters)
    try:
        return json.loads(body, parse_float=str)
    except ValueError as problem:
        raise OtherSideFailed(host=urlsplit(url).hostname, problem=f"no JSON: {problem}") from problem


def tell(url: str, limit: Limits, message: dict[str, Any], *, key: str, token: str, stamp: str) -> None:
    """POST a message; with a secret it is signed: HMAC-SHA256 over time and body, so that it is ours and of now."""
    body = json.dumps(message, ensure_ascii=False, default=str).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key, "X-ERP-Timestamp": stamp}
    if token:
        headers["X-ERP-Signature"] = "sha256=" + signature(token, stamp, body)
    _ask("POST", url, limit, headers=headers, content=body)


def signature(token: str, stamp: str, body: bytes) -> str:
    """What the other side works out too, to know that a message is ours."""
    return hmac.new(token.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def checked(url: str, limit: Limits) -> str:
    """The address of the host that may be asked; refuses our own network unless it is allowed, and metadata always."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = {ipaddress.ip_address(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, ValueError) as problem:
        raise OtherSideFailed(host=host, problem=f"not found: {problem}") from problem
    for address in sorted(found, key=str):
        inner = getattr(address, "ipv4_mapped", None) or address
        if inner in METADATA or inner.is_link_local or inner.is_multicast or inner.is_unspecified:
            raise AddressForbidden(host=host, address=str(address), problem="link-local or metadata")
        if not inner.is_global and not _allowed(host, port, inner, limit.allowed_hosts):
            raise AddressForbidden(host=host, address=str(address), problem="not in connectors.allowed_hosts")
    return str(min(found, key=lambda address: (address.version, str(address))))


def _allowed(host: str, port: int, address: Any, allowed: tuple[str, ...]) -> bool:
    for one in allowed:
        if one in (host, f"{host}:{port}"):
            return True
        try:
            if address in ipaddress.ip_network(one, strict=False):
                return True
        except ValueError:
            continue
    return False


def _ask(method: str, url: str, limit: Limits, *, headers: dict[str, str], **more: Any) -> bytes:
    """Ask the very address that was looked at (a name may change its mind), without proxies and without redirects."""
    parts = urlsplit(url)
    address = checked(url, limit)
    netloc = f"[{address}]" if ":" in address else address
    pinned = urlunsplit(parts._replace(netloc=f"{netloc}:{parts.port}" if parts.port else netloc))
    host = parts.hostname or ""
    headers = headers | {"Host": f"{host}:{parts.port}" if parts.port else host}
    try:
        with (
            httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as line,
            line.stream(method, pinned, headers=headers, extensions={"sni_hostname": host}, **more) as answer,
        ):
            if answer.status_code not in _OK:
                raise OtherSideFailed(host=host, problem=f"HTTP {answer.status_code}")
            return _within(answer, limit, host)
    except httpx.HTTPError as problem:
        raise OtherSideFailed(host=host, problem=f"{type(problem).__name__}: {problem}") from problem


def _within(answer: httpx.Response, limit: Limits, host: str) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > limit.max_bytes:
            raise FileTooLarge(file=host, limit=limit.max_mb)
    return bytes(body)
