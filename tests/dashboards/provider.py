"""A provider of identities on this machine: it signs what it is told to, with a key of its own."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """What the provider says of whoever asks; tests bend it."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
        self.signing = self.key
        self.address = ""
        self.claims: dict = {}
        self.header = {"alg": "RS256", "kid": "k"}
        self.asked: list[dict] = []

    def proof(self) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": "books", "sub": "zhang", "iat": now, "exp": now + 300, **self.claims}
        return jwt.encode(self.header, {k: v for k, v in claims.items() if v is not None}, self.signing)

    def answer(self, path: str, form: dict) -> dict:
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            return {"issuer": self.address, **{name: self.address + end for name, end in ends.items()}}
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        self.asked.append(form)
        return {"id_token": self.proof(), "token_type": "Bearer", "access_token": "x"}


@contextmanager
def providing() -> Iterator[Provider]:
    """The provider while it listens."""
    provider = Provider()

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self):
            self.reply({})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, form):
            body = json.dumps(provider.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()
