"""From application to membership and out of it: what is stored, what is told, and each refusal with its code."""

from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.kernel.errors import ServiceError, VersionConflict
from services.chassis.kernel.ids import is_id

from .service import Membership, Now, View


@pytest.fixture
def graz(service: Membership) -> str:
    return str(service.register_city(name="Graz")["id"])


def refused(service: Membership, command: Callable[[], Any]) -> str:
    """The code of the error; nothing was stored and nothing told."""
    before = service.contents()
    with pytest.raises(ServiceError) as caught:
        command()
    assert caught.value.expected
    assert service.contents() == before
    return caught.value.code


def stored(service: Membership, member: View) -> View:
    (found,) = service.get_members((member["coalition"], member["id"]))
    assert found is not None
    return found


def the_candidate(identity: str, city: str, plan: str) -> dict[str, Any]:
    return {
        "id": identity,
        "coalition": "eccar",
        "version": 1,
        "cities": [{"id": city, "name": "Graz", "country": "AT"}],
        "milestones": [
            {"kind": "council_decision", "date": "2026-09", "source": None, "note": None},
            {"kind": "application", "date": "2026-10-01", "source": None, "note": None},
        ],
        "standing": "candidate",
        "applied_on": "2026-10-01",
        "admitted_on": None,
        "plan_id": plan,
        "selected_commitments": [1, 7],
        "decision": None,
        "source": None,
    }


def test_one_city_applies_is_admitted_joins_and_withdraws(service: Membership, graz: str) -> None:
    (plan,) = service.list_plans("eccar")[0]
    assert plan is not None
    candidate = service.apply_for_membership(
        cities=[graz], decided_on="2026-09", selected_commitments=[1, 7], contact_note="Ms Y"
    )
    assert is_id(candidate["id"])
    assert candidate == the_candidate(candidate["id"], graz, plan["id"])
    assert stored(service, candidate) == candidate

    votes = {"in_favour": 20, "against": 1, "abstentions": 2}
    member = service.record_decision(member_id=candidate["id"], votes=votes, note="by hand", expected_version=1)
    assert member == {
        **candidate,
        "version": 2,
        "standing": "member",
        "admitted_on": "2026-11-20",
        "milestones": [
            *candidate["milestones"],
            {"kind": "admission", "date": "2026-11-20", "source": None, "note": "by hand"},
        ],
        "decision": {
            "outcome": "admitted",
            "body": "steering_committee",
            "decided_on": "2026-11-20",
            "votes": votes,
            "note": "by hand",
        },
    }
    joined = service.record_milestone(
        member_id=member["id"], kind="joining_association", date="2026-11", source="minutes"
    )
    assert (joined["version"], joined["standing"]) == (3, "member")
    left = service.record_milestone(member_id=member["id"], kind="withdrawal", note="a letter")
    assert (left["version"], left["standing"]) == (4, "former")
    assert stored(service, left) == left
    assert [message for message in service.messages() if message[1] == member["id"]] == [
        ("member_applied.v1", member["id"], 1),
        ("member_admitted.v1", member["id"], 2),
        ("member_recorded.v1", member["id"], 3),
        ("member_withdrawn.v1", member["id"], 4),
    ]


def test_the_message_carries_the_whole_public_state(service: Membership, graz: str) -> None:
    member = service.apply_for_membership(cities=[graz], contact_note="Ms Y")
    row = service.database["outbox"].find_one({"subject": member["id"]})
    assert row is not None
    assert (row["coalition"], row["source"]) == ("eccar", "membership")
    assert row["data"] == {
        "member_id": member["id"],
        "coalition": "eccar",
        "standing": "candidate",
        "cities": [{"id": graz, "name": "Graz", "country": "AT", "legal_type": "city"}],
        "applied_on": "2026-10-01",
        "admitted_on": None,
        "plan_id": member["plan_id"],
        "plan_version": "2004",
        "selected_commitments": None,
        "milestones": [{"kind": "application", "date": "2026-10-01"}],
    }


def test_two_bodies_become_one_member(service: Membership) -> None:
    town = service.register_city(name="Ratzeburg", country="DE")["id"]
    association = service.register_city(
        name="Amt Lauenburgische Seen", country="DE", legal_type="municipal_association"
    )["id"]
    candidate = service.apply_for_membership(cities=[town, association])
    assert [city["name"] for city in candidate["cities"]] == ["Ratzeburg", "Amt Lauenburgische Seen"]
    member = service.record_decision(member_id=candidate["id"])
    assert member["standing"] == "member"
    for city in (town, association):
        assert service.list_memberships_of_city(city) == [[member]]
        assert refused(service, lambda city=city: service.apply_for_membership(cities=[city])) == "ALREADY_MEMBER"  # type: ignore[misc]
    assert [each["id"] for each in service.list_members(search="lauenb")["items"]] == [member["id"]]
    assert [each["id"] for each in service.list_members(legal_type="municipal_association")["items"]] == [member["id"]]
    assert service.member_counts("eccar")[0]["total"] == 1


def test_a_refused_city_may_apply_again(service: Membership, graz: str) -> None:
    first = service.apply_for_membership(cities=[graz])
    decision = service.record_decision(member_id=first["id"], outcome="refused", votes=None)
    assert (decision["standing"], decision["admitted_on"]) == ("refused", None)
    assert service.messages()[-1] == ("member_refused.v1", first["id"], 2)
    again = service.apply_for_membership(cities=[graz], applied_on="2026-11-23")
    assert again["id"] != first["id"]
    assert [each["standing"] for each in service.list_memberships_of_city(graz)[0] if each] == ["refused", "candidate"]


def test_a_declared_intent_goes_on_as_the_same_membership(service: Membership, graz: str) -> None:
    intent = service.record_membership(cities=[graz], milestones=[{"kind": "declaration_of_intent", "date": "2004"}])
    assert (intent["standing"], intent["plan_id"]) == ("declared_intent", None)
    candidate = service.apply_for_membership(cities=[graz])
    assert (candidate["id"], candidate["version"], candidate["standing"]) == (intent["id"], 2, "candidate")
    assert candidate["plan_id"] is not None
    assert service.messages()[-1] == ("member_applied.v1", intent["id"], 2)
    assert service.record_decision(member_id=intent["id"])["version"] == 3


@pytest.mark.parametrize(
    ("kinds", "standing", "message"),
    [
        (["admission"], "member", "member_admitted.v1"),
        (["application"], "candidate", "member_applied.v1"),
        (["declaration_of_intent"], "declared_intent", "member_recorded.v1"),
        (["application", "refusal"], "refused", "member_recorded.v1"),
        (["admission", "withdrawal"], "former", "member_withdrawn.v1"),
        (["admission", "no_longer_listed"], "dormant", "member_withdrawn.v1"),
    ],
)
def test_history_from_archives(service: Membership, graz: str, kinds: list[str], standing: str, message: str) -> None:
    milestones = [{"kind": kind, "source": "a list"} for kind in kinds]
    member = service.record_membership(cities=[graz], milestones=milestones, source="archive")
    assert (member["version"], member["standing"], member["source"]) == (1, standing, "archive")
    assert member["milestones"] == [{"kind": kind, "date": None, "source": "a list", "note": None} for kind in kinds]
    assert service.messages()[-1] == (message, member["id"], 1)
    assert stored(service, member) == member
    assert service.member_counts("eccar")[0]["by_standing"][standing] == 1


def test_a_membership_of_long_ago_is_under_the_plan_of_its_day(service: Membership, graz: str) -> None:
    service.publish_plan(coalition="eccar", version="2024", adopted="2024-09-24")
    old, new = (
        service.record_membership(cities=[city], milestones=[{"kind": "admission", "date": day}])
        for city, day in ((graz, "2006"), (service.register_city()["id"], "2025"))
    )
    plans = {plan["version"]: plan["id"] for plan in service.list_plans("eccar")[0] if plan}
    assert (old["plan_id"], new["plan_id"]) == (plans["2004"], plans["2024"])
    named = service.record_membership(
        cities=[service.register_city()["id"]], milestones=[{"kind": "admission"}], plan_version="2004"
    )
    assert named["plan_id"] == plans["2004"]


def test_a_coalition_without_a_known_plan_admits_too(service: Membership, graz: str) -> None:
    member = service.apply_for_membership(coalition="lac", cities=[graz])
    assert member["plan_id"] is None
    assert service.record_decision(coalition="lac", member_id=member["id"])["plan_id"] is None


class TestRefusals:
    def test_of_an_application(self, service: Membership, graz: str) -> None:
        apply = service.apply_for_membership
        other = service.register_city()["id"]
        assert refused(service, lambda: apply(coalition="nowhere", cities=[graz])) == "UNKNOWN_COALITION"
        assert refused(service, lambda: apply(cities=[graz, "nobody"])) == "UNKNOWN_CITY"
        assert refused(service, lambda: apply(cities=[graz], applied_on="2026-11-26")) == "DATE_IN_FUTURE"
        assert refused(service, lambda: apply(cities=[graz], decided_on="2027")) == "DATE_IN_FUTURE"
        assert refused(service, lambda: apply(cities=[graz], decided_on="2026-10-02")) == "MILESTONE_OUT_OF_ORDER"
        assert refused(service, lambda: apply(cities=[graz], selected_commitments=[3])) == "INVALID_INPUT"
        assert refused(service, lambda: apply(cities=[])) == "INVALID_INPUT"
        member = apply(cities=[graz])
        assert refused(service, lambda: apply(cities=[graz])) == "ALREADY_APPLIED"
        assert refused(service, lambda: apply(cities=[other, graz])) == "ALREADY_APPLIED"
        service.record_decision(member_id=member["id"])
        assert refused(service, lambda: apply(cities=[graz])) == "ALREADY_MEMBER"
        # Another coalition is another matter.
        assert apply(coalition="lac", cities=[graz])["standing"] == "candidate"

    def test_of_an_application_beside_an_intent_of_others(self, service: Membership, graz: str) -> None:
        service.record_membership(cities=[graz], milestones=[{"kind": "declaration_of_intent"}])
        other = service.register_city()["id"]
        code = refused(service, lambda: service.apply_for_membership(cities=[graz, other]))
        assert code == "MEMBERSHIP_ALREADY_EXISTS"

    def test_of_a_decision(self, service: Membership, graz: str) -> None:
        candidate = service.apply_for_membership(cities=[graz])["id"]

        def decide(**values: Any) -> Callable[[], View]:
            return lambda: service.record_decision(**{"member_id": candidate} | values)

        assert refused(service, decide(member_id="nobody")) == "NOT_FOUND"
        assert refused(service, decide(expected_version=2)) == "VERSION_CONFLICT"
        assert refused(service, decide(decided_on="2026-11-26")) == "DATE_IN_FUTURE"
        assert refused(service, decide(decided_on="2026-09-30")) == "DECISION_BEFORE_APPLICATION"
        votes = {"in_favour": 3, "against": 3, "abstentions": 0}
        assert refused(service, decide(votes=votes)) == "VOTES_CONTRADICT_OUTCOME"
        service.record_decision(member_id=candidate)
        assert refused(service, decide()) == "NOT_A_CANDIDATE"
        assert refused(service, decide(outcome="refused")) == "NOT_A_CANDIDATE"
        intent = service.record_membership(
            cities=[service.register_city()["id"]], milestones=[{"kind": "declaration_of_intent"}]
        )
        assert refused(service, decide(member_id=intent["id"])) == "NOT_A_CANDIDATE"

    def test_of_a_body_that_may_not_decide(self, service: Membership, graz: str) -> None:
        service.register_coalition(
            key="strict", admission_rules=[{"valid_from": "2020-01-01", "bodies": ["general_assembly"]}]
        )
        candidate = service.apply_for_membership(coalition="strict", cities=[graz])["id"]

        def decide(body: str) -> View:
            return service.record_decision(coalition="strict", member_id=candidate, body=body)

        assert refused(service, lambda: decide("secretariat")) == "BODY_MAY_NOT_DECIDE"
        assert decide("general_assembly")["standing"] == "member"

    def test_of_a_step(self, service: Membership, graz: str) -> None:
        candidate = service.apply_for_membership(cities=[graz], decided_on="2026-09-01")["id"]

        def go_on(kind: str, **values: Any) -> Callable[[], View]:
            return lambda: service.record_milestone(**{"member_id": candidate, "kind": kind} | values)

        assert refused(service, go_on("withdrawal")) == "WITHDRAWAL_WITHOUT_ADMISSION"
        assert refused(service, go_on("joining_association")) == "MILESTONE_OUT_OF_ORDER"
        assert refused(service, go_on("declaration_of_intent", date="2026-11-01")) == "MILESTONE_OUT_OF_ORDER"
        assert refused(service, go_on("application")) == "MILESTONE_ALREADY_RECORDED"
        assert refused(service, go_on("council_decision")) == "MILESTONE_ALREADY_RECORDED"
        assert refused(service, go_on("admission", date="2026-11-01")) == "DECISION_NEEDED"
        assert refused(service, go_on("act_of_accession", date="2026-12")) == "DATE_IN_FUTURE"
        assert refused(service, go_on("act_of_accession", member_id="nobody")) == "NOT_FOUND"
        assert refused(service, go_on("act_of_accession", expected_version=7)) == "VERSION_CONFLICT"
        assert go_on("act_of_accession", date="2026-11-01", expected_version=1)()["version"] == 2

    def test_of_history(self, service: Membership, graz: str) -> None:
        def record(*milestones: View, **values: Any) -> Callable[[], View]:
            return lambda: service.record_membership(**{"cities": [graz], "milestones": milestones} | values)

        admission = {"kind": "admission", "date": "2006"}
        assert refused(service, record(admission, coalition="nowhere")) == "UNKNOWN_COALITION"
        assert refused(service, record(admission, cities=["nobody"])) == "UNKNOWN_CITY"
        assert refused(service, record(admission, plan_version="1999")) == "UNKNOWN_PLAN"
        assert refused(service, record({"kind": "withdrawal"})) == "WITHDRAWAL_WITHOUT_ADMISSION"
        assert refused(service, record(admission, {"kind": "withdrawal", "date": "2005"})) == "MILESTONE_OUT_OF_ORDER"
        assert refused(service, record(admission, admission)) == "MILESTONE_ALREADY_RECORDED"
        assert refused(service, record({"kind": "admission", "date": "2027"})) == "DATE_IN_FUTURE"
        application = {"kind": "application", "date": "2007"}
        assert refused(service, record(application, admission)) == "DECISION_BEFORE_APPLICATION"
        record(admission)()
        assert refused(service, record(admission)) == "MEMBERSHIP_ALREADY_EXISTS"


def test_a_dormant_membership_is_not_recorded_twice_but_the_city_may_apply(service: Membership, graz: str) -> None:
    milestones = [{"kind": "admission"}, {"kind": "no_longer_listed"}]
    service.record_membership(cities=[graz], milestones=milestones)
    again = refused(service, lambda: service.record_membership(cities=[graz], milestones=milestones))
    assert again == "MEMBERSHIP_ALREADY_EXISTS"
    assert service.apply_for_membership(cities=[graz])["standing"] == "candidate"


def test_two_secretaries_do_not_overwrite_each_other(service: Membership, graz: str) -> None:
    member = service.apply_for_membership(cities=[graz])
    service.record_milestone(member_id=member["id"], kind="act_of_accession", expected_version=1)
    with pytest.raises(VersionConflict) as caught:
        service.record_decision(member_id=member["id"], expected_version=1)
    assert caught.value.path == ("expected_version",)
    assert service.record_decision(member_id=member["id"], expected_version=2)["version"] == 3


def test_today_ends_last_where_the_clock_says_so(service: Membership, graz: str, now: Now) -> None:
    """A vote in Auckland on the 25th at nine in the morning: in Europe it is still the 24th."""
    now.at = now.at.replace(hour=20)
    assert service.apply_for_membership(cities=[graz], applied_on="2026-11-25")["applied_on"] == "2026-11-25"


def test_a_changed_city_is_shown_truly_from_the_next_change_on(service: Membership, graz: str) -> None:
    """No command changes the registry yet. What a membership says of its cities is read from it at every write."""
    member = service.apply_for_membership(cities=[graz])
    service.database["cities"].update_one(
        {"_id": graz}, {"$set": {"name": "Gradec", "country": "SI", "legal_type": "region", "population": 7}}
    )
    after = service.record_decision(member_id=member["id"])
    assert after["cities"] == [{"id": graz, "name": "Gradec", "country": "SI"}]
    assert [each["id"] for each in service.list_members(country="SI", search="grad", legal_type="region")["items"]] == [
        member["id"]
    ]
    assert service.list_members(country="AT")["items"] == []
