"""Signing out: by the person, and by the issuer behind the browser's back."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.auth.oidc import Identity
from gateway.auth.oidc.logout import EVENT
from gateway.auth.sessions import MembershipSessions, NewSession
from tests.support.issuer import Issuer, Visitor

from .browser import HERE, HTML, OWN_PAGE, Browser, KeptSessions, browsing, query_of

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        running.visitor = Visitor("anna", claims={"sid": "s1"})
        yield running


async def sign_out(browser: Browser, **headers: str) -> httpx.Response:
    return await browser.post("/logout", **{**OWN_PAGE, **headers})


def onwards(page: httpx.Response) -> str:
    """Where a page goes by itself."""
    return page.text.partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")


async def test_a_person_signs_out_here_and_at_the_issuer(issuer: Issuer) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
        page = await sign_out(browser, **HTML)
        assert "session" not in browser.cookies
        assert "signed-in-at" not in browser.cookies
        landing = await browser.get("/login/signed-out")
    assert sessions.open_ones == {}
    assert page.status_code == 200
    url = onwards(page)
    assert url.startswith(f"{issuer.url}/end-session?")
    asked = query_of(url)
    assert asked.pop("id_token_hint").count(".") == 2
    assert asked == {"client_id": "gateway", "post_logout_redirect_uri": f"{HERE}/login/signed-out"}
    assert "You are signed out." in landing.text


async def test_a_script_is_told_where_to_go(issuer: Issuer) -> None:
    async with browsing(issuer) as browser:
        await browser.sign_in()
        answer = (await sign_out(browser, accept="application/json")).json()
        again = (await sign_out(browser, accept="*/*")).json()
    assert answer["redirect"].startswith(f"{issuer.url}/end-session?")
    assert again == {"redirect": None}


@pytest.mark.parametrize("spoiled", ["no such place", "away"])
async def test_a_person_is_signed_out_here_whatever_the_issuer_does(issuer: Issuer, spoiled: str) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
        del issuer.document["end_session_endpoint"]
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
        issuer.is_down = spoiled == "away"
        page = await sign_out(browser, **HTML)
    assert len(sessions.open_ones) == 1, "the first browser's"
    assert "You are signed out." in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
    ids=repr,
)
async def test_another_sites_page_cannot_sign_anybody_out(issuer: Issuer, headers: dict[str, str]) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
        response = await browser.post("/logout", **headers)
        assert "session" in browser.cookies
        assert (await browser.get("/logout")).status_code == 405
    assert response.status_code == 403
    assert len(sessions.open_ones) == 1


async def test_who_could_not_be_signed_out_is_told_so(issuer: Issuer) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
        sessions.is_away = True
        response = await sign_out(browser, **HTML)
        assert "session" in browser.cookies
    assert response.status_code == 503
    assert "You are still signed in" in response.text


async def signed_in(issuer: Issuer, sessions: KeptSessions, subject: str, session_id: str) -> None:
    issuer.visitor = Visitor(subject, claims={"sid": session_id})
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()


def logout_token(issuer: Issuer, **overrides: Any) -> str:
    """A logout token as the specification wants it, changed."""
    subject = overrides.pop("subject", "anna")
    right = {"aud": "gateway", "jti": "j1", "events": {EVENT: {}}, "headers": {"typ": "logout+jwt"}}
    return issuer.token(subject, **{**right, **overrides})


async def tell(browser: Browser, token: str) -> httpx.Response:
    return await browser.post("/backchannel-logout", {"logout_token": token})


def subjects(sessions: KeptSessions) -> list[tuple[str, str | None]]:
    return sorted((session.subject, session.session_id) for session in sessions.open_ones.values())


async def test_the_issuer_ends_one_session(issuer: Issuer) -> None:
    sessions = KeptSessions()
    for subject, session_id in (("anna", "s1"), ("anna", "s2"), ("berta", "s3")):
        await signed_in(issuer, sessions, subject, session_id)
    async with browsing(issuer, sessions=sessions) as outside:
        response = await tell(outside, logout_token(issuer, sid="s1"))
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["cache-control"] == "no-store"
    assert subjects(sessions) == [("anna", "s2"), ("berta", "s3")]


async def test_the_issuer_ends_all_sessions_of_a_person(issuer: Issuer) -> None:
    sessions = KeptSessions()
    with Issuer() as other:
        for each, subject, session_id in ((issuer, "anna", "s1"), (issuer, "anna", "s2"), (other, "anna", "s1")):
            await signed_in(each, sessions, subject, session_id)
        async with browsing(issuer, other, sessions=sessions) as outside:
            assert (await tell(outside, logout_token(issuer))).status_code == 200
        assert [session.issuer for session in sessions.open_ones.values()] == [other.url]


@pytest.mark.parametrize(
    "overrides",
    [
        {"events": None},
        {"events": {}},
        {"events": {EVENT: True}},
        {"events": [EVENT]},
        {"events": {"http://schemas.openid.net/event/another": {}}},
        {"nonce": "x"},
        {"jti": None},
        {"jti": ""},
        {"sub": None},
        {"sub": None, "sid": 7},
        {"aud": "iccar"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"expires_in": -60},
        {"exp": None},
        {"iat": None},
        {"headers": {"typ": "at+jwt"}},
        {"headers": {"kid": "unknown", "typ": "logout+jwt"}},
    ],
    ids=repr,
)
async def test_a_logout_token_that_is_none_ends_nothing(issuer: Issuer, overrides: dict[str, Any]) -> None:
    sessions = KeptSessions()
    await signed_in(issuer, sessions, "anna", "s1")
    async with browsing(issuer, sessions=sessions) as outside:
        response = await tell(outside, logout_token(issuer, **overrides))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert subjects(sessions) == [("anna", "s1")]


async def test_an_id_token_ends_nothing(issuer: Issuer) -> None:
    sessions = KeptSessions()
    await signed_in(issuer, sessions, "anna", "s1")
    async with browsing(issuer, sessions=sessions) as outside:
        response = await tell(outside, issuer.token("anna", aud="gateway", jti="j1", nonce="n"))
    assert response.status_code == 400
    assert subjects(sessions) == [("anna", "s1")]


async def test_a_logout_token_is_taken_once(issuer: Issuer) -> None:
    sessions = KeptSessions()
    token = logout_token(issuer)
    async with browsing(issuer, sessions=sessions) as outside:
        assert (await tell(outside, token)).status_code == 200
        await signed_in(issuer, sessions, "anna", "s2")
        assert (await tell(outside, token)).status_code == 400
        assert subjects(sessions) == [("anna", "s2")], "who signed in since stays"
        assert (await tell(outside, logout_token(issuer, jti="j2"))).status_code == 200
    assert sessions.open_ones == {}


async def test_a_logout_that_failed_may_be_told_again(issuer: Issuer) -> None:
    sessions = KeptSessions()
    await signed_in(issuer, sessions, "anna", "s1")
    token = logout_token(issuer)
    async with browsing(issuer, sessions=sessions) as outside:
        sessions.is_away = True
        assert (await tell(outside, token)).status_code == 503
        sessions.is_away = False
        assert (await tell(outside, token)).status_code == 200
    assert sessions.open_ones == {}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"logout_token=", FORM),
        (b"token=x", FORM),
        (b"logout_token=a&logout_token=b", FORM),
        (b"logout_token=" + b"x" * 10_000, FORM),
        (b"\xff\xfe", FORM),
        (b"logout_token=x", "application/json"),
        (b"logout_token=x", ""),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_what_is_no_logout_request(issuer: Issuer, body: bytes, content_type: str) -> None:
    async with browsing(issuer) as outside:
        headers = {"content-type": content_type}
        response = await outside._client.post("/backchannel-logout", content=body, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_what_the_membership_service_is_asked() -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = []

    async def call(service: str, method: str, arguments: dict[str, Any]) -> Any:
        asked.append((service, method, arguments))
        await asyncio.sleep(0)

    identity = Identity(
        issuer="https://login.example.org", subject="anna", name="Anna", email=None, expires_at=0.0, session_id="s1"
    )
    sessions = MembershipSessions(call)
    new = NewSession.of(identity, "secret", expires_at=1_800_000_000)
    await sessions.open(new)
    await sessions.close(new.hash)
    await sessions.close_all(issuer=identity.issuer, subject="anna")
    await sessions.close_all(issuer=identity.issuer, session_id="s1")
    opened = {
        "hash": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
        "issuer": "https://login.example.org",
        "subject": "anna",
        "name": "Anna",
        "email": None,
        "sid": "s1",
        "expires_at": "2027-01-15T08:00:00+00:00",
    }
    assert asked == [
        ("membership", "open_session", opened),
        ("membership", "close_session", {"hash": new.hash}),
        ("membership", "close_sessions", {"issuer": identity.issuer, "subject": "anna"}),
        ("membership", "close_sessions", {"issuer": identity.issuer, "sid": "s1"}),
    ]
