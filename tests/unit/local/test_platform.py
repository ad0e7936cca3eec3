from pathlib import Path

import pytest

from deploy.local.infrastructure import Infrastructure
from deploy.local.platform import Platform
from deploy.local.run import banner
from deploy.local.settings import read_settings
from gateway.issuers import issuers_from
from services.chassis.kernel.config import Environment

INFRASTRUCTURE = Infrastructure("amqp://broker/", "mongodb://database/", "http://management")


@pytest.fixture
def platform() -> Platform:
    settings = read_settings({"HTTP_PORT": "8123"}, root=Path("/checkout"))
    return Platform(settings, INFRASTRUCTURE, inherited={"LOG_LEVEL": "DEBUG", "NO_PROXY": "intranet", "AMQP_URI": "x"})


def test_every_process_is_started_as_the_services_want_it(platform: Platform) -> None:
    programs = [
        *platform.preparations(),
        *platform.relays(),
        *platform.services(),
        *platform.issuers(),
        platform.gateway(),
    ]
    assert [(program.name, *program.command[1:]) for program in programs] == [
        ("topology", "-m", "services.chassis.runtime.cli", "admin", "topology", "declare"),
        ("membership-indexes", "-m", "services.membership", "indexes"),
        ("events-indexes", "-m", "services.events", "indexes"),
        ("reports-indexes", "-m", "services.reports", "indexes"),
        ("membership-relay", "-m", "services.membership", "relay"),
        ("events-relay", "-m", "services.events", "relay"),
        ("reports-relay", "-m", "services.reports", "relay"),
        ("membership", "-m", "services.membership", "serve"),
        ("events", "-m", "services.events", "serve"),
        ("reports", "-m", "services.reports", "serve"),
        ("issuer", "-m", "deploy.local.issuer"),
        ("gateway", "-m", "gateway"),
    ]


def test_processes_get_our_infrastructure_and_keep_what_the_caller_set(platform: Platform) -> None:
    [relay, *_] = platform.relays()
    expected = {
        "AMQP_URI": "amqp://broker/",
        "MONGODB_URI": "mongodb://database/",
        "RUN_MODE": "development",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "DEBUG",
        "PROBES_PORT": "9104",
        "NO_PROXY": "intranet,127.0.0.1,localhost",
    }
    assert {name: relay.environment[name] for name in expected} == expected
    assert platform.gateway().environment["HTTP_PORT"] == "8123"


def test_everything_that_answers_probes_is_waited_for(platform: Platform) -> None:
    assert set(platform.readiness()) == {
        program.name for program in (*platform.relays(), *platform.services(), *platform.issuers(), platform.gateway())
    }


def test_the_gateway_trusts_the_issuer_of_this_machine(platform: Platform) -> None:
    [trusted] = issuers_from(Environment({"ISSUERS": platform.gateway().environment["ISSUERS"]}))
    assert (trusted.issuer, trusted.client_id, trusted.audiences) == ("http://127.0.0.1:9400", "gateway", ("iccar",))


@pytest.mark.parametrize("variable", ["ISSUERS", "ISSUERS_FILE"])
def test_who_brings_issuers_along_gets_no_other(variable: str) -> None:
    settings = read_settings({variable: "theirs"}, root=Path("/checkout"))
    platform = Platform(settings, INFRASTRUCTURE, inherited={variable: "theirs"})
    assert platform.issuers() == []
    assert "issuer" not in platform.readiness()
    assert 9400 not in {port.number for port in settings.ports()}
    environment = platform.gateway().environment
    assert {name: environment.get(name) for name in ("ISSUERS", "ISSUERS_FILE")} == {
        "ISSUERS": None,
        "ISSUERS_FILE": None,
        variable: "theirs",
    }


def test_an_interrupted_load_is_gone_on_with(platform: Platform) -> None:
    url = "http://127.0.0.1:8123/graphql"
    command = ("-m", "deploy.seed", "--url", url, "--issuer", platform.settings.issuer_uri)
    assert platform.seed(resume=False)[1:] == (*command, "--if-empty")
    assert platform.seed(resume=True)[1:] == command


def test_the_banner_says_where_to_look(platform: Platform) -> None:
    text = banner(platform, seconds=1.25, seeded=True)
    for place in ("http://127.0.0.1:8123/graphql", "amqp://broker/", "mongodb://database/", "/checkout/.run/logs/"):
        assert place in text
    assert "not loaded" not in text
    assert "not loaded" in banner(platform, seconds=1.25, seeded=False)
