"""The messages that this service publishes, held to golden files that consumers can test against."""

import json
from dataclasses import replace
from datetime import date

import pytest

from services.chassis.schemas.messages import Event
from services.membership.domain.events import (
    CityRegistered,
    CoalitionRegistered,
    MemberAdmitted,
    MemberApplied,
    MemberRecorded,
    MemberRefused,
    MemberWithdrawn,
    PlanPublished,
)
from services.membership.schemas.published import MESSAGES, publishing
from tests.support.golden import golden, told

from .examples import AMT, ECCAR, GRAZ, NOW, PLAN_2004, RATZEBURG, decision, membership, milestone

DECIDED = date(2025, 10, 24)

APPLIED = membership(
    milestone("council_decision", "2025-03"),
    milestone("application", "2025-04-02"),
    cities=(RATZEBURG, AMT),
    selected_commitments=(1, 7),
    contact_note="Confidential: Ms Y, +49 4541",
).under(PLAN_2004)
ADMITTED = replace(
    APPLIED.followed_by(milestone("admission", "2025-10-24")), decision=decision(on=DECIDED, votes=(40, 0, 1))
)
REFUSED = replace(APPLIED.followed_by(milestone("refusal", "2025-10-24")), decision=decision("refused", on=DECIDED))
RECORDED = ADMITTED.followed_by(milestone("joining_association", "2026"))
WITHDRAWN = RECORDED.followed_by(milestone("withdrawal"))

EXAMPLES: tuple[Event, ...] = (
    CoalitionRegistered(ECCAR),
    PlanPublished(PLAN_2004),
    CityRegistered(GRAZ),
    MemberApplied(APPLIED),
    MemberAdmitted(ADMITTED),
    MemberRefused(REFUSED),
    MemberRecorded(RECORDED),
    MemberWithdrawn(WITHDRAWN),
)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: Event) -> None:
    assert told(publishing(event, time=NOW)) == golden(MESSAGES[type(event)].name)


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(MESSAGES)


def test_what_is_meant_for_the_secretariat_leaves_in_no_message() -> None:
    assert "Confidential" not in json.dumps(publishing(MemberApplied(APPLIED), time=NOW).data)
