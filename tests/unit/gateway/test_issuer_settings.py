"""ISSUERS, PUBLIC_URL and LOGIN_KEYS: what is taken, and the sentence about what is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from gateway.issuers import IssuerSettings, is_secure_url, issuers_from
from gateway.settings import Settings
from services.chassis.kernel.config import ConfigurationError, Environment

ENTRY = {"issuer": "https://login.example.org/realms/eccar", "audiences": ["iccar"]}
SECRET = "hush-hush"


def read(**values: str) -> tuple[IssuerSettings, ...]:
    return issuers_from(Environment(values))


def read_entry(**fields: Any) -> IssuerSettings:
    [issuer] = read(ISSUERS=json.dumps([{**ENTRY, **fields}]))
    return issuer


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        read(ISSUERS=text)
    return str(error.value)


def test_without_issuers_there_are_none() -> None:
    assert read() == read(ISSUERS="") == read(ISSUERS="[]") == ()


def test_the_least_and_the_defaults() -> None:
    issuer = read_entry()
    assert (issuer.issuer, issuer.audiences, issuer.name) == (ENTRY["issuer"], ("iccar",), "login.example.org")
    assert issuer.algorithms == ("RS256", "ES256", "EdDSA")
    assert (issuer.client_id, issuer.client_secret, issuer.scopes) == (None, None, ("openid", "profile", "email"))


def test_all_of_it(tmp_path: Path) -> None:
    full = {
        **ENTRY,
        "name": "Stadt Graz",
        "algorithms": ["PS256"],
        "client_id": "gateway",
        "client_secret": SECRET,
        "scopes": ["openid"],
    }
    file = tmp_path / "issuers.json"
    file.write_text(json.dumps([full]))
    [issuer] = read(ISSUERS_FILE=str(file))
    assert (issuer.name, issuer.algorithms, issuer.client_id) == ("Stadt Graz", ("PS256",), "gateway")
    assert issuer.client_secret is not None
    assert issuer.client_secret.reveal() == SECRET
    assert SECRET not in repr(issuer)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "HS384", "HS512", "RS1", "ES256K", "", "rs256"])
def test_only_signatures_with_a_public_key_can_be_configured(algorithm: str) -> None:
    text = refusal(json.dumps([{**ENTRY, "algorithms": ["RS256", algorithm]}]))
    assert text.startswith("ISSUERS[0].algorithms m")


@pytest.mark.parametrize(
    "issuer",
    [
        None,
        7,
        "",
        "login.example.org",
        "http://login.example.org",
        "ftp://login.example.org",
        "https://",
        "https://login.example.org?x=1",
        "https://login.example.org#x",
        "https://login.example.org:port",
        "http://127.0.0.1.example.org",
        "http://localhost@evil.example",
    ],
)
def test_an_issuer_is_a_url_that_cannot_be_tampered_with(issuer: Any) -> None:
    assert refusal(json.dumps([{**ENTRY, "issuer": issuer}])).startswith("ISSUERS[0].issuer must be the https URL")


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9400", "http://localhost:9400", "http://[::1]:9400/realm"])
def test_plain_http_is_for_this_machine(issuer: str) -> None:
    assert read_entry(issuer=issuer).issuer == issuer


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "ISSUERS is not JSON"),
        ("{}", "ISSUERS must be a JSON list"),
        ('["https://x"]', "ISSUERS must be a JSON list"),
        (json.dumps([{**ENTRY, "algorithm": "RS256"}]), "ISSUERS[0] has unknown fields ['algorithm']"),
        (json.dumps([{"issuer": ENTRY["issuer"]}]), "ISSUERS[0].audiences must be a list"),
        (json.dumps([{**ENTRY, "audiences": "iccar"}]), "ISSUERS[0].audiences must be a list"),
        (json.dumps([{**ENTRY, "audiences": [""]}]), "ISSUERS[0].audiences must be a list"),
        (json.dumps([ENTRY, {**ENTRY, "name": 7}]), "ISSUERS[1].name must be a text"),
        (json.dumps([ENTRY, ENTRY]), "ISSUERS names an issuer twice"),
        (json.dumps([{**ENTRY, "client_id": "x", "scopes": ["email"]}]), "ISSUERS[0].scopes must contain 'openid'"),
    ],
)
def test_a_wrong_setting_is_told_in_a_sentence(text: str, sentence: str) -> None:
    assert refusal(text).startswith(sentence)


def test_no_sentence_shows_a_secret() -> None:
    for broken in ({"client_secret": SECRET, "nme": "x"}, {"client_secret": [SECRET]}, {"scopes": SECRET}):
        assert SECRET not in refusal(json.dumps([{**ENTRY, **broken}]))
    assert SECRET not in refusal(json.dumps([{**ENTRY, "client_secret": SECRET}])[:-1])


def test_either_the_list_or_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="are both set"):
        read(ISSUERS="[]", ISSUERS_FILE=str(tmp_path))
    with pytest.raises(ConfigurationError, match="ISSUERS_FILE cannot be read"):
        read(ISSUERS_FILE=str(tmp_path / "nowhere"))


@pytest.mark.parametrize("url", ["https://a", "https://a:443/x", "http://127.0.0.1:1"])
def test_secure_urls(url: str) -> None:
    assert is_secure_url(url)


def gateway(**values: str) -> Settings:
    return Settings.from_environment(Environment(values))


def test_people_find_a_gateway_on_this_machine_without_any_setting() -> None:
    assert gateway().public_url == "http://127.0.0.1:8000"
    assert gateway(HTTP_PORT="8123", HTTP_HOST="0.0.0.0").public_url == "http://127.0.0.1:8123"
    assert gateway(PUBLIC_URL="https://api.iccar.example/").public_url == "https://api.iccar.example"


@pytest.mark.parametrize(
    "url", ["http://api.iccar.example", "api.iccar.example", "https://a/x", "https://a?b", "https://a#b", "https://u@a"]
)
def test_browsers_need_an_origin_that_they_can_trust(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL is "):
        gateway(PUBLIC_URL=url)


def test_in_production_replicas_must_share_what_signing_in_needs() -> None:
    signing_in = json.dumps([{**ENTRY, "client_id": "gateway"}])
    production = {"RUN_MODE": "production", "ISSUERS": signing_in}
    key = Fernet.generate_key().decode()
    with pytest.raises(ConfigurationError, match="PUBLIC_URL is not set"):
        gateway(**production, LOGIN_KEYS=key)
    with pytest.raises(ConfigurationError, match="LOGIN_KEYS is not set"):
        gateway(**production, PUBLIC_URL="https://api.iccar.example")
    assert gateway(RUN_MODE="production", ISSUERS=json.dumps([ENTRY])).login_keys == ()
    keys = gateway(**production, PUBLIC_URL="https://api.iccar.example", LOGIN_KEYS=f"{key}, {key}").login_keys
    assert [each.reveal() for each in keys] == [key, key]


@pytest.mark.parametrize("keys", ["short", "c2hvcnQ=", "KE3h3r8s1mA1cHk4Qxk3fXbqj0oVJXg1v3Zq0YwT2dM=,x", "!" * 44])
def test_what_is_no_key_is_told_without_showing_it(keys: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        gateway(LOGIN_KEYS=keys)
    assert keys not in str(error.value)
