"""All that is held of one person, given out and erased across every service, with a receipt of each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from pymongo import MongoClient

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.principal import Scope, person_id
from services.rights.roles import Role
from tests.support import people, story
from tests.support.platform import Platform
from tests.support.processes import eventually, run
from tests.support.story import TODAY, localized

pytestmark = pytest.mark.slow

REQUEST: Final = """query($id: ID!) { dataRequest(id: $id) { kind status isOverdue missing coalition { key }
  receipts { service counts { what count } kept { what count reason } } document } }"""
SEEN: Final = """query($id: ID!) { node(id: $id) { ... on Registration {
  name email function erasedAt specialNeeds { dietary } } } }"""
MINUTES: Final = "query($id: ID!) { conference(id: $id) { minutes { title present { name } } } }"
CONTACTS: Final = "query($id: ID!) { member(id: $id) { contacts { role name email phone } } }"
DRAFTS: Final = "query($key: String!) { coalition(key: $key) { reports { edges { node { responsibleId } } } } }"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where `ada` works: the member, the conference at which she is registered, and her draft."""

    member: str
    conference: str
    registration: str
    report: str


@pytest.fixture(scope="module")
def place(platform: Platform) -> Place:
    """`greta` is Graz's focal point, `eva` in the event team, `ada` contributes, is a contact and a delegate."""
    story.coalition(platform)
    member = story.member(platform, "Graz")
    local = GlobalId.parse(member)
    assert local is not None
    platform.grant("greta", Role.FOCAL_POINT, Scope("member", "eccar", local.key))
    platform.grant("ada", Role.CONTRIBUTOR, Scope("member", "eccar", local.key))
    conference = conference_today(platform)
    found = GlobalId.parse(conference)
    assert found is not None
    platform.grant("eva", Role.EVENT_TEAM, Scope("conference", "eccar", found.key))
    return Place(member, conference, registered(platform, conference, member), draft(platform, member))


def conference_today(platform: Platform) -> str:
    announced = platform.done(
        "announceConference",
        "conference { id }",
        coalition="eccar",
        kind="GENERAL_CONFERENCE",
        title=localized("Conference"),
        startDate=TODAY.isoformat(),
        endDate=(TODAY + timedelta(days=1)).isoformat(),
        mode="HYBRID",
    )
    conference = str(announced["conference"]["id"])
    platform.done("openRegistration", "conference { id }", conferenceId=conference, closesOn=TODAY.isoformat())
    return conference


def registered(platform: Platform, conference: str, member: str) -> str:
    delegate = {"name": "Ada Example", "email": "Ada@People.Example", "function": "Deputy mayor"}
    payload = platform.done(
        "registerDelegate",
        "registration { id }",
        person="greta",
        conferenceId=conference,
        memberId=member,
        attendance="ON_SITE",
        **delegate,
    )
    return str(payload["registration"]["id"])


def draft(platform: Platform, member: str) -> str:
    cycle = platform.done(
        "openCycle",
        "cycle { id }",
        coalition="eccar",
        name=localized("Cycle"),
        periodStart=(TODAY - timedelta(days=700)).isoformat(),
        periodEnd=TODAY.isoformat(),
        dueOn=(TODAY + timedelta(days=90)).isoformat(),
    )["cycle"]["id"]
    started = platform.done("startReport", "report { id }", person="ada", memberId=member, cycleId=cycle)
    return str(started["report"]["id"])


def request(platform: Platform, kind: str, person: str, **values: Any) -> str:
    selection = "dataRequest { id status missing }"
    asked = platform.done(f"request{kind}", selection, person=person, **values)["dataRequest"]
    assert (asked["status"], len(asked["missing"])) == ("OPEN", 3)
    return str(asked["id"])


def done(platform: Platform, request_id: str, person: str) -> Document:
    def answered() -> Document:
        found: Document = platform.ask(REQUEST, person=person, id=request_id)["dataRequest"]
        return found if found["status"] == "DONE" else {}

    return eventually(answered, seconds=20)


def counts(found: Document) -> dict[str, dict[str, int]]:
    """Of each service, what there was."""
    return {
        receipt["service"]: {each["what"]: each["count"] for each in receipt["counts"] if each["count"]}
        for receipt in found["receipts"]
    }


def kept(found: Document) -> dict[tuple[str, str], str]:
    """The reasons, by service and what it is."""
    return {
        (receipt["service"], each["what"]): each["reason"] for receipt in found["receipts"] for each in receipt["kept"]
    }


def person_of(name: str) -> str:
    return str(GlobalId("Person", person_id(people.issuer().url, name)))


def test_special_needs_want_consent_and_are_seen_by_those_who_must_know(platform: Platform, place: Place) -> None:
    needs: dict[str, Any] = {"registrationId": place.registration, "dietary": "no nuts"}
    record = "recordSpecialNeeds"
    assert platform.refused(record, person="greta", **needs) == ["CONSENT_REQUIRED"]
    assert platform.refused(record, person="greta", **needs, consentVersion="1") == ["CONSENT_TEXT_NOT_IN_FORCE"]
    text = {"purpose": "SPECIAL_NEEDS", "version": "1", "validFrom": TODAY.isoformat()}
    platform.done(
        "publishConsentText", "consentText { version }", coalition="eccar", text=localized("Until it is over."), **text
    )
    eventually(lambda: platform.refused(record, person="greta", **needs, consentVersion="1") == [], seconds=20)

    for person in ("greta", "eva"):
        assert platform.ask(SEEN, person=person, id=place.registration)["node"]["specialNeeds"] == {
            "dietary": "no nuts"
        }
    office = platform.answer(SEEN, id=place.registration)
    assert (office["data"]["node"]["name"], office["data"]["node"]["specialNeeds"]) == ("Ada Example", None)
    assert [error["extensions"]["code"] for error in office["errors"]] == ["FORBIDDEN"]
    assert platform.refused(record, **needs, consentVersion="1") == ["FORBIDDEN"]


def test_contacts_show_each_field_to_those_for_whom_it_is(platform: Platform, place: Place) -> None:
    shown = {"name": "PUBLIC", "email": "MEMBERS", "phone": "SECRETARIAT"}
    facts = {"role": "Deputy mayor", "name": "Ada Example", "email": "ada@people.example", "phone": "+43 316 872 0"}
    platform.done("recordContact", "contact { id }", memberId=place.member, visibility=shown, **facts)
    platform.grant("uma", Role.UNESCO_COORDINATOR, Scope("network"))

    def seen(person: str | None) -> list[str | None]:
        [contact] = platform.ask(CONTACTS, person=person, id=place.member)["member"]["contacts"]
        return [contact["name"], contact["email"], contact["phone"]]

    everything = ["Ada Example", "ada@people.example", "+43 316 872 0"]
    assert seen(None) == seen("somebody") == seen("uma") == [everything[0], None, None]
    assert seen("eva") == [*everything[:2], None]
    assert seen("greta") == seen(people.SECRETARY) == seen("ada") == everything


def test_consent_is_given_and_taken_back_and_takes_the_needs_with_it(platform: Platform, place: Place) -> None:
    own = "{ me { consents { purpose isGiven history { act textVersion } } } }"
    about = {"coalition": "eccar", "purpose": "SPECIAL_NEEDS"}
    platform.done("giveConsent", "consent { isGiven }", person="ada", **about, textVersion="1")

    platform.done("withdrawConsent", "consent { isGiven }", person="ada", **about)

    [consent] = platform.ask(own, person="ada")["me"]["consents"]
    assert (consent["isGiven"], [entry["act"] for entry in consent["history"]]) == (False, ["GIVEN", "WITHDRAWN"])
    eventually(
        lambda: platform.ask(SEEN, person="eva", id=place.registration)["node"]["specialNeeds"] is None, seconds=20
    )
    again = {"registrationId": place.registration, "dietary": "no nuts", "consentVersion": "1"}
    platform.done("recordSpecialNeeds", "specialNeeds { dietary }", person="greta", **again)


def test_one_person_is_exported_across_all_services(platform: Platform, place: Place) -> None:
    present = [{"name": "Ada Example", "email": people.address("ada")}, {"name": "Eve Example"}]
    minutes = {"conferenceId": place.conference, "adoptedOn": TODAY.isoformat(), "present": present}
    platform.done("recordMinutes", "minutes { id }", person="eva", title=localized("Minutes"), **minutes)

    identity = request(platform, "Export", "ada")
    found = done(platform, identity, "ada")

    assert counts(found) == {
        "membership": {"people": 1, "grants": 1, "contacts": 1, "consents": 1, "data_requests": 1},
        "events": {"registrations": 1, "special_needs": 1, "minutes": 1},
        "reports": {"drafts": 1},
    }
    document = found["document"]
    assert document["membership"]["contacts"][0]["phone"] == "+43 316 872 0"
    assert document["events"]["registrations"][0]["function"] == "Deputy mayor"
    assert document["events"]["special_needs"][0]["dietary"] == "no nuts"
    assert document["events"]["minutes"][0]["named_as"] == ["Ada Example"]
    assert document["reports"]["drafts"][0]["status"] == "draft"
    assert "Eve" not in str(document)
    for person in ("greta", "somebody", people.SECRETARY):
        assert platform.ask(REQUEST, person=person, id=identity)["dataRequest"] in (None, {**found, "document": None})


def test_only_the_person_or_their_coalition_asks(platform: Platform, place: Place) -> None:
    bea = {"email": people.address("ada")}
    for kind in ("Export", "Erasure"):
        assert platform.refused(f"request{kind}", person="somebody", **bea) == ["FORBIDDEN"]
        assert platform.refused(f"request{kind}", person="greta", coalition="eccar", **bea) == ["FORBIDDEN"]
        assert platform.refused(f"request{kind}", **bea) == ["FORBIDDEN"]
    answer = platform.answer("mutation { requestExport(input: {}) { errors { code } } }", person=None)
    assert answer["data"]["requestExport"]["errors"] == [{"code": "UNAUTHENTICATED"}]


def test_one_person_is_erased_across_all_services(
    platform: Platform, place: Place, mongo: MongoClient[dict[str, Any]]
) -> None:
    found = done(platform, request(platform, "Erasure", "ada"), "ada")

    assert counts(found) == {
        "membership": {"people": 1, "contacts": 1, "exports": 1},
        "events": {"registrations": 1, "special_needs": 1, "exports": 1},
        "reports": {"drafts": 1, "exports": 1},
    }
    reasons = kept(found)
    assert reasons.keys() >= {
        ("membership", "grants"),
        ("membership", "consents"),
        ("membership", "data_requests"),
        ("events", "minutes"),
    }
    assert "record of the assembly" in reasons["events", "minutes"]
    assert found["document"] is None
    erased = platform.ask(SEEN, person="eva", id=place.registration)["node"]
    assert (erased["name"], erased["function"], erased["specialNeeds"]) == ("[erased]", None, None)
    assert erased["erasedAt"] is not None
    [minutes] = platform.ask(MINUTES, person="eva", id=place.conference)["conference"]["minutes"]
    assert [each["name"] for each in minutes["present"]] == ["Ada Example", "Eve Example"]
    assert platform.ask(CONTACTS, id=place.member)["member"]["contacts"] == []
    assert eventually(lambda: platform.ask("{ me { grants { id } } }", person="ada")["me"]["grants"] == [])
    assert remaining(platform, mongo, "Ada Example", "no nuts", "ada@people.example", "+43 316") == {
        ("events", "minutes", "Ada Example")
    }


def remaining(platform: Platform, mongo: MongoClient[dict[str, Any]], *texts: str) -> set[tuple[str, str, str]]:
    """Where in the databases any of the texts still stands, however it is written."""
    prefix = platform.environment.database_prefix
    return {
        (service, name, text)
        for service in ("membership", "events", "reports")
        for name in mongo[f"{prefix}{service}"].list_collection_names()
        for text in texts
        if text.casefold() in str(list(mongo[f"{prefix}{service}"][name].find())).casefold()
    }


def test_a_coalition_erases_somebody_who_wrote_a_letter(platform: Platform, place: Place) -> None:
    registered_again = platform.done(
        "registerDelegate",
        "registration { id }",
        person="greta",
        conferenceId=place.conference,
        memberId=place.member,
        name="Letter Writer",
        email="writer@elsewhere.example",
        attendance="ONLINE",
    )["registration"]["id"]

    letter = {"coalition": "eccar", "email": "Writer@Elsewhere.Example"}
    identity = request(platform, "Erasure", people.SECRETARY, **letter)
    found = done(platform, identity, people.SECRETARY)

    assert (found["coalition"], counts(found)["events"]) == ({"key": "eccar"}, {"registrations": 1})
    assert platform.ask(SEEN, person="eva", id=registered_again)["node"]["name"] == "[erased]"
    listed = 'query { coalition(key: "eccar") { dataRequests(kind: ERASURE) { edges { node { id status } } } } }'
    assert platform.ask(listed)["coalition"]["dataRequests"]["edges"] == [{"node": {"id": identity, "status": "DONE"}}]
    overdue = "{ networkDataRequests(overdue: true) { edges { node { id } } } }"
    assert platform.ask(overdue)["networkDataRequests"]["edges"] == []


def test_how_long_what_is_kept_is_adopted_and_enforced_by_a_command(platform: Platform, place: Place) -> None:
    rules = [{"category": "REGISTRATIONS", "keepDays": 0}, {"category": "CONTACTS", "keepDays": 365}]
    platform.done(
        "adoptRetentionRules", "retentionRules { isDefault }", coalition="eccar", rules=rules, source="The board"
    )
    [own] = platform.ask(
        '{ coalition(key: "eccar") { retentionRules { isDefault rules { category keepDays } } } }', person=None
    )["coalition"]["retentionRules"]
    assert (own["isDefault"], own["rules"]) == (False, rules)

    for service in ("membership", "events", "reports"):
        for options in (["--dry-run"], []):
            assert run(["-m", f"services.{service}", "retain", *options], platform.environment) == ""
