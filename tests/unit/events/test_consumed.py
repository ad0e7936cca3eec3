"""Tolerant copies: what this service reads of the membership service's messages."""

from typing import Any

import pytest

from services.chassis.kernel.errors import InvalidInput
from services.chassis.messaging.validation import load
from services.events.schemas.consumed import COALITION_MESSAGES, MEMBER_MESSAGES, CoalitionState, MemberState
from services.events.wiring import SERVICE

MEMBER = {"member_id": "m1", "coalition": "eccar", "standing": "member"}


@pytest.mark.parametrize("name", MEMBER_MESSAGES)
def test_all_messages_about_a_member_are_read_alike_and_the_rest_is_left(name: str) -> None:
    told = {**MEMBER, "cities": [{"name": "Graz"}], "a_field_of_tomorrow": 1}

    assert load(MEMBER_MESSAGES[name], told) == MemberState(member_id="m1", coalition="eccar", standing="member")


def test_a_standing_of_tomorrow_is_no_reason_to_fail() -> None:
    told = {**MEMBER, "standing": "suspended"}

    assert load(MEMBER_MESSAGES["membership.member_recorded.v1"], told).standing == "suspended"


@pytest.mark.parametrize("missing", MEMBER)
def test_what_is_needed_must_be_there(missing: str) -> None:
    told: dict[str, Any] = {name: value for name, value in MEMBER.items() if name != missing}

    with pytest.raises(InvalidInput):
        load(MEMBER_MESSAGES["membership.member_admitted.v1"], told)


def test_of_a_coalition_only_the_key_is_read() -> None:
    told = {"key": "lac", "name": {"original": "es", "texts": {"es": "LAC"}}, "languages": ["es"]}

    assert load(COALITION_MESSAGES["membership.coalition_registered.v1"], told) == CoalitionState(key="lac")


def test_each_of_them_has_a_queue_that_takes_it() -> None:
    assert {subscription.queue: set(subscription.types) for subscription in SERVICE.subscriptions} == {
        "events.member_projection": set(MEMBER_MESSAGES),
        "events.coalition_projection": set(COALITION_MESSAGES),
        "events.consent_text_projection": {"membership.consent_text_published.v1"},
        "events.consent_withdrawal": {"membership.consent_withdrawn.v1"},
        "events.retention_projection": {"membership.retention_rules_adopted.v1"},
        "events.data_requests": {"membership.export_requested.v1", "membership.erasure_requested.v1"},
    }
