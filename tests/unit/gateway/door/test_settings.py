"""The numbers of the door, as an operator sets them: a wrong one is a sentence at the start."""

import pytest

from gateway.door import DoorSettings, Limits
from services.chassis.kernel.config import ConfigurationError, Environment


def read(**values: str) -> DoorSettings:
    return DoorSettings.from_environment(Environment(values))


def test_what_holds_when_nothing_is_said() -> None:
    found = read()
    assert found.limits == Limits()
    assert (found.rates.anonymous, found.rates.principal, found.rates.burst_seconds) == (500, 1_000, 50)
    assert (found.rates.at_work_each, found.rates.at_work, found.rates.failed_credentials) == (4, 500, 100)
    assert (found.documents.suggests, found.documents.introspection, found.documents.persists) == (False, True, True)
    assert (found.http.cors_origins, found.http.trusted_proxies, found.http.graphiql) == ((), (), True)


def test_in_development_one_client_may_do_everything() -> None:
    found = read(RUN_MODE="development")
    assert (found.rates.anonymous, found.rates.principal, found.rates.at_work_each) == (0, 0, 0)
    assert (found.rates.failed_credentials, found.rates.at_work, found.documents.suggests) == (0, 500, True)


def test_each_number_can_be_set() -> None:
    found = read(
        LIMIT_DEPTH="5", LIMIT_BODY_BYTES="1000", RATE_ANONYMOUS_POINTS="0", CORS_ORIGINS="https://a.example, *"
    )
    assert (found.limits.depth, found.limits.body_bytes, found.limits.aliases) == (5, 1000, 30)
    assert (found.rates.anonymous, found.http.cors_origins) == (0, ("https://a.example", "*"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIMIT_DEPTH", "0"),
        ("LIMIT_COST", "many"),
        ("RATE_ANONYMOUS_POINTS", "-1"),
        ("RATE_BURST_SECONDS", "49"),
        ("DOCUMENTS", "some"),
        ("INTROSPECTION", "yes"),
        ("DOCUMENT_CACHE_BYTES", "10"),
        ("CORS_ORIGINS", "a.example"),
        ("CORS_ORIGINS", "https://a.example/"),
        ("CORS_ORIGINS", "https://A.example"),
        ("CORS_ORIGINS", "null"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ingress"),
        ("LIMIT_HEADER_BYTES", "10"),
    ],
)
def test_a_wrong_one_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read(**{name: value})
