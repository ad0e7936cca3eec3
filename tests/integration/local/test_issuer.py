"""The issuer of `make run`: sample people sign in at the gateway, and its tokens outlive a restart."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from deploy.local.issuer.people import read_people
from deploy.local.issuer.tokens import gateway_settings
from gateway.auth.oidc import Issuers
from gateway.auth.oidc.flow import Attempt
from gateway.issuers import issuers_from
from services.chassis.kernel.config import Environment
from tests.integration.gateway.browser import HERE, Browser, KeptSessions, browsing, query_of
from tests.support.processes import Process, ServiceEnvironment, running

from .commands import environment, finished


@dataclass(frozen=True)
class DevelopmentIssuer:
    """The issuer as a process, with its data in `directory`."""

    process: Process
    directory: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.process.port}"

    def settings(self, **overrides: Any) -> dict[str, Any]:
        [entry] = json.loads(gateway_settings(self.url))
        return {**entry, **overrides}

    def command(self, *arguments: str) -> str:
        """What `python -m deploy.local …` prints."""
        done = finished(*arguments, environment=environment(self.directory, ISSUER_PORT=self.process.port))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentIssuer]:
    directory = tmp_path_factory.mktemp("issuer")
    settings = ServiceEnvironment(
        amqp_uri="", mongodb_uri="", database_prefix="", extra={"RUN_DIRECTORY": str(directory)}
    )
    process = Process(["-m", "deploy.local.issuer"], settings, port_setting="ISSUER_PORT")
    with running(process):
        yield DevelopmentIssuer(process, directory)


async def choose(browser: Browser, subject: str) -> str:
    """Leave for the issuer and click on a person; the way back."""
    leaving = await browser.get("/login")
    async with httpx.AsyncClient() as outside:
        page = await outside.get(leaving.headers["location"])
        links = {query_of(link)["person"]: link for link in map(unescape, re.findall(r'href="([^"]+)"', page.text))}
        assert set(links) == set(read_people())
        return (await outside.get(links[subject])).headers["location"].removeprefix(HERE)


async def test_everybody_can_be_chosen_and_is_signed_in(issuer: DevelopmentIssuer) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        for subject in ("focal-point-graz", "somebody"):
            assert (await browser.get(await choose(browser, subject))).status_code == 303
            browser.cookies.clear()
    signed_in = [(each.subject, each.name, each.email) for each in sessions.open_ones.values()]
    assert signed_in == [
        ("focal-point-graz", "Greta Graz (sample)", "focal-point-graz@people.example"),
        ("somebody", "Sam Somebody (sample)", "somebody@people.example"),
    ]
    assert all(each.session_id for each in sessions.open_ones.values())


async def verified(issuer: DevelopmentIssuer, token: str) -> tuple[str, str | None]:
    issuers = Issuers(issuers_from(Environment({"ISSUERS": gateway_settings(issuer.url)})))
    try:
        identity = await issuers.verify(token)
    finally:
        await issuers.close()
    assert identity.issuer == issuer.url
    return identity.subject, identity.name


async def test_the_printed_token_is_good_before_and_after_a_restart(issuer: DevelopmentIssuer) -> None:
    token = issuer.command("token", "--as", "focal-point-graz")
    assert await verified(issuer, token) == ("focal-point-graz", "Greta Graz (sample)")
    issuer.process.terminate()
    issuer.process.restart().wait_until_ready()
    assert await verified(issuer, token) == ("focal-point-graz", "Greta Graz (sample)")
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    assert (issuer.directory / "issuer" / "key.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        (("--as", ""), {}, "AS is not set: choose one of the sample people, AS=network-administrator or AS="),
        (("--as", "nobody"), {}, "nobody is none of them: choose one of the sample people, AS="),
        (("--as", "somebody"), {"ISSUERS": "[]"}, "ISSUERS or ISSUERS_FILE is set, so tokens come from those issuers"),
    ],
)
def test_a_token_that_cannot_be_printed(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], sentence: str
) -> None:
    done = finished("token", *arguments, environment=environment(tmp_path, **variables))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {sentence}")


async def test_signing_out_comes_back(issuer: DevelopmentIssuer) -> None:
    async with browsing(issuer) as browser:
        await browser.get(await choose(browser, "somebody"))
        answer = await browser.post("/logout", sec_fetch_site="same-origin")
        async with httpx.AsyncClient() as outside:
            back = await outside.get(answer.json()["redirect"])
    assert back.headers["location"] == f"{HERE}/login/signed-out"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "another"}, "invalid_grant"),
        ({"code": "another"}, "invalid_grant"),
        ({"redirect_uri": f"{HERE}/another"}, "invalid_grant"),
        ({"client_id": "another"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_needs_all_that_belongs_to_it(issuer: DevelopmentIssuer, change: dict[str, str], error: str) -> None:
    attempt = Attempt.start(issuer.url, "/graphql")
    with httpx.Client(base_url=issuer.url) as client:

        def right() -> dict[str, str]:
            answer = client.get("/authorize", params=_authorization(code_challenge=attempt.challenge))
            return {
                "grant_type": "authorization_code",
                "code": query_of(answer.headers["location"])["code"],
                "redirect_uri": f"{HERE}/login/callback",
                "client_id": "gateway",
                "code_verifier": attempt.verifier,
            }

        refused = client.post("/token", data={**right(), **change})
        form = right()
        accepted, again = client.post("/token", data=form), client.post("/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert (accepted.status_code, again.status_code) == (200, 400)
    assert jwt.decode(accepted.json()["id_token"], options={"verify_signature": False})["nonce"] == "n"


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"response_type": "token"},
        {"redirect_uri": "https://evil.example/login/callback"},
        {"redirect_uri": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"scope": "email"},
    ],
    ids=repr,
)
def test_a_wrong_request_is_not_sent_anywhere(issuer: DevelopmentIssuer, change: dict[str, str]) -> None:
    response = httpx.get(f"{issuer.url}/authorize", params={**_authorization(), **change})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def _authorization(code_challenge: str = "challenge") -> dict[str, str]:
    return {
        "client_id": "gateway",
        "response_type": "code",
        "redirect_uri": f"{HERE}/login/callback",
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": code_challenge,
        "code_challenge_method": "S256",
        "person": "somebody",
    }
