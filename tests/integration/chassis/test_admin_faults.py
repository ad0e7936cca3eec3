"""What the administrator reads when nothing works: one sentence that names what to look at, and an exit status."""

import pytest
from click.testing import CliRunner

from services.chassis.runtime.admin.installation import Installation
from services.chassis.runtime.cli import main
from tests.support.admin import Admin
from tests.support.processes import ServiceEnvironment, free_port

BROKER_COMMANDS = [
    ("dead-letters", "list"),
    ("dead-letters", "show", "some-id"),
    ("dead-letters", "replay", "--all"),
    ("dead-letters", "discard", "--all", "--yes"),
    ("topology", "diff"),
    ("topology", "declare"),
]
# All go through one door, and each waits for the ten seconds that any operation may take.
DATABASE_COMMANDS = [("outbox", "status"), ("inbox", "purge", "--older-than", "30d")]


def admin_of(*, amqp_uri: str = "", mongodb_uri: str = "", **settings: str) -> Admin:
    environment = ServiceEnvironment(amqp_uri=amqp_uri, mongodb_uri=mongodb_uri, database_prefix="")
    return Admin(environment.with_settings(**settings))


@pytest.mark.parametrize("command", BROKER_COMMANDS)
def test_an_unreachable_broker(command: tuple[str, ...]) -> None:
    port = free_port()
    ran = admin_of(amqp_uri=f"amqp://guest:hunter2@127.0.0.1:{port}/").run(*command)
    sentence = f"chassis: The broker at 127.0.0.1:{port} cannot be used: [Errno 111] Connection refused.\n"
    assert (ran.status, ran.out, ran.err) == (1, "", sentence)


@pytest.mark.parametrize("command", DATABASE_COMMANDS)
def test_an_unreachable_database(command: tuple[str, ...]) -> None:
    port = free_port()
    uri = f"mongodb://root:hunter2@127.0.0.1:{port}/"
    ran = admin_of(mongodb_uri=uri).run(*command)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"chassis: The database at 127.0.0.1:{port} cannot be used: ")
    assert ran.err.count("\n") == 1
    assert "hunter2" not in ran.err


def test_a_broker_that_does_not_know_us(service_environment: ServiceEnvironment) -> None:
    stranger = service_environment.amqp_uri.replace("guest:guest", "guest:hunter2")
    ran = admin_of(amqp_uri=stranger).run("topology", "diff")
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "ACCESS_REFUSED" in ran.err
    assert "hunter2" not in ran.err
    nowhere = admin_of(amqp_uri=service_environment.amqp_uri + "-not-there").run("topology", "diff")
    assert (nowhere.status, nowhere.err.count("\n")) == (1, 1)
    assert "vhost" in nowhere.err


def test_a_wrong_setting_is_named() -> None:
    ran = admin_of(RETRY_DELAYS_SECONDS="soon").run("topology", "diff")
    assert ran.status == 1
    assert ran.err.startswith("chassis: The environment variable RETRY_DELAYS_SECONDS is 'soon': it must be")


def test_an_address_that_is_none() -> None:
    ran = admin_of(mongodb_uri="127.0.0.1").run("outbox", "status")
    assert ran.status == 1
    assert ran.err.startswith("chassis: The environment variable MONGODB_URI is not the address of a database: ")


def test_a_bug_is_a_sentence_too_unless_somebody_looks_for_it() -> None:
    broken = Installation(load=lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    result = CliRunner().invoke(main, ["admin", "dead-letters", "list"], obj=broken)
    assert result.exit_code == 1
    assert result.stderr == (
        "chassis: ZeroDivisionError: integer division or modulo by zero. LOG_LEVEL=DEBUG shows where it happened.\n"
    )
    looked_for = CliRunner(env={"LOG_LEVEL": "DEBUG"}).invoke(main, ["admin", "dead-letters", "list"], obj=broken)
    assert isinstance(looked_for.exception, ZeroDivisionError)


def test_it_runs_as_a_process_and_says_nothing_on_stderr_when_all_is_well(
    service_environment: ServiceEnvironment,
) -> None:
    process = Admin(service_environment).start("topology", "declare", "--json")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.startswith("{")


def test_every_command_explains_itself() -> None:
    """Every group, command and option has a help text."""
    groups = [(main, "chassis")]
    unexplained = []
    while groups:
        group, path = groups.pop()
        for name, command in getattr(group, "commands", {}).items():
            groups.append((command, f"{path} {name}"))
            if not command.help:
                unexplained.append(f"{path} {name}")
            unexplained += [
                f"{path} {name} {option.name}"
                for option in command.params
                if option.param_type_name == "option" and not getattr(option, "help", None)
            ]
    assert unexplained == []
