"""The certified provider as a process; its packages are installed into `.run/conformance-oidc` on first use."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from deploy.local import ports
from deploy.node import RUN_DIRECTORY, Node, find_node, install_packages
from gateway.auth.oidc.flow import Attempt
from tests.integration.gateway.browser import query_of

SOURCES: Final = Path(__file__).resolve().parent
WORKSHOP: Final = RUN_DIRECTORY / "conformance-oidc"
NAME: Final = "Certified provider"
CLIENT_ID: Final = "website"


@dataclass(frozen=True)
class Provider:
    """`oidc-provider` on a port of this machine. Everybody can sign in, with any name."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, **overrides: Any) -> dict[str, Any]:
        """Its entry in the gateway's ISSUERS."""
        entry = {"issuer": self.url, "name": NAME, "audiences": ["iccar"], "client_id": "gateway"}
        return {**entry, **overrides}

    def rotate(self) -> None:
        """New keys, at once; the old ones are gone."""
        httpx.post(f"{self.url}/test/rotate").raise_for_status()

    def published_keys(self) -> list[dict[str, Any]]:
        keys: list[dict[str, Any]] = httpx.get(f"{self.url}/jwks").json()["keys"]
        return keys

    def tokens(self, subject: str, *, resource: str) -> Mapping[str, Any]:
        """What a website gets for somebody who signs in there: the forms filled in, the code redeemed."""
        attempt, back = Attempt.start(self.url, "/"), f"{self.url}/test/back"
        with httpx.Client(base_url=self.url, follow_redirects=True) as client:
            asked = _authorization_request(attempt, back, resource)
            page = _submit(client, client.get("/auth", params=asked), login=subject, password="any")
            arrived = str(_submit(client, page).url)
            assert arrived.startswith(f"{back}?"), arrived
            form = {
                "grant_type": "authorization_code",
                "client_id": CLIENT_ID,
                "code": query_of(arrived)["code"],
                "redirect_uri": back,
                "code_verifier": attempt.verifier,
                "resource": resource,
            }
            tokens: dict[str, Any] = client.post("/token", data=form).raise_for_status().json()
        return tokens

    def access_token(self, subject: str, *, resource: str = "urn:iccar") -> str:
        """Its audience is what stands behind the colon."""
        return str(self.tokens(subject, resource=resource)["access_token"])


@contextmanager
def workshop() -> Iterator[tuple[Node, Path]]:
    """Node.js, and a folder with the scripts in which it finds its packages. Raises deploy.node.NodeError."""
    node = find_node()
    install_packages(node, source=SOURCES, into=WORKSHOP)
    with tempfile.TemporaryDirectory(dir=WORKSHOP) as folder:
        for script in SOURCES.glob("*.mjs"):
            shutil.copy(script, folder)
        yield node, Path(folder)


@contextmanager
def running(provider: Provider, *, gateway: str = "http://127.0.0.1:8000") -> Iterator[Provider]:
    """The provider, which knows the gateway at `gateway`, until the end of the block."""
    with workshop() as (node, folder):
        arguments = f'{{"port": {provider.port}, "gateway": "{gateway}"}}'
        process = subprocess.Popen(
            [str(node.executable), "provider.mjs", arguments],
            cwd=folder,
            env=dict(node.environment()),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            assert any(line.strip() == "ready" for line in process.stdout), "the provider did not start"
            yield provider
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def somewhere() -> Provider:
    """A provider that does not run yet, on a free port."""
    return Provider(ports.free(1)[0])


def _authorization_request(attempt: Attempt, back: str, resource: str) -> dict[str, str]:
    return {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
        "resource": resource,
    }


def _submit(client: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    """Send the form of a page, with its hidden fields."""
    [action] = re.findall(r'<form[^>]* action="([^"]+)"', page.text)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return client.post(urljoin(str(page.url), unescape(action)), data={**hidden, **fields})
