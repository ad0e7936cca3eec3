"""A city's website: registered, let in by its token, changed over to a new one without a gap, and turned away."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from tests.support import story
from tests.support.platform import Platform
from tests.support.processes import eventually

APPLICATIONS: Final = """{ coalition(key: "eccar") { applications { edges { node {
  id name apiScopes lastUsedAt tokens { id revokedAt } } } } } }"""
ISSUED: Final = "issuedToken { token notice application { id tokens { id } } }"
CITY: Final = "mutation($input: RegisterCityInput!) { registerCity(input: $input) { city { id } errors { code } } }"
HELD_SECONDS: Final = 2.0
"""Within so many seconds a revocation holds everywhere."""


@pytest.fixture(scope="module", autouse=True)
def coalitions(platform: Platform) -> None:
    story.coalition(platform, "eccar")
    story.coalition(platform, "lac")


def registering(**values: Any) -> dict[str, Any]:
    return {
        "coalition": "eccar",
        "name": "Website",
        "purpose": "A test",
        "role": "SECRETARIAT",
        "apiScopes": ["CITIES_WRITE"],
        "expiresAt": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
        **values,
    }


def register(platform: Platform, **values: Any) -> dict[str, Any]:
    issued: dict[str, Any] = platform.done("registerApplication", ISSUED, **registering(**values))["issuedToken"]
    return issued


def post(platform: Platform, token: str, query: str, **variables: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.post(f"{platform.url}/graphql", json={"query": query, "variables": variables}, headers=headers)


def city(platform: Platform, token: str, name: str) -> Any:
    """What the machine that shows `token` is answered when it registers a city: its errors' codes, or the status."""
    response = post(platform, token, CITY, input={"name": name, "country": "AT", "legalType": "CITY"})
    if response.status_code != httpx.codes.OK:
        return response.status_code
    return [error["code"] for error in response.json()["data"]["registerCity"]["errors"]]


def test_a_machine_may_do_what_its_scopes_and_its_role_allow_and_no_more(platform: Platform) -> None:
    token = register(platform)["token"]
    assert city(platform, token, "Bregenz") == []
    of_lac = register(platform, coalition="lac", apiScopes=["MEMBERS_WRITE"])["token"]
    assert city(platform, of_lac, "Dornbirn") == ["FORBIDDEN"]
    applied: dict[str, Any] = {"cities": [story.city(platform, "Feldkirch")], "appliedOn": story.YESTERDAY.isoformat()}
    apply = "mutation($input: ApplyForMembershipInput!) { applyForMembership(input: $input) { errors { code } } }"
    for key, codes in (("eccar", ["FORBIDDEN"]), ("lac", [])):
        answer = post(platform, of_lac, apply, input={**applied, "coalition": key}).json()
        assert [error["code"] for error in answer["data"]["applyForMembership"]["errors"]] == codes
    # What is public needs no scope.
    assert post(platform, token, "{ coalitions { edges { node { key } } } }").json()["data"]["coalitions"]["edges"]


def test_administrators_see_what_is_used_and_machines_do_not(platform: Platform) -> None:
    issued = register(platform, name="Website in use")
    city(platform, issued["token"], "Hohenems")

    def used() -> dict[str, Any] | None:
        found = platform.ask(APPLICATIONS)["coalition"]["applications"]["edges"]
        mine: list[dict[str, Any]] = [edge["node"] for edge in found if edge["node"]["name"] == "Website in use"]
        return mine[0] if mine[0]["lastUsedAt"] else None

    shown = eventually(used)
    assert shown is not None
    assert datetime.now(UTC) - datetime.fromisoformat(shown["lastUsedAt"]) < timedelta(minutes=3)
    assert shown["apiScopes"] == ["CITIES_WRITE"]
    answer = post(platform, issued["token"], APPLICATIONS).json()
    assert answer["data"]["coalition"]["applications"] is None
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    for person, code in ((None, "UNAUTHENTICATED"), ("somebody", "FORBIDDEN")):
        node = platform.answer(
            "query($id: ID!) { node(id: $id) { id } }", person=person, id=issued["application"]["id"]
        )
        assert node["data"]["node"] is None
        assert node["errors"][0]["extensions"]["code"] == code


def test_tokens_are_changed_over_without_a_gap(platform: Platform) -> None:
    """A website keeps working while its token is replaced, and the old token stops when its time is over."""
    first = register(platform)
    application = first["application"]["id"]
    refusals: list[Any] = []
    token, done = [first["token"]], threading.Event()

    def website() -> None:
        while not done.is_set():
            refusals.append(city(platform, token[0], "Bludenz") not in ([], ["CITY_ALREADY_REGISTERED"]))

    running = threading.Thread(target=website)
    running.start()
    try:
        second = platform.done("rotateApplicationToken", ISSUED, applicationId=application)["issuedToken"]
        time.sleep(HELD_SECONDS)
        token[0] = second["token"]
        time.sleep(HELD_SECONDS)
        old = first["application"]["tokens"][0]["id"]
        platform.done("revokeApplicationToken", "application { id }", applicationId=application, tokenId=old)
        time.sleep(HELD_SECONDS)
    finally:
        done.set()
        running.join()
    assert len(refusals) > 10
    assert not any(refusals)
    assert city(platform, first["token"], "Bludenz") == httpx.codes.UNAUTHORIZED
    assert city(platform, second["token"], "Bludenz") == ["CITY_ALREADY_REGISTERED"]


def test_a_revoked_application_is_turned_away_while_it_works(platform: Platform) -> None:
    issued = register(platform)
    answers: list[tuple[float, Any]] = []
    done = threading.Event()

    def website() -> None:
        while not done.is_set():
            begun = time.monotonic()
            answers.append((begun, city(platform, issued["token"], "Lustenau")))

    running = threading.Thread(target=website)
    running.start()
    try:
        time.sleep(0.5)
        platform.done("revokeApplication", "application { revokedAt }", applicationId=issued["application"]["id"])
        revoked = time.monotonic()
        time.sleep(HELD_SECONDS + 0.5)
    finally:
        done.set()
        running.join()
    late = [answer for begun, answer in answers if begun > revoked + HELD_SECONDS]
    assert late
    assert set(late) == {httpx.codes.UNAUTHORIZED}
    assert any(isinstance(answer, list) for _, answer in answers)


def test_what_is_refused(platform: Platform) -> None:
    assert platform.refused("registerApplication", **registering(role="AUDITOR")) == ["SCOPE_NOT_COVERED"]
    past = registering(expiresAt="2020-01-01T00:00:00Z")
    assert platform.refused("registerApplication", **past) == ["EXPIRY_IN_PAST"]
    member = story.candidate(platform, story.city(platform, "Lustenau am Rhein"))
    foreign = registering(coalition="lac", role="FOCAL_POINT", memberId=member, apiScopes=["REPORTS_READ"])
    assert platform.refused("registerApplication", **foreign) == ["OTHER_COALITION"]
    assert platform.refused("registerApplication", person="somebody", **registering()) == ["FORBIDDEN"]
    assert platform.refused("registerApplication", person=None, **registering()) == ["UNAUTHENTICATED"]


def test_a_repeated_command_shows_no_token(platform: Platform) -> None:
    given = registering(idempotencyKey="register-the-website")
    first = platform.done("registerApplication", ISSUED, **given)["issuedToken"]
    again = platform.done("registerApplication", ISSUED, **given)["issuedToken"]
    assert first["token"].startswith("iccar_")
    assert (again["token"], again["application"]) == (None, first["application"])


def test_what_is_no_token_is_turned_away(platform: Platform) -> None:
    token = register(platform)["token"]
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "iccar_" + "A" * 49, token.upper()):
        response = post(platform, wrong, "{ __typename }")
        assert response.status_code == httpx.codes.UNAUTHORIZED
        assert response.headers["www-authenticate"].startswith("Bearer")
