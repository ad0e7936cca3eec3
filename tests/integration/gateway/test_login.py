"""Signing in with a browser, and what goes wrong on the way."""

import asyncio
import hashlib
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from gateway.http.login.seal import Seal
from services.chassis.kernel.secret import hash_of
from tests.support.issuer import Issuer, Visitor

from .browser import HERE, SESSION_SECONDS, KeptSessions, browsing, query_of

GRAZ = Visitor("anna", claims={"name": "Anna Huber", "email": "anna@graz.example", "email_verified": True, "sid": "s1"})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        running.visitor = GRAZ
        yield running


def set_cookies(response: httpx.Response) -> dict[str, str]:
    """Name → what the browser is told about the cookie."""
    found = (cookie.partition("=") for cookie in response.headers.get_list("set-cookie"))
    return {name: rest.partition("; ")[2] for name, _, rest in found}


async def test_a_person_signs_in(issuer: Issuer) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        response = await browser.sign_in("/login?return_to=/graphql%3Fquery%3D%7Bx%7D")
        secret = browser.cookies["session"]
    assert (response.status_code, response.headers["location"]) == (303, "/graphql?query=%7Bx%7D")
    [session] = sessions.open_ones.values()
    assert session.hash == hash_of(secret) == hashlib.sha256(secret.encode()).hexdigest()
    assert (session.issuer, session.subject, session.session_id) == (issuer.url, "anna", "s1")
    assert (session.name, session.email) == ("Anna Huber", "anna@graz.example")
    assert abs(session.expires_at.timestamp() - time.time() - SESSION_SECONDS) < 60


async def test_the_request_to_the_issuer(issuer: Issuer) -> None:
    keys = [Fernet.generate_key().decode()]
    async with browsing(issuer, seal_keys=keys) as browser:
        response = await browser.get("/login")
        attempt = Seal(keys).open_attempt(browser.cookies["login"])
    assert attempt is not None
    challenge = urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    assert response.headers["location"].startswith(f"{issuer.url}/authorize?")
    assert query_of(response.headers["location"]) == {
        "response_type": "code",
        "client_id": "gateway",
        "redirect_uri": f"{HERE}/login/callback",
        "scope": "openid profile email",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert len({attempt.state, attempt.nonce, attempt.verifier}) == 3
    assert all(len(each) == 43 for each in (attempt.state, attempt.nonce, attempt.verifier))


async def test_cookies_on_this_machine(issuer: Issuer) -> None:
    async with browsing(issuer) as browser:
        leaving = await browser.get("/login")
        back = await browser.get(await browser.at_issuer(leaving))
    assert set_cookies(leaving) == {"login": "HttpOnly; Max-Age=600; Path=/login; SameSite=lax"}
    arrived = set_cookies(back)
    assert arrived["session"] == f"HttpOnly; Max-Age={SESSION_SECONDS}; Path=/; SameSite=lax"
    assert arrived["signed-in-at"] == f"HttpOnly; Max-Age={SESSION_SECONDS}; Path=/logout; SameSite=strict"
    assert "Max-Age=0" in arrived["login"]


async def test_cookies_over_https(issuer: Issuer) -> None:
    public_url = "https://api.iccar.example"
    async with browsing(issuer, public_url=public_url) as browser:
        leaving = await browser.get("/login")
        async with httpx.AsyncClient() as outside:
            back = (await outside.get(leaving.headers["location"])).headers["location"]
        arrived = await browser.get(back)
    assert set_cookies(leaving) == {"__Secure-login": "HttpOnly; Max-Age=600; Path=/login; SameSite=lax; Secure"}
    expected = f"HttpOnly; Max-Age={SESSION_SECONDS}; Path=/; SameSite=lax; Secure"
    assert set_cookies(arrived)["__Host-session"] == expected


@pytest.mark.parametrize("return_to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
async def test_nobody_is_sent_to_another_site(issuer: Issuer, return_to: str) -> None:
    async with browsing(issuer) as browser:
        leaving = await browser.get(str(httpx.URL("/login", params={"return_to": return_to})))
        response = await browser.get(await browser.at_issuer(leaving))
    assert response.headers["location"] == "/graphql"


async def test_with_several_issuers_a_person_chooses(issuer: Issuer) -> None:
    with Issuer(name='Stadt <Graz> & "Co"') as other:
        async with browsing(issuer, other) as browser:
            page = await browser.get("/login?return_to=/graphql")
            link = f"/login?issuer={other.url.replace(':', '%3A').replace('/', '%2F')}&amp;return_to=%2Fgraphql"
            chosen = await browser.get(link.replace("&amp;", "&"))
            unknown = await browser.get("/login?issuer=https://evil.example")
    assert page.status_code == 200
    assert f'<a class="choice" href="{link}">Stadt &lt;Graz&gt; &amp; &quot;Co&quot;</a>' in page.text
    assert "Test issuer" in page.text
    assert chosen.headers["location"].startswith(f"{other.url}/authorize?")
    assert unknown.status_code == 404


async def test_who_is_signed_in_may_choose_again_or_sign_out(issuer: Issuer) -> None:
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
        first = browser.cookies["session"]
        page = await browser.get("/login")
        issuer.visitor = Visitor("berta")
        await browser.sign_in(f"/login?issuer={issuer.url}")
        assert browser.cookies["session"] != first
    assert '<form method="post" action="/logout">' in page.text
    assert [session.subject for session in sessions.open_ones.values()] == ["berta"], "the old session is over"


async def test_pages_run_no_script_and_are_kept_by_nobody(issuer: Issuer) -> None:
    with Issuer() as other:
        async with browsing(issuer, other) as browser:
            page = await browser.get("/login")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy


async def failed(issuer: Issuer, sessions: KeptSessions) -> httpx.Response:
    """The answer to a browser that comes back when something is wrong; nobody is signed in."""
    async with browsing(issuer, sessions=sessions) as browser:
        response = await browser.sign_in()
        assert "session" not in browser.cookies
    assert sessions.open_ones == {}
    return response


@pytest.mark.parametrize(
    "id_token",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": "iccar"},
        {"aud": ["gateway", "another"]},
        {"aud": ["gateway", "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"expires_in": -60},
        {"iat": 4e9},
        {"sub": ""},
        {"algorithm": "RS256", "headers": {"kid": "unknown"}},
        {"headers": {"typ": "at+jwt"}},
        {"events": {}},
    ],
    ids=repr,
)
async def test_an_id_token_that_is_not_for_this_attempt(issuer: Issuer, id_token: dict[str, Any]) -> None:
    issuer.visitor = Visitor("anna", id_token=id_token)
    response = await failed(issuer, KeptSessions())
    assert response.status_code == 400
    assert "Signing in did not work." in response.text
    assert "/login?issuer=" in response.text, "there is a way to try again"


async def test_several_audiences_are_fine_when_this_client_asked(issuer: Issuer) -> None:
    issuer.visitor = Visitor("anna", id_token={"aud": ["gateway", "another"], "azp": "gateway"})
    async with browsing(issuer) as browser:
        assert (await browser.sign_in()).status_code == 303


@pytest.mark.parametrize(
    "answer",
    [
        {"state": "another"},
        {"state": None},
        {"code": None},
        {"code": "another"},
        {"code": None, "error": "access_denied", "error_description": "<script>alert(1)</script>"},
        {"iss": "https://evil.example"},
    ],
    ids=repr,
)
async def test_an_answer_that_does_not_belong_to_this_attempt(issuer: Issuer, answer: dict[str, Any]) -> None:
    issuer.visitor = Visitor("anna", answer=answer)
    response = await failed(issuer, KeptSessions())
    assert response.status_code == 400
    assert "alert(1)" not in response.text


async def test_an_issuer_that_promises_to_name_itself_must(issuer: Issuer) -> None:
    issuer.document["authorization_response_iss_parameter_supported"] = True
    assert (await failed(issuer, KeptSessions())).status_code == 400
    issuer.visitor = Visitor("anna", answer={"iss": issuer.url})
    async with browsing(issuer) as browser:
        assert (await browser.sign_in()).status_code == 303


async def test_the_answer_to_another_browsers_attempt_is_worth_nothing(issuer: Issuer) -> None:
    """Login CSRF: a page that makes somebody come back with the attacker's code."""
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as attacker, browsing(issuer, sessions=sessions) as victim:
        callback = await attacker.at_issuer(await attacker.get("/login"))
        assert (await victim.get(callback)).status_code == 400
        await victim.get("/login")
        assert (await victim.get(callback)).status_code == 400
    assert sessions.open_ones == {}


async def test_a_code_is_taken_once(issuer: Issuer) -> None:
    async with browsing(issuer) as browser:
        callback = await browser.at_issuer(await browser.get("/login"))
        assert (await browser.get(callback)).status_code == 303
        again = await browser.get(callback)
    assert again.status_code == 400
    assert "too old" in again.text


async def test_a_code_that_somebody_else_caught_is_useless(issuer: Issuer) -> None:
    """PKCE: only the browser that began has the verifier."""
    async with browsing(issuer) as thief:
        await thief.get("/login")
        async with browsing(issuer) as victim:
            callback = await victim.at_issuer(await victim.get("/login"))
        code = query_of(callback)["code"]
        issuer.visitor = Visitor("anna", answer={"code": code})
        stolen = await thief.sign_in()
    assert stolen.status_code == 400
    assert "session" not in thief.cookies


@pytest.mark.parametrize("methods", [None, ["client_secret_post"], ["client_secret_post", "client_secret_basic"]])
async def test_a_client_with_a_secret_shows_it(issuer: Issuer, methods: list[str] | None) -> None:
    issuer.secret = "hush"
    if methods is not None:
        issuer.document["token_endpoint_auth_methods_supported"] = methods
    async with browsing(issuer, secret="hush") as browser:
        assert (await browser.sign_in()).status_code == 303
    async with browsing(issuer, secret="wrong") as browser:
        assert (await browser.sign_in()).status_code == 400


async def test_what_the_id_token_lacks_is_told_by_userinfo(issuer: Issuer) -> None:
    told = {"name": "Anna Huber", "email": "anna@graz.example", "email_verified": True, "sid": "not-from-here"}
    issuer.visitor = Visitor("anna", userinfo=told)
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        await browser.sign_in()
    [session] = sessions.open_ones.values()
    assert (session.name, session.email, session.session_id) == ("Anna Huber", "anna@graz.example", None)


async def test_userinfo_about_somebody_else_is_refused(issuer: Issuer) -> None:
    issuer.visitor = Visitor("anna", userinfo={"sub": "berta", "name": "Berta"})
    assert (await failed(issuer, KeptSessions())).status_code == 400


async def test_without_userinfo_it_is_still_known_who_it_is(issuer: Issuer) -> None:
    issuer.visitor = Visitor("anna")
    issuer.document["userinfo_endpoint"] = f"{issuer.url}/nowhere"
    sessions = KeptSessions()
    async with browsing(issuer, sessions=sessions) as browser:
        assert (await browser.sign_in()).status_code == 303
    assert [(session.subject, session.name) for session in sessions.open_ones.values()] == [("anna", None)]


async def test_without_the_issuer_a_person_is_told_to_try_again(issuer: Issuer) -> None:
    issuer.is_down = True
    async with browsing(issuer) as browser:
        response = await browser.get("/login")
    assert response.status_code == 503
    assert "try again" in response.text


async def test_without_the_membership_service_nobody_is_signed_in(issuer: Issuer) -> None:
    response = await failed(issuer, KeptSessions(is_away=True))
    assert response.status_code == 503


async def test_an_issuer_without_a_login_offers_none(issuer: Issuer) -> None:
    del issuer.document["authorization_endpoint"]
    async with browsing(issuer) as browser:
        assert (await browser.get("/login")).status_code == 503
    async with browsing() as browser:
        assert (await browser.get("/login")).status_code == 404


async def test_the_flow_keeps_to_one_name_of_this_machine(issuer: Issuer) -> None:
    async with browsing(issuer) as browser:
        response = await browser.get("http://localhost:8000/login?return_to=/graphql")
        assert response.headers["location"] == f"{HERE}/login?return_to=/graphql"
        behind_a_proxy = await browser.get("http://inside:8000/login")
    assert behind_a_proxy.headers["location"].startswith(f"{issuer.url}/authorize?")


async def test_many_people_sign_in_at_once(issuer: Issuer) -> None:
    sessions = KeptSessions()

    async def one() -> int:
        async with browsing(issuer, sessions=sessions) as browser:
            return (await browser.sign_in()).status_code

    assert set(await asyncio.gather(*(one() for _ in range(10)))) == {303}
    assert len(sessions.open_ones) == 10
