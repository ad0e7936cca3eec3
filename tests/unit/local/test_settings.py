from pathlib import Path

import pytest

from deploy.local.refusal import Refusal
from deploy.local.settings import read_settings

ROOT = Path("/checkout")


def test_defaults_avoid_the_usual_ports_of_broker_and_database() -> None:
    settings = read_settings({}, root=ROOT)
    assert (settings.http_port, settings.amqp_port, settings.management_port, settings.mongodb_port) == (
        8000,
        5673,
        15673,
        27018,
    )
    assert settings.data == ROOT / ".run"
    assert (settings.amqp_uri, settings.mongodb_uri) == (None, None)


def test_each_process_has_probes_of_its_own() -> None:
    settings = read_settings({"PROBES_PORT": "9200"}, root=ROOT)
    assert settings.probes == {
        "membership": 9200,
        "events": 9201,
        "reports": 9202,
        "membership-relay": 9203,
        "events-relay": 9204,
        "reports-relay": 9205,
    }


def test_downloaded_tools_serve_every_data_directory() -> None:
    settings = read_settings({"RUN_DIRECTORY": "/elsewhere"}, root=ROOT)
    assert settings.logs == Path("/elsewhere/logs")
    assert settings.tools == ROOT / ".run" / "tools"


def test_an_empty_variable_is_none() -> None:
    settings = read_settings({"AMQP_URI": "", "HTTP_PORT": ""}, root=ROOT)
    assert settings.amqp_uri is None
    assert settings.http_port == 8000


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1", "80 80"])
def test_a_port_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(Refusal, match=f"^HTTP_PORT={text} is not a port: give a number from 1 to 65500.$"):
        read_settings({"HTTP_PORT": text}, root=ROOT)


def test_a_gateway_on_all_interfaces_is_reached_on_the_loopback() -> None:
    assert read_settings({"HTTP_HOST": "0.0.0.0"}, root=ROOT).gateway_uri == "http://127.0.0.1:8000"
