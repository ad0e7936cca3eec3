"""What a request shows of who sends it."""

import hashlib
import logging
from typing import Any

import pytest
from starlette.datastructures import Headers

from gateway.auth.credentials import Credential, Credentials, SessionCredential, TokenCredential
from gateway.auth.errors import BadCredential
from gateway.auth.oidc import Issuers
from services.chassis.kernel.errors import Forbidden
from services.chassis.kernel.secret import hash_of, new_secret

PUBLIC_URL = "https://api.iccar.example"
COOKIE = "__Host-session"
TOKEN = "iccar_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh82PweDM"
SESSION = new_secret()
FROM_OWN_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/json"}


async def shown(*headers: tuple[str, str], method: str = "POST", public_url: str = PUBLIC_URL) -> Credential | None:
    issuers = Issuers(())
    try:
        raw = [(name.encode(), value.encode()) for name, value in headers]
        return await Credentials(issuers, public_url=public_url).of(Headers(raw=raw), method=method)
    finally:
        await issuers.close()


async def refused(*headers: tuple[str, str], method: str = "POST") -> BadCredential:
    with pytest.raises(BadCredential) as error:
        await shown(*headers, method=method)
    assert error.value.code == "UNAUTHENTICATED"
    return error.value


async def test_nothing_is_shown() -> None:
    assert await shown() is None
    assert await shown(("cookie", "theme=dark; session=x")) is None
    assert await shown(("cookie", f"{COOKIE}=")) is None


async def test_the_token_of_an_application_is_known_by_its_hash() -> None:
    expected = TokenCredential(hashlib.sha256(TOKEN.encode()).hexdigest())
    assert await shown(("authorization", f"Bearer {TOKEN}")) == expected
    assert await shown(("authorization", f"bearer  {TOKEN}"), method="GET") == expected


@pytest.mark.parametrize("token", ["iccar_", "iccar_short", "iccar_" + "x" * 201, TOKEN[:-1] + "A", TOKEN + "A"])
async def test_what_only_begins_like_an_applications_token(token: str) -> None:
    refusal = await refused(("authorization", f"Bearer {token}"))
    assert 'error="invalid_token"' in refusal.challenge


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Basic YTpi", TOKEN, f"Bearer {TOKEN} x", f"Bearer {TOKEN},x", "Bearer a b", "Token x",
     f"Bearer\t{TOKEN}", "Bearer ümlaut", f"Bearer {TOKEN}\n"],
)  # fmt: skip
async def test_a_malformed_header(value: str) -> None:
    refusal = await refused(("authorization", value))
    assert refusal.challenge == (
        'Bearer realm="iccar", error="invalid_request", '
        'error_description="The Authorization header must be `Bearer`, a space, and a token."'
    )


async def test_a_token_of_an_unknown_issuer_is_refused_and_the_reason_only_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        refusal = await refused(("authorization", "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."))
    assert refusal.message == "This access token is not valid here, or no longer. Get a new one."
    assert refusal.challenge.startswith('Bearer realm="iccar", error="invalid_token", error_description="This access')
    [record] = [record for record in caplog.records if record.name.startswith("gateway")]
    assert vars(record)["reason"] == "iss is no trusted issuer"
    assert "eyJ" not in record.getMessage()


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", f"Bearer {TOKEN}"), ("authorization", f"Bearer {TOKEN}")],
        [("authorization", f"Bearer {TOKEN}"), ("cookie", f"{COOKIE}={SESSION}")],
        [("authorization", "Basic x"), ("cookie", f"a=b; {COOKIE}=nonsense")],
    ],
)
async def test_two_at_once_are_refused(headers: list[tuple[str, str]]) -> None:
    refusal = await refused(*headers, *FROM_OWN_PAGE.items())
    assert 'error="invalid_request"' in refusal.challenge


async def test_a_session_is_known_by_its_hash() -> None:
    expected = SessionCredential(hash_of(SESSION))
    assert await shown(("cookie", f"theme=dark; {COOKIE}={SESSION}"), *FROM_OWN_PAGE.items()) == expected
    local = "http://127.0.0.1:8000"
    assert await shown(("cookie", f"session={SESSION}"), *FROM_OWN_PAGE.items(), public_url=local) == expected
    assert await shown(("cookie", f"session={SESSION}"), *FROM_OWN_PAGE.items()) is None


@pytest.mark.parametrize(
    "value",
    ["x", SESSION[:-1], SESSION + "x", "'" * 43, SESSION[:-1] + "%"],
    ids=["one letter", "too short", "too long", "other letters", "one other letter"],
)
async def test_what_is_no_session_value(value: str) -> None:
    refusal = await refused(("cookie", f"{COOKIE}={value}"), *FROM_OWN_PAGE.items())
    assert refusal.message == "You are not signed in any more. Sign in again at /login."


def own(**changes: str | None) -> list[tuple[str, str]]:
    """The headers of a request with a cookie from our own page, changed."""
    changed: dict[str, Any] = {
        "cookie": f"{COOKIE}={SESSION}",
        "host": "api.iccar.example",
        **FROM_OWN_PAGE,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return [(name, value) for name, value in changed.items() if value is not None]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "SAME-ORIGIN"])
async def test_another_sites_page_cannot_use_the_cookie(site: str) -> None:
    with pytest.raises(Forbidden) as error:
        await shown(*own(sec_fetch_site=site))
    assert error.value.code == "FORBIDDEN"
    with pytest.raises(Forbidden):
        await shown(*own(sec_fetch_site=site, origin=PUBLIC_URL))


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "https://evil.example", "https://api.iccar.example.evil.example", "https://api.iccar.example:444",
     "http://api.iccar.example:80", "api.iccar.example"],
)  # fmt: skip
async def test_a_browser_without_fetch_metadata_must_name_our_origin(origin: str | None) -> None:
    with pytest.raises(Forbidden):
        await shown(*own(sec_fetch_site=None, origin=origin))


@pytest.mark.parametrize("origin", [PUBLIC_URL, PUBLIC_URL.upper(), "http://inside:8000"])
async def test_our_origin_is_the_public_one_or_the_host_that_was_asked(origin: str) -> None:
    headers = own(sec_fetch_site=None, origin=origin, host="inside:8000")
    assert await shown(*headers) == SessionCredential(hash_of(SESSION))


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
async def test_with_a_cookie_only_json_is_taken(content_type: str | None) -> None:
    with pytest.raises(Forbidden, match="content type"):
        await shown(*own(content_type=content_type))
    assert await shown(*own(content_type="Application/JSON; charset=utf-8")) is not None


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "QUERY"])
async def test_every_method_that_can_change_something_needs_our_page(method: str) -> None:
    with pytest.raises(Forbidden):
        await shown(*own(sec_fetch_site="cross-site"), method=method)


async def test_reading_does_not_need_it() -> None:
    assert await shown(*own(sec_fetch_site="cross-site", content_type=None), method="GET") is not None


async def test_a_bearer_token_needs_no_page() -> None:
    """No page of another site has it, so none can send it."""
    headers = [("authorization", f"Bearer {TOKEN}"), ("sec-fetch-site", "cross-site"), ("content-type", "text/plain")]
    assert await shown(*headers) == TokenCredential(hash_of(TOKEN))
