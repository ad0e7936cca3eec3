"""What the operator of the platform does about people, at the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.infrastructure import Infrastructure
from tests.support.processes import ServiceEnvironment

from .rights import ISSUER, Rights, somebody

ADA = ("--issuer", ISSUER, "--subject", "ada", "--name", "Ada", "--email", "ada@people.example")


@pytest.fixture
def environment(infrastructure: Infrastructure, database_prefix: str) -> ServiceEnvironment:
    return ServiceEnvironment(amqp_uri="", mongodb_uri=infrastructure.mongodb_uri, database_prefix=database_prefix)


def command(environment: ServiceEnvironment, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "services.membership", *arguments],
        env=environment.as_dict(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_first_administrator_is_given_once(rights: Rights, environment: ServiceEnvironment) -> None:
    given = ("grant", "--role", "administrator", "--coalition", "eccar", *ADA)
    first, again = command(environment, *given), command(environment, *given)
    assert (first.returncode, first.stdout) == (0, "granted: administrator eccar Ada ada\n"), first.stderr
    assert (again.returncode, again.stdout) == (0, "already: administrator eccar Ada ada\n")
    assert rights.identify(**somebody("ada"))["grants"] == [["administrator", "coalition", "eccar", None]]
    (stored,) = rights.database["grants"].find()
    assert stored["granted_by"].startswith("operator:")


def test_many_are_given_in_one_go_and_each_refusal_is_told(
    rights: Rights, environment: ServiceEnvironment, tmp_path: Path
) -> None:
    member = rights.member("Graz")["id"]
    rows = [
        {**somebody("ada"), "role": "network_administrator"},
        {**somebody("bea"), "role": "focal_point", "coalition": "eccar", "id": member, "until": "2199-12-31"},
        {**somebody("cem"), "role": "event_team", "coalition": "eccar", "id": "conference-1"},
        {**somebody("dan"), "role": "focal_point", "coalition": "lac", "id": member},
        {**somebody("eve"), "role": "secretariat", "coalition": "nowhere"},
        {**somebody("fay"), "role": "king", "coalition": "eccar"},
        {**somebody("gus"), "role": "secretariat"},
        {**somebody("hal"), "role": "administrator", "coalition": "lac", "until": "2199-12-31"},
    ]
    file = tmp_path / "people.json"
    file.write_text(json.dumps(rows))
    done = command(environment, "grant", "--file", str(file))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "granted: network_administrator Ada ada",
        f"granted: focal_point eccar {member} Bea bea",
        "granted: event_team eccar conference-1 Cem cem",
    ]
    refused = done.stderr.splitlines()
    assert [line.split(":")[1].split()[-1] for line in refused] == ["dan", "eve", "fay", "gus", "hal"]
    assert {row["person_id"] for row in rights.database["grants"].find()} == {
        rights.identify(**somebody(name))["id"] for name in ("ada", "bea", "cem")
    }


def test_the_operator_lists_and_revokes(rights: Rights, environment: ServiceEnvironment) -> None:
    first, second = rights.grant("ada", "administrator"), rights.grant("bea", "administrator")
    listed = command(environment, "people").stdout
    assert first in listed
    assert second in listed
    assert "Ada <ada@people.example>" in listed
    revoked = command(environment, "revoke", "--coalition", "eccar", "--grant", first, "--reason", "left")
    assert (revoked.returncode, revoked.stderr) == (0, "")
    assert rights.identify(**somebody("ada"))["grants"] == []
    last = command(environment, "revoke", "--coalition", "eccar", "--grant", second)
    assert last.returncode == 1
    assert last.stderr.startswith("Error: This is the last administrator")
    foreign = command(environment, "revoke", "--coalition", "lac", "--grant", second)
    assert foreign.stderr == "Error: There is no such right here.\n"


def test_a_file_that_is_no_list_is_one_sentence(environment: ServiceEnvironment, tmp_path: Path) -> None:
    for text in ("{", "7", '["ada"]'):
        file = tmp_path / "people.json"
        file.write_text(text)
        done = command(environment, "grant", "--file", str(file))
        assert done.returncode == 2
        assert "is no JSON list of objects" in done.stderr
        assert "Traceback" not in done.stderr
