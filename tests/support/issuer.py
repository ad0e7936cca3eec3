"""An identity provider for tests: real keys, real HTTP on a loopback port, tokens of any shape, and the code flow.

with Issuer() as issuer:
    environment = {"ISSUERS": issuer.environment()}
    headers = {"Authorization": f"Bearer {issuer.token('anna')}"}
"""

import base64
import hashlib
import json
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, Self
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
DISCOVERY_PATH: Final = "/.well-known/openid-configuration"
KEYS_PATH: Final = "/jwks"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, its `kid`, and the algorithm it signs with."""

    kid: str
    algorithm: str
    private: PrivateKey

    @classmethod
    def generate(cls, algorithm: str) -> Self:
        return cls(f"{algorithm.lower()}-{uuid.uuid4().hex[:8]}", algorithm, _generate(algorithm))

    def sign(self, claims: Mapping[str, Any], *, headers: Mapping[str, Any] | None = None) -> str:
        """Exactly these claims, however wrong; `headers` are added to `alg`, `kid` and `typ`."""
        given = {"kid": self.kid, **(headers or {})}
        return jwt.PyJWS().encode(json.dumps(claims).encode(), self.private, algorithm=self.algorithm, headers=given)

    def as_jwk(self) -> dict[str, Any]:
        """The public half."""
        return {**_public_jwk(self.private), "kid": self.kid, "alg": self.algorithm, "use": "sig"}


@dataclass(slots=True)
class Visitor:
    """Who signs in at the issuer when a browser comes there, and what the issuer says about them.

    `id_token` overrides claims of the ID token (None takes one away), `userinfo` is told at the userinfo endpoint only,
    `answer` overrides parameters of the answer to the authorization request.
    """

    subject: str = "somebody"
    claims: dict[str, Any] = field(default_factory=dict)
    id_token: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str | None] = field(default_factory=dict)


class Issuer:
    """Serves discovery, JWKS and the code flow from `start()` to `stop()`; counts `requests` by path.

    `is_down` makes it answer 503, `document` and `published` may be changed to make it answer otherwise than it should,
    `visitor` is who signs in. `delay` (seconds) holds every answer back.
    """

    def __init__(self, *, audience: str = "iccar", client_id: str = "gateway", name: str = "Test issuer") -> None:
        self.audience = audience
        self.client_id = client_id
        self.name = name
        self.is_down = False
        self.delay = 0.0
        self.visitor = Visitor()
        self.secret: str | None = None
        self.requests: Counter[str] = Counter()
        self._server = _Server(("127.0.0.1", 0), _Answers)
        self._server.issuer = self
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.document: dict[str, Any] = self._document()
        self.keys: dict[str, SigningKey] = {}
        self.published: list[dict[str, Any]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.rotate()

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def settings(self, **overrides: Any) -> dict[str, Any]:
        """One entry of the gateway's ISSUERS."""
        known = {
            "issuer": self.url,
            "audiences": [self.audience],
            "algorithms": list(ALGORITHMS),
            "client_id": self.client_id,
            "name": self.name,
        }
        return {**known, **overrides}

    def environment(self, *others: "Issuer") -> str:
        """The value of ISSUERS that names this issuer and `others`."""
        return json.dumps([issuer.settings() for issuer in (self, *others)])

    def rotate(self, *, keep: bool = False) -> None:
        """New keys; the old ones are published no longer unless `keep`."""
        self.keys = {algorithm: SigningKey.generate(algorithm) for algorithm in ALGORITHMS}
        fresh = [key.as_jwk() for key in self.keys.values()]
        self.published = [*fresh, *(self.published if keep else [])]

    def token(
        self,
        subject: str = "somebody",
        *,
        name: str | None = None,
        email: str | None = None,
        expires_in: float = 300,
        algorithm: str = "RS256",
        headers: Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> str:
        """A signed token. `email` counts as verified; an override that is None takes a claim away.

        `expires_in` in seconds, below zero for a token that has expired.
        """
        claims = self.claims(subject, name=name, email=email, expires_in=expires_in, **overrides)
        return self.sign(claims, algorithm=algorithm, headers=headers)

    def claims(
        self,
        subject: str = "somebody",
        *,
        name: str | None = None,
        email: str | None = None,
        expires_in: float = 300,
        **overrides: Any,
    ) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "sub": subject,
            "iat": now,
            "exp": now + int(expires_in),
            "name": name,
            "email": email,
            "email_verified": True if email else None,
            **overrides,
        }
        return {claim: value for claim, value in claims.items() if value is not None}

    def sign(
        self, claims: Mapping[str, Any], *, algorithm: str = "RS256", headers: Mapping[str, Any] | None = None
    ) -> str:
        """Exactly these claims, signed; `headers` are added to `alg`, `kid` and `typ`."""
        return self.keys[algorithm].sign(claims, headers=headers)

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/end-session",
            "jwks_uri": f"{self.url}{KEYS_PATH}",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": list(ALGORITHMS),
            "code_challenge_methods_supported": ["S256"],
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    issuer: Issuer


class _Answers(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        issuer, path = self._arrive()
        if issuer.is_down:
            self._answer(503, {"error": "temporarily_unavailable"})
        elif path == DISCOVERY_PATH:
            self._answer(200, issuer.document)
        elif path == KEYS_PATH:
            self._answer(200, {"keys": issuer.published})
        elif path == "/authorize":
            self._authorize(dict(parse_qsl(urlsplit(self.path).query)))
        elif path == "/userinfo":
            visitor = issuer.visitor
            self._answer(200, {"sub": visitor.subject, **visitor.userinfo})
        else:
            self._answer(404, {"error": "not_found"})

    def do_POST(self) -> None:
        issuer, path = self._arrive()
        form = {name: values[0] for name, values in parse_qs(self._body().decode()).items()}
        if issuer.is_down:
            self._answer(503, {"error": "temporarily_unavailable"})
        elif path == "/token":
            self._redeem(form)
        else:
            self._answer(404, {"error": "not_found"})

    def _arrive(self) -> tuple[Issuer, str]:
        issuer = self.server.issuer
        path = urlsplit(self.path).path
        issuer.requests[path] += 1
        time.sleep(issuer.delay)
        return issuer, path

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _authorize(self, request: dict[str, str]) -> None:
        """Whoever comes is signed in at once."""
        issuer = self.server.issuer
        code = uuid.uuid4().hex
        issuer.codes[code] = request
        answer = {"code": code, "state": request["state"], **issuer.visitor.answer}
        given = urlencode({name: value for name, value in answer.items() if value is not None})
        self.send_response(302)
        self.send_header("location", f"{request['redirect_uri']}?{given}")
        self.send_header("content-length", "0")
        self.end_headers()

    def _redeem(self, form: dict[str, str]) -> None:
        issuer = self.server.issuer
        request = issuer.codes.pop(form.get("code", ""), None)
        if request is None or not self._is_client(form) or not _proves(form, request):
            self._answer(400, {"error": "invalid_grant"})
            return
        visitor = issuer.visitor
        told = {"aud": issuer.client_id, "nonce": request["nonce"], **visitor.claims, **visitor.id_token}
        tokens = {"id_token": issuer.token(visitor.subject, **told), "access_token": issuer.token(visitor.subject)}
        self._answer(200, {"token_type": "Bearer", "expires_in": 300, **tokens})

    def _is_client(self, form: dict[str, str]) -> bool:
        issuer = self.server.issuer
        if issuer.secret is None:
            return form.get("client_id") == issuer.client_id
        expected = base64.b64encode(f"{issuer.client_id}:{issuer.secret}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret")) == (issuer.client_id, issuer.secret)
        return posted or self.headers.get("authorization") == f"Basic {expected}"

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted, not printed."""


def _proves(form: dict[str, str], request: dict[str, str]) -> bool:
    """RFC 7636, section 4.6, and that the code goes back where it was sent."""
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same_place = form.get("redirect_uri") == request["redirect_uri"]
    return same_place and (request["code_challenge"], request["code_challenge_method"]) == (challenge, "S256")


def _generate(algorithm: str) -> PrivateKey:
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate()


def _public_jwk(private: PrivateKey) -> dict[str, Any]:
    if isinstance(private, rsa.RSAPrivateKey):
        return RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
