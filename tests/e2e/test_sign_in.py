"""People sign in with a real browser at a certified provider that knows nothing of us, work, and sign out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo import MongoClient

from tests.conformance.oidc.chromium import Chromium, chromium
from tests.conformance.oidc.provider import NAME, Provider, running, somewhere
from tests.support import infrastructure as real
from tests.support import people
from tests.support.infrastructure import Infrastructure
from tests.support.platform import GATEWAY, Platform
from tests.support.processes import ServiceEnvironment, eventually, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PUT_ON_RECORD = 'mutation { registerCity(input: {name: "%s", country: "AT", legalType: CITY}) { errors { code } } }'
ASK = """
fetch("/graphql", {method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify({query: %s})})
  .then(async response => [response.status, await response.json()])
  .then(([status, {extensions, ...answer}]) => [status, answer])
"""
DONE: dict[str, Any] = {"data": {"registerCity": {"errors": []}}}


@dataclass(frozen=True)
class Place:
    """The platform, the provider that it trusts, and a browser."""

    platform: Platform
    provider: Provider
    browser: Chromium

    def sign_in(self, subject: str, *, where: str) -> None:
        """As a person does it: choose the provider, give a name and a password, agree, and be back at `where`."""
        browser = self.browser
        browser.become(subject)
        browser.goto(f"{self.platform.url}/login?return_to={where}")
        browser.follow(NAME)
        browser.fill("input[name=login]", subject)
        browser.fill("input[name=password]", "any")
        browser.press("Sign-in")
        browser.press("Continue")
        browser.arrive(f"{self.platform.url}{where}")

    def ask(self, query: str) -> tuple[int, dict[str, Any]]:
        """Status and answer of a request that a script of our page makes."""
        self.browser.goto(f"{self.platform.url}/graphql")
        status, answer = self.browser.run(ASK % json.dumps(query))
        return status, answer

    def may(self, subject: str, role: str) -> None:
        """The operator gives somebody a role."""
        somebody = ["--issuer", self.provider.url, "--subject", subject, "--name", subject]
        address = ["--email", f"{subject}@people.example"]
        run(["-m", "services.membership", "grant", "--role", role, *somebody, *address], self.platform.environment)


@pytest.fixture(scope="module")
def place(infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]]) -> Iterator[Place]:
    provider = somewhere()
    issuers = json.dumps([people.issuer().settings(), provider.settings()])
    with (
        chromium() as browser,
        real.vhost(infrastructure) as broker,
        real.databases(mongo) as prefix,
    ):
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=prefix
        )
        platform = Platform(environment, own_settings={GATEWAY: {"ISSUERS": issuers}})
        try:
            platform.wait_until_ready()
            with running(provider, gateway=platform.url):
                yield Place(platform, provider, browser)
        finally:
            platform.close()


def codes(answer: dict[str, Any]) -> list[str]:
    """Of a mutation that was refused, wherever its answer says so."""
    refused = ((answer.get("data") or {}).get("registerCity") or {}).get("errors", [])
    return [error["code"] for error in refused] + [error["extensions"]["code"] for error in answer.get("errors", [])]


def test_a_person_signs_in_works_and_signs_out(place: Place) -> None:
    browser, gateway = place.browser, place.platform.url
    browser.become("admin")
    assert codes(place.ask(PUT_ON_RECORD % "Bregenz")[1]) == ["UNAUTHENTICATED"]

    place.sign_in("admin", where="/login")
    assert "You are signed in." in browser.text
    cookie = browser.cookies(gateway)["session"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"], len(cookie["value"])) == (True, "Lax", "/", 43)
    assert "session" not in browser.run("document.cookie")
    assert "login" not in browser.cookies(f"{gateway}/login"), "the attempt is over"
    [session] = _sessions(place)
    assert cookie["value"] not in json.dumps(session, default=str), "only a hash is kept"

    assert codes(place.ask(PUT_ON_RECORD % "Bregenz")[1]) == ["FORBIDDEN"], "known, and without any right"
    place.may("admin", "network_administrator")
    eventually(lambda: place.ask(PUT_ON_RECORD % "Bregenz") == (200, DONE))

    browser.goto(f"{gateway}/login")
    browser.press("Sign out")
    browser.press("Yes, sign me out")
    browser.arrive(f"{gateway}/login/signed-out")
    assert "You are signed out." in browser.text
    assert "session" not in browser.cookies(gateway)
    assert _sessions(place) == []
    assert codes(place.ask(PUT_ON_RECORD % "Dornbirn")[1]) == ["UNAUTHENTICATED"]


def test_who_signs_out_at_the_provider_is_signed_out_here(place: Place) -> None:
    """Back-channel logout: the provider tells the gateway, which the browser never learns."""
    place.may("secretary", "network_administrator")
    place.sign_in("secretary", where="/login/signed-out")
    assert place.ask(PUT_ON_RECORD % "Feldkirch") == (200, DONE)

    browser = place.browser
    browser.goto(f"{place.provider.url}/session/end")
    browser.press("Yes, sign me out")

    def is_signed_out() -> bool:
        return codes(place.ask(PUT_ON_RECORD % "Hohenems")[1]) == ["UNAUTHENTICATED"]

    eventually(is_signed_out, seconds=10)
    assert "session" in browser.cookies(place.platform.url), "the cookie is there, and worth nothing"


def test_rotated_keys_sign_people_in(place: Place) -> None:
    place.provider.rotate()
    place.may("rotator", "network_administrator")
    place.sign_in("rotator", where="/login/signed-out")
    assert place.ask(PUT_ON_RECORD % "Lustenau") == (200, DONE)


def test_a_page_of_another_site_can_do_nothing_in_somebodys_name(place: Place) -> None:
    browser, gateway = place.browser, place.platform.url
    place.may("victim", "network_administrator")
    place.sign_in("victim", where="/login/signed-out")
    elsewhere = f"http://localhost:{place.provider.port}/test/back"
    asked = json.dumps({"query": PUT_ON_RECORD % "Rankweil"})
    for content_type in ("application/json", "text/plain"):
        browser.goto(elsewhere)
        headers = json.dumps({"content-type": content_type})
        browser.run(
            f"fetch('{gateway}/graphql', {{method: 'POST', mode: 'cors', credentials: 'include', headers: {headers},"
            f" body: {json.dumps(asked)}}}).catch(error => null)"
        )
    browser.goto(elsewhere)
    browser.run(f"document.body.innerHTML = '<form method=post action={gateway}/logout><button>Win</button></form>'")
    browser.press("Win")
    browser.arrive(f"{gateway}/logout")
    assert "must be asked for on a page of this site" in browser.text
    assert place.ask(PUT_ON_RECORD % "Rankweil") == (200, DONE), "it was not entered before, and nobody is signed out"


def _sessions(place: Place) -> list[dict[str, Any]]:
    environment = place.platform.environment
    with MongoClient[dict[str, Any]](environment.mongodb_uri) as client:
        return list(client[f"{environment.database_prefix}membership"]["sessions"].find())
