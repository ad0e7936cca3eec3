"""The audit log, through the one door: who did what and who read what, in three services, without anybody's data."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from pymongo import MongoClient

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.principal import TENANT, Scope
from services.rights.roles import Role
from tests.support import people, story
from tests.support.platform import SERVICES, Platform
from tests.support.processes import eventually, run

TRAIL: Final = """edges { node {
  id at kind service method summary correlationId coalition { key } hasIdempotencyKey seal { number }
  actor { kind id name address } read { items targets { conferenceId } }
  changes { id collection key version isNew concealed fields { name before after } }
} } pageInfo { hasNextPage endCursor }"""
OF_COALITION: Final = f"""query($key: String!, $first: Int = 200, $after: String, $method: String, $thing: ID,
    $kind: AuditEntryKind, $actor: String) {{
  coalition(key: $key) {{
    auditTrail(first: $first, after: $after, method: $method, thing: $thing, kind: $kind, actor: $actor) {{ {TRAIL} }}
  }}
}}"""
VERIFY: Final = ["-m", "services.chassis.runtime.cli", "admin", "audit", "verify", "--json"]
DELEGATE: Final = {"name": "Dora Delegate", "email": "dora@private.example", "function": "Mayor of secrets"}


@dataclass(frozen=True)
class House:
    """A conference of eccar for which a delegate of Graz is registered, by its focal point Flo."""

    platform: Platform
    member: str
    conference: str
    registration: str

    def trail(self, *, person: str = "audra", key: str = "eccar", **chosen: Any) -> list[dict[str, Any]]:
        found = self.platform.ask(OF_COALITION, person=person, key=key, **chosen)
        return [edge["node"] for edge in found["coalition"]["auditTrail"]["edges"]]

    def trail_of(self, method: str, **chosen: Any) -> dict[str, Any]:
        """The newest entry of a method."""
        return self.trail(method=method, **chosen)[0]

    def refusal(self, query: str, person: str | None, **variables: Any) -> list[str]:
        answer = self.platform.answer(query, person=person, **variables)
        return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.fixture(scope="module")
def house(platform: Platform) -> House:
    for key in ("eccar", "lac"):
        story.coalition(platform, key)
    member = story.member(platform, "Graz")
    found = GlobalId.parse(member)
    assert found is not None
    platform.grant("audra", Role.AUDITOR, Scope(TENANT, "eccar"))
    platform.grant("sam", Role.SECRETARIAT, Scope(TENANT, "eccar"))
    platform.grant("lia", Role.ADMINISTRATOR, Scope(TENANT, "lac"))
    platform.grant("flo", Role.FOCAL_POINT, Scope("member", "eccar", found.key))
    conference = story.conference(platform)
    registration = platform.done(
        "registerDelegate",
        "registration { id }",
        person="flo",
        conferenceId=conference,
        memberId=member,
        attendance="ON_SITE",
        idempotencyKey="flo-registers-dora",
        **DELEGATE,
    )["registration"]["id"]
    return House(platform, member, conference, registration)


def test_an_entry_says_who_did_what_from_where(house: House) -> None:
    entry = house.trail_of("register_delegate")
    assert {name: entry[name] for name in ("kind", "service", "summary", "coalition", "hasIdempotencyKey", "read")} == {
        "kind": "WRITE",
        "service": "events",
        "summary": "Register a delegate",
        "coalition": {"key": "eccar"},
        "hasIdempotencyKey": True,
        "read": None,
    }
    actor = entry["actor"]
    assert (actor["kind"], actor["name"], actor["address"]) == ("PERSON", "Flo", "127.0.0.1")
    [change] = [each for each in entry["changes"] if each["collection"] == "registrations"]
    assert (change["id"], change["version"], change["isNew"]) == (house.registration, 1, True)
    fields = {field["name"]: field["after"] for field in change["fields"]}
    assert (fields["attendance"], fields["status"]) == ("on_site", "confirmed")
    assert {"name", "email", "function"} <= set(change["concealed"])


def test_a_change_is_told_before_and_after(house: House) -> None:
    platform = house.platform
    platform.done(
        "cancelRegistration", "registration { id }", person="flo", registrationId=house.registration, reason="is ill"
    )
    entry = house.trail_of("cancel_registration", thing=house.registration)
    [change] = [each for each in entry["changes"] if each["id"] == house.registration]
    assert {"name": "status", "before": "confirmed", "after": "cancelled"} in change["fields"]
    assert change["concealed"] == ["cancellation_reason"]


def test_reading_personal_data_is_told(house: House) -> None:
    query = "query($id: ID!) { conference(id: $id) { registrations { edges { node { name email } } } } }"
    shown = house.platform.ask(query, person="sam", id=house.conference)["conference"]["registrations"]["edges"]
    assert [edge["node"]["email"] for edge in shown] == [DELEGATE["email"]]
    entry = house.trail_of("list_registrations", kind="READ")
    assert (entry["actor"]["name"], entry["service"], entry["changes"]) == ("Sam", "events", [])
    assert entry["read"] == {"items": 1, "targets": [{"conferenceId": house.conference}]}


def test_the_log_holds_nobodys_personal_data(house: House, mongo: MongoClient[dict[str, Any]]) -> None:
    logged = "".join(
        str(entry)
        for service in SERVICES
        for entry in mongo[f"{house.platform.environment.database_prefix}{service}"]["audit"].find()
    )
    assert len(logged) > 10_000
    for value in (*DELEGATE.values(), "is ill", people.address("flo")):
        assert value not in logged


def test_the_three_services_are_one_list_the_newest_first(house: House) -> None:
    entries = house.trail()
    assert {entry["service"] for entry in entries} == set(SERVICES)
    ids = [entry["id"] for entry in entries]
    assert ids == sorted(ids, reverse=True)
    assert {entry["coalition"]["key"] for entry in entries} == {"eccar"}
    # What other services did because of it is told too: the duty to report, which followed from the admission.
    [duty] = [each for each in entries if each["actor"]["kind"] == "MESSAGE"]
    assert (duty["service"], duty["method"]) == ("reports", "member_projection")
    [admission] = [each for each in entries if each["method"] == "record_decision"]
    assert duty["correlationId"] == admission["correlationId"]


def test_a_draft_is_told_without_its_text(house: House, mongo: MongoClient[dict[str, Any]]) -> None:
    """Who reads the log may not read drafts."""
    platform = house.platform
    cycle = platform.done(
        "openCycle",
        "cycle { id }",
        coalition="eccar",
        name=story.localized("Reports"),
        periodStart="2024-01-01",
        periodEnd="2025-12-31",
        dueOn=(story.TODAY + timedelta(days=90)).isoformat(),
    )["cycle"]["id"]
    report = platform.done("startReport", "report { id }", person="flo", cycleId=cycle, memberId=house.member)["report"]
    text = story.localized("Not for everybody yet")
    answer = {"reportId": report["id"], "commitment": 1, "status": "IN_PROGRESS", "text": text}
    platform.done("saveAnswer", "report { id }", person="flo", **answer)
    [change] = house.trail_of("save_answer", thing=report["id"])["changes"]
    assert (change["id"], change["fields"], change["concealed"]) == (report["id"], [], ["answers"])
    logged = list(mongo[f"{platform.environment.database_prefix}reports"]["audit"].find({"method": "save_answer"}))
    assert len(logged) == 1
    assert "Not for everybody yet" not in str(logged)


def test_pages_follow_each_other_across_services(house: House) -> None:
    whole = [entry["id"] for entry in house.trail(kind="WRITE")]
    found: list[str] = []
    cursor, more = None, True
    while more:
        asked = {"key": "eccar", "first": 3, "after": cursor, "kind": "WRITE"}
        trail = house.platform.ask(OF_COALITION, person="audra", **asked)["coalition"]["auditTrail"]
        found += [edge["node"]["id"] for edge in trail["edges"]]
        cursor, more = trail["pageInfo"]["endCursor"], trail["pageInfo"]["hasNextPage"]
    assert found == whole


@pytest.mark.parametrize("person", ["sam", "flo", "lia", "somebody"])
def test_only_those_concerned_read_it(house: House, person: str) -> None:
    assert house.refusal(OF_COALITION, person, key="eccar") == ["FORBIDDEN"]


def test_strangers_must_sign_in(house: House) -> None:
    assert house.refusal(OF_COALITION, None, key="eccar") == ["UNAUTHENTICATED"]


def test_a_foreign_log_tells_nothing_of_ones_own_thing(house: House) -> None:
    assert house.trail(person="lia", key="lac", thing=house.registration) == []


def test_what_belongs_to_no_coalition_is_for_the_network(house: House) -> None:
    query = f"query {{ networkAuditTrail(first: 200, kind: WRITE) {{ {TRAIL} }} }}"
    edges = house.platform.ask(query, person=people.FOUNDER)["networkAuditTrail"]["edges"]
    assert {"register_city", "register_coalition"} <= {edge["node"]["method"] for edge in edges}
    assert {edge["node"]["coalition"] for edge in edges} == {None}
    assert house.refusal(query, "audra") == ["FORBIDDEN"]


def test_everybody_sees_their_own_and_what_was_done_about_them(house: House) -> None:
    query = f"query {{ myAuditTrail(first: 200) {{ {TRAIL} }} }}"
    entries = [edge["node"] for edge in house.platform.ask(query, person="flo")["myAuditTrail"]["edges"]]
    assert "register_delegate" in {entry["method"] for entry in entries}
    # Flo was given a role by the operator: Flo sees that, and of the operator no more than the name.
    [granted] = [entry for entry in entries if entry["method"] == "membership grant" and entry["coalition"]]
    assert granted["actor"] == {"kind": "OPERATOR", "id": None, "name": "test", "address": None}
    assert {change["collection"] for change in granted["changes"]} == {"grants"}
    others = {entry["actor"]["name"] for entry in entries} - {"Flo"}
    assert others <= {"test", None}
    assert house.refusal(query, None) == ["UNAUTHENTICATED"]


def test_a_refused_command_is_not_in_the_log(house: House) -> None:
    before = len(house.trail(kind="WRITE"))
    refused = house.platform.answer(
        "mutation($input: OpenRegistrationInput!) { openRegistration(input: $input) { errors { code } } }",
        person="somebody",
        input={"conferenceId": house.conference, "closesOn": story.TODAY.isoformat()},
    )
    assert refused["data"]["openRegistration"]["errors"][0]["code"] == "FORBIDDEN"
    assert len(house.trail(kind="WRITE")) == before


def test_every_chain_is_sealed_and_sound_until_a_byte_is_changed(house: House, mongo: MongoClient[Any]) -> None:
    environment = house.platform.environment
    databases = [mongo[f"{environment.database_prefix}{service}"] for service in SERVICES]
    eventually(lambda: not any(each["audit"].count_documents({"seal": None}) for each in databases), seconds=20)
    found = json.loads(run(VERIFY, environment))
    assert {(each["service"], each["coalition"]) for each in found["chains"]} >= {
        ("membership", None),
        ("membership", "eccar"),
        ("membership", "lac"),
        ("events", "eccar"),
        ("reports", "eccar"),
    }
    assert found["ok"] is True
    events = databases[1]["audit"]
    entry = events.find_one({"method": "register_delegate"})
    assert entry is not None
    events.update_one({"_id": entry["_id"]}, {"$set": {"actor.name": "Flp"}})
    try:
        [broken] = [each for each in json.loads(run(VERIFY, environment, expect=[1]))["chains"] if each["broken"]]
        told = broken["broken"]
        assert (broken["service"], broken["coalition"]) == ("events", "eccar")
        assert (told["kind"], told["number"], told["entry"]) == ("changed", entry["seal"]["number"], entry["_id"])
    finally:
        events.update_one({"_id": entry["_id"]}, {"$set": {"actor.name": entry["actor"]["name"]}})
    assert json.loads(run(VERIFY, environment))["ok"] is True


@pytest.fixture
def without_reports(house: House) -> Iterator[House]:
    reports = house.platform.processes["reports"]
    reports.terminate()
    yield house
    reports.restart().wait_until_ready()


def test_a_service_that_is_away_leaves_its_entries_out_and_an_error_says_so(without_reports: House) -> None:
    house = without_reports
    answer = house.platform.answer(OF_COALITION, person="audra", key="eccar")
    nodes = [edge["node"] for edge in answer["data"]["coalition"]["auditTrail"]["edges"]]
    assert {node["service"] for node in nodes} == {"membership", "events"}
    [error] = answer["errors"]
    assert error["path"] == ["coalition", "auditTrail"]
    assert error["extensions"]["code"] in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
