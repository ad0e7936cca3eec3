"""Two ask at the same moment: one wins, and the other is told why not."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest

from services.chassis.kernel.errors import ServiceError
from services.chassis.messaging.validation import load
from services.chassis.persistence.unit_of_work import Work
from services.membership.application import commands
from services.membership.domain.membership import Membership as Member
from services.membership.schemas import requests

from .service import Membership


def outcomes(attempts: list[Callable[[], Any]]) -> Counter[str]:
    """What becomes of `attempts`, all begun at the same moment in threads of their own."""
    together = threading.Barrier(len(attempts))

    def run(attempt: Callable[[], Any]) -> str:
        together.wait(timeout=10)
        try:
            attempt()
        except ServiceError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(attempts)) as threads:
        running = [threads.submit(copy_context().run, run, attempt) for attempt in attempts]
        return Counter(each.result(timeout=60) for each in running)


@pytest.mark.parametrize("round_", range(5))
def test_of_many_applications_of_one_city_one_is_accepted(service: Membership, round_: int) -> None:
    city = service.register_city()["id"]
    others = [service.register_city()["id"] for _ in range(4)]
    attempts: list[Callable[[], Any]] = [
        lambda together=together: service.apply_for_membership(cities=together)  # type: ignore[misc]
        for together in ([city], [city], *([city, other] for other in others))
    ]
    assert outcomes(attempts) == {"done": 1, "ALREADY_APPLIED": 5}
    assert service.database["memberships"].count_documents({"city_ids": city}) == 1
    assert [kind for kind, _, _ in service.messages()].count("member_applied.v1") == 1


def test_an_application_that_saw_nobody_loses_to_the_one_committed_in_between(service: Membership) -> None:
    """Deterministic: the other application commits between what this one has read and what it writes."""
    city = service.register_city()["id"]
    runs: list[int] = []

    def apply_after_somebody_else(work: Work, command: Any) -> Member:
        runs.append(1)
        assert (
            list(work.collection("memberships").find({"city_ids": city}, session=work.session)) == [] or len(runs) > 1
        )
        if len(runs) == 1:
            service.apply_for_membership(cities=[city])
        return commands.apply_for_membership(work, command)

    data = {"coalition": "eccar", "cities": [city], "applied_on": "2026-10-01"}
    command = load(requests.ApplyForMembership(), data)
    with pytest.raises(ServiceError) as caught:
        service.unit_of_work.write(apply_after_somebody_else, command)
    assert caught.value.code == "ALREADY_APPLIED"
    assert service.database["memberships"].count_documents({}) == 1


@pytest.mark.parametrize("kind", ["application", "admission", "declaration_of_intent"])
def test_the_index_itself_refuses_a_second_living_membership(service: Membership, kind: str) -> None:
    """Whoever forgot to look first: the database says no."""
    city = service.register_city()["id"]
    service.record_membership(cities=[city], milestones=[{"kind": kind}])
    document = service.database["memberships"].find_one({"city_ids": city})
    assert document is not None
    index = service.database["memberships"].index_information()["one_living_per_city"]
    assert index["unique"]
    with pytest.raises(Exception, match="one_living_per_city"):
        service.database["memberships"].insert_one({**document, "_id": "another"})
    service.database["memberships"].insert_one({**document, "_id": "another", "coalition": "lac"})


def test_of_many_archivists_one_enters_a_membership(service: Membership) -> None:
    city = service.register_city()["id"]
    attempts: list[Callable[[], Any]] = [
        lambda: service.record_membership(cities=[city], milestones=[{"kind": "admission"}]) for _ in range(4)
    ]
    assert outcomes(attempts) == {"done": 1, "MEMBERSHIP_ALREADY_EXISTS": 3}
    assert service.member_counts("eccar")[0]["total"] == 1


def test_an_archivist_and_an_applicant_at_the_same_moment(service: Membership) -> None:
    city = service.register_city()["id"]
    result = outcomes(
        [
            lambda: service.record_membership(cities=[city], milestones=[{"kind": "admission"}]),
            lambda: service.apply_for_membership(cities=[city]),
        ]
    )
    assert result["done"] == 1
    assert service.database["memberships"].count_documents({"open_city_ids": city}) == 1


def test_a_candidate_is_decided_on_once(service: Membership) -> None:
    member = service.apply_for_membership(cities=[service.register_city()["id"]])["id"]
    attempts: list[Callable[[], Any]] = [
        lambda outcome=outcome: service.record_decision(member_id=member, outcome=outcome)  # type: ignore[misc]
        for outcome in ("admitted", "refused", "admitted", "refused")
    ]
    assert outcomes(attempts) == {"done": 1, "NOT_A_CANDIDATE": 3}
    (stored,) = service.get_members(("eccar", member))
    assert stored is not None
    assert stored["version"] == 2
    assert len(stored["milestones"]) == 2
    decisions = [message for message in service.messages() if message[2] == 2]
    assert len(decisions) == 1


def test_who_decided_on_a_version_loses_to_who_was_first(service: Membership) -> None:
    member = service.apply_for_membership(cities=[service.register_city()["id"]])["id"]
    attempts: list[Callable[[], Any]] = [
        lambda kind=kind: service.record_milestone(member_id=member, kind=kind, expected_version=1)  # type: ignore[misc]
        for kind in ("act_of_accession", "council_decision", "declaration_of_intent")
    ]
    assert outcomes(attempts) == {"done": 1, "VERSION_CONFLICT": 2}


def test_steps_without_an_expected_version_all_count(service: Membership) -> None:
    member = service.apply_for_membership(cities=[service.register_city()["id"]])["id"]
    attempts: list[Callable[[], Any]] = [
        lambda kind=kind: service.record_milestone(member_id=member, kind=kind)  # type: ignore[misc]
        for kind in ("act_of_accession", "council_decision", "declaration_of_intent")
    ]
    assert outcomes(attempts) == {"done": 3}
    sequences = [sequence for _, subject, sequence in service.messages() if subject == member]
    assert sorted(sequences) == [1, 2, 3, 4]


@pytest.mark.parametrize("what", ["coalition", "plan", "city", "geonames"])
def test_of_many_who_register_the_same_one_does(service: Membership, what: str) -> None:
    attempts: dict[str, tuple[Callable[[int], Any], str]] = {
        "coalition": (lambda _: service.register_coalition(key="africa"), "COALITION_ALREADY_REGISTERED"),
        "plan": (lambda _: service.publish_plan(coalition="lac", version="2006"), "PLAN_ALREADY_PUBLISHED"),
        "city": (lambda number: service.register_city(name="Graz", geonames_id=number), "CITY_ALREADY_REGISTERED"),
        "geonames": (
            lambda number: service.register_city(name=f"Graz {number}", geonames_id=7),
            "CITY_ALREADY_REGISTERED",
        ),
    }
    attempt, code = attempts[what]
    numbered: list[Callable[[], Any]] = [lambda number=number: attempt(number) for number in range(1, 5)]  # type: ignore[misc]
    before = len(service.messages())
    assert outcomes(numbered) == {"done": 1, code: 3}
    assert len(service.messages()) == before + 1
