"""`chassis admin projection` and `chassis admin check`."""

import pytest

from services.chassis.persistence.lease import Lease
from services.chassis.runtime.definition import load_definitions
from tests.support.admin import Admin
from tests.support.infrastructure import Infrastructure
from tests.support.processes import ServiceEnvironment

from .network import Network

MEMBERS = "events.member_projection"
REBUILD = ("projection", "rebuild", "events", "member_projection")


@pytest.fixture
def admin(infrastructure: Infrastructure, database_prefix: str) -> Admin:
    """It needs no broker."""
    environment = ServiceEnvironment(
        amqp_uri="amqp://127.0.0.1:1/", mongodb_uri=infrastructure.mongodb_uri, database_prefix=database_prefix
    )
    return Admin(environment, load=load_definitions)


def test_all_is_well(network: Network, admin: Admin) -> None:
    assert admin.done("check", "consistency").out == (
        "Compared 9 projections (15 rows) with their owners. Rows that differ: 0.\n"
    )
    document = admin.document("check", "consistency", "--service", "events")
    assert document == {
        "ok": True,
        "compared": [
            {"service": "events", "projection": "coalition_projection", "rows": 2, "differences": []},
            {"service": "events", "projection": "member_projection", "rows": 3, "differences": []},
            {"service": "events", "projection": "consent_text_projection", "rows": 1, "differences": []},
            {"service": "events", "projection": "retention_projection", "rows": 1, "differences": []},
        ],
    }


def test_differences_are_shown_and_give_an_exit_status(network: Network, admin: Admin) -> None:
    row = network.rows(MEMBERS)[0]
    network.collection(MEMBERS).update_one({"_id": row["_id"]}, {"$set": {"standing": "emperor", "sequence": 9}})
    ran = admin.run("check", "consistency", "--rounds", "0")
    assert ran.status == 1
    for told in (MEMBERS, row["coalition"], row["_id"], "different", "sequence, standing", "Rows that differ: 1."):
        assert told in ran.out
    ran = admin.run("check", "consistency", "--rounds", "0", "--json")
    assert (ran.status, ran.document["ok"]) == (1, False)
    assert ran.document["compared"][1]["differences"] == [
        {"id": row["_id"], "coalition": row["coalition"], "kind": "different", "fields": ["sequence", "standing"]}
    ]


def test_a_rebuild_says_what_it_did(network: Network, admin: Admin) -> None:
    before = network.rows(MEMBERS)
    network.collection(MEMBERS).delete_one({"_id": before[0]["_id"]})
    ran = admin.done(*REBUILD, "--dry-run")
    assert "3 messages: 3 rows. Rows in use that differ from these: 1." in ran.out
    assert len(network.rows(MEMBERS)) == 2
    assert before[0]["_id"] in ran.out
    assert admin.document(*REBUILD) == {
        "dry_run": False,
        "projection": MEMBERS,
        "messages": 3,
        "unreadable": [],
        "rows": 3,
        "changes": [
            {"id": before[0]["_id"], "coalition": before[0]["coalition"], "kind": "missing", "fields": []},
        ],
    }
    assert network.rows(MEMBERS) == before
    assert "3 messages: 3 rows. Rows in use that differed from these: 0." in admin.done(*REBUILD).out


@pytest.mark.parametrize("names", [("events", "plan_projection"), ("gateway", "member_projection")])
def test_an_unknown_projection_is_answered_with_those_there_are(
    network: Network, admin: Admin, names: tuple[str, str]
) -> None:
    ran = admin.run("projection", "rebuild", *names)
    assert ran.status == 2
    assert "events member_projection, events consent_text_projection" in " ".join(ran.err.split())


def test_an_unknown_service_is_wrong_usage(network: Network, admin: Admin) -> None:
    assert admin.run("check", "consistency", "--service", "gateway").status == 2


def test_two_at_a_time_are_refused_in_one_sentence(network: Network, admin: Admin) -> None:
    for purpose in ("rebuild", "check"):
        assert Lease(
            network.database("events"), name=f"{purpose} member_projection", owner="another", seconds=60
        ).hold()
    for command in (REBUILD, ("check", "consistency")):
        ran = admin.run(*command)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("chassis: Somebody else is at events.member_projection")
