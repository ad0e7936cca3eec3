"""Every read about people and their rights uses an index; who somebody is costs one question for each kind of thing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.chassis.kernel.principal import TENANT, Scope, person_id
from services.chassis.persistence import children
from services.membership.domain.grants import Grant, Term
from services.membership.domain.invitations import LIFE, Invitation
from services.membership.store import grants as stored_grants
from services.membership.store import invitations as stored_invitations
from services.rights.roles import Role
from tests.support.infrastructure import Infrastructure

from .rights import ISSUER, Rights, hash_of, somebody
from .service import Membership, Now
from .test_query_plans import EXPLAINED, Reads, stages

OURS = {"people", "grants", "invitations", "sessions", "scopes", "hand_overs"}
LATER = "2026-11-24T17:30:00Z"
ROLES = (Role.SECRETARIAT, Role.TREASURER, Role.AUDITOR, Role.STEERING_COMMITTEE)


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def rights(
    infrastructure: Infrastructure, database: Database[dict[str, Any]], service: Membership, reads: Reads, now: Now
) -> Iterator[Rights]:
    """600 people with rights and invitations in two coalitions, every read watched."""
    fill(database, 600)
    client: MongoClient[dict[str, Any]] = MongoClient(
        infrastructure.mongodb_uri, tz_aware=True, timeoutMS=20_000, event_listeners=[reads]
    )
    with client:
        yield Rights(client, client[database.name], now)


def fill(database: Database[dict[str, Any]], count: int) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    term = Term(valid_from=date(2026, 1, 1))
    places = [Scope(TENANT, ("eccar", "lac")[number % 2]) for number in range(count)]
    database["grants"].insert_many(
        stored_grants.to_document(
            Grant(
                id=new_id(),
                version=1,
                person_id=person_id(ISSUER, f"person{number}"),
                role=ROLES[number % 4],
                scope=place,
                term=term,
                granted_by="somebody",
                granted_at=at,
            )
        )
        for number, place in enumerate(places)
    )
    database["invitations"].insert_many(
        stored_invitations.to_document(
            Invitation(
                id=new_id(),
                version=1,
                role=ROLES[number % 4],
                scope=place,
                term=term,
                email=f"person{number}@people.example",
                token_hash=hash_of(str(number)),
                invited_by="somebody",
                invited_at=at,
                expires_at=at + LIFE,
            )
        )
        for number, place in enumerate(places)
    )


def use_everything(rights: Rights) -> None:
    member = rights.member("Graz")["id"]
    rights.grant("ada", "administrator")
    rights.grant("nia", "network_administrator", None)
    rights.grant("flo", "focal_point", member_id=member)
    rights.grant("bea", "contributor", member_id=member)
    for role in ("treasurer", "auditor"):
        rights.invite("ada", role)
    token = rights.invite("ada", "secretariat", email="new@people.example")["token"]
    grant = rights.accept("new", token)["id"]
    rights.revoke("ada", grant)
    rights.hand_over("ada", member, person_id=person_id(ISSUER, "bea"))
    rights.hand_over("ada", member, email="next@people.example")
    for status in (None, "pending", "accepted", "revoked", "expired"):
        (page,) = rights.list_invitations("ada", "eccar", status=status, first=1, count=True)
        if page["cursors"]:
            rights.list_invitations("ada", "eccar", status=status, after=page["cursors"][0])
        rights.list_invitations_of_members("ada", member, status=status)
        rights.list_network_invitations("nia", status=status)
    for only in (None, "auditor"):
        for with_past in (False, True):
            (page,) = rights.list_grants("ada", "eccar", role=only, with_past=with_past, first=2, count=True)
            rights.list_grants("ada", "eccar", role=only, with_past=with_past, after=page["cursors"][-1])
    rights.list_grants_of_members("ada", member, with_past=True, count=True)
    rights.list_network_grants("nia", count=True)
    rights.my_grants("ada")
    use_sessions(rights)


def use_sessions(rights: Rights) -> None:
    for secret in ("one", "two", "three"):
        rights.open_session(secret, "ada", expires_at=LATER, sid="sid")
    rights.identify(session=hash_of("one"))
    rights.close_session("one")
    rights.close_sessions(sid="sid")
    rights.close_sessions(subject="ada")


def test_every_read_uses_an_index(rights: Rights, reads: Reads) -> None:
    use_everything(rights)
    commands = [command for command in reads.commands if command[next(iter(command))] in OURS]
    assert {command[next(iter(command))] for command in commands} == OURS
    assert len(commands) > 80
    for command in commands:
        asked = {name: value for name, value in command.items() if name in EXPLAINED}
        explained = rights.database.command("explain", asked, verbosity="queryPlanner")
        found = set(stages(explained))
        assert "COLLSCAN" not in found, asked
        assert found & {"IXSCAN", "IDHACK", "COUNT_SCAN", "EOF"}, (asked, explained)


def test_who_somebody_is_costs_one_question_for_each_kind_of_thing(rights: Rights, reads: Reads) -> None:
    rights.grant("ada", "administrator")
    rights.open_session("cookie", "ada", expires_at=LATER)
    reads.commands.clear()
    rights.identify(**somebody("ada"))
    assert [(command["find"], set(command["filter"])) for command in reads.commands] == [
        ("grants", {"person_id", "valid_from", "revoked_at", "last_day"})
    ]
    reads.commands.clear()
    rights.identify(session=hash_of("cookie"))
    assert [command["find"] for command in reads.commands] == ["sessions", "grants"]


def test_who_somebody_is_reads_no_more_than_their_own_rights(rights: Rights, reads: Reads) -> None:
    reads.commands.clear()
    assert len(rights.identify(**somebody("person7"))["grants"]) == 1
    (command,) = reads.commands
    asked = {name: value for name, value in command.items() if name in EXPLAINED}
    explained = rights.database.command("explain", asked, verbosity="executionStats")
    assert explained["executionStats"]["totalDocsExamined"] == 1
    assert explained["executionStats"]["totalKeysExamined"] <= 2


def test_a_list_of_rights_asks_for_its_people_once(rights: Rights, reads: Reads) -> None:
    rights.grant("ada", "administrator")
    principal = rights.principal("ada")
    assert principal.grants
    reads.commands.clear()
    rights.list_grants("ada", "eccar", first=100)
    # One for the rights that `ada` acts with, one for the list, one for the people in it.
    assert [command["find"] for command in reads.commands] == ["grants", "grants", "people"]


def test_the_rights_of_many_members_are_one_question(rights: Rights, reads: Reads) -> None:
    rights.grant("ada", "administrator")
    members = [rights.member(name)["id"] for name in ("Graz", "Bonn", "Potsdam")]
    for number, member in enumerate(members):
        rights.grant(f"flo{number}", "focal_point", member_id=member)
        rights.invite("ada", "contributor", member_id=member)
    reads.commands.clear()
    grants = rights.list_grants_of_members("ada", *members)
    assert [[each["member_id"] for each in page["items"]] for page in grants] == [[each] for each in members]
    invitations = rights.list_invitations_of_members("ada", *members)
    assert [[each["member_id"] for each in page["items"]] for page in invitations] == [[each] for each in members]
    # Each: one for the rights that `ada` acts with, two for the lists of all members, one for the people in them.
    asked = [command["find"] for command in reads.commands]
    assert asked == ["grants", "memberships", "grants", "people", "grants", "memberships", "invitations", "people"]


@pytest.mark.parametrize("name", ["grants", "invitations"])
def test_the_page_of_a_member_reads_no_other_members(rights: Rights, reads: Reads, name: str) -> None:
    explained = _explained_page_of_a_member(rights, reads, name)
    assert "COLLSCAN" not in set(stages(explained))
    assert explained["executionStats"]["totalDocsExamined"] == 1


@pytest.mark.parametrize("name", ["grants", "invitations"])
def test_where_there_are_many_rows_neither(
    rights: Rights, reads: Reads, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(children, "FEW", 0)
    explained = _explained_page_of_a_member(rights, reads, name)
    [lookup] = [stage for stage in explained["stages"] if "$lookup" in stage]
    assert (int(lookup["collectionScans"]), int(lookup["totalDocsExamined"])) == (0, 1)


def _explained_page_of_a_member(rights: Rights, reads: Reads, name: str) -> dict[str, Any]:
    """How the server reads the grants or invitations of a member: the last question but the one for the people."""
    rights.grant("ada", "administrator")
    member = rights.member("Graz")["id"]
    rights.grant("flo", "focal_point", member_id=member)
    rights.invite("ada", "contributor", member_id=member)
    reads.commands.clear()
    (rights.list_grants_of_members if name == "grants" else rights.list_invitations_of_members)("ada", member)
    asked = {key: value for key, value in reads.commands[-2].items() if key in EXPLAINED}
    explained: dict[str, Any] = rights.database.command("explain", asked, verbosity="executionStats")
    return explained


def test_lists_are_read_in_their_order_and_no_further(rights: Rights, reads: Reads) -> None:
    rights.grant("ada", "administrator")
    (page,) = rights.list_grants("ada", "eccar", first=150, with_past=True)
    reads.commands.clear()
    rights.list_grants("ada", "eccar", first=50, after=page["cursors"][-1], with_past=True)
    asked = {name: value for name, value in reads.commands[1].items() if name in EXPLAINED}
    explained = rights.database.command("explain", asked, verbosity="executionStats")
    assert "SORT" not in set(stages(explained))
    assert explained["executionStats"]["totalDocsExamined"] <= 52
