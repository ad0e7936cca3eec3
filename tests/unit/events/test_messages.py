"""The messages that this service publishes, held to golden files that consumers can test against."""

import json
from dataclasses import replace
from datetime import date

import pytest

from services.chassis.kernel.text import LocalizedText
from services.chassis.schemas.messages import Event
from services.events.domain.conferences import close_registration
from services.events.domain.events import (
    ConferenceAnnounced,
    ConferenceRulesAdopted,
    DelegateErased,
    DelegateRegistered,
    DelegateUnregistered,
    MinutesRecorded,
    RegistrationClosed,
    RegistrationOpened,
)
from services.events.domain.kinds import ConferenceKind
from services.events.domain.minutes import KEPT_BECAUSE, Minutes, Present
from services.events.domain.registrations import cancel_registration, erase_delegate
from services.events.domain.rules import AdoptedRules, ConferenceRules
from services.events.schemas.published import MESSAGES, publishing
from services.personal.receipts import Kept, PersonalDataErased, PersonalDataExported, Receipt, counted
from tests.support.golden import golden, told

from .examples import NOW, TODAY, conference, registration, window

OPENED = conference(version=2, registration=window(capacity=300, delegates_per_member=2))
REGISTERED = registration(
    id="01980000-0000-7000-8000-0000000000d1",
    member_id="01980000-0000-7000-8000-0000000000a1",
    member_place=1,
    function="Deputy mayor",
)
RULES = AdoptedRules(
    id="01980000-0000-7000-8000-0000000000e1",
    coalition="eccar",
    version=1,
    rules=ConferenceRules(
        valid_from=date(2027, 1, 1),
        statutory_kinds=(ConferenceKind.GENERAL_ASSEMBLY, ConferenceKind.STEERING_COMMITTEE),
        is_default=False,
        source="Statutes of 2026, section 7",
    ),
)
MINUTES = Minutes(
    id="01980000-0000-7000-8000-0000000000f1",
    coalition="eccar",
    version=1,
    conference_id="01980000-0000-7000-8000-0000000000c1",
    title=LocalizedText.of("en", "Minutes of the General Assembly"),
    adopted_on=date(2026, 10, 23),
    present=(Present(name="Ada Example", person_id=None, email_pseudonym="pseudonym"),),
)
RECEIPT = Receipt(
    id="01980000-0000-7000-8000-000000000901",
    request_id="01980000-0000-7000-8000-000000000801",
    coalition="",
    counts=counted({"registrations": 2, "special_needs": 1, "minutes": 0}),
)
ERASED = replace(RECEIPT, kept=(Kept(what="minutes", count=1, reason=KEPT_BECAUSE),))
EXAMPLES: tuple[Event, ...] = (
    ConferenceAnnounced(conference(theme=LocalizedText("en", {"en": "Welcoming cities", "de": "Weltoffene Städte"}))),
    RegistrationOpened(OPENED),
    RegistrationClosed(close_registration(OPENED, today=TODAY)),
    DelegateRegistered(REGISTERED),
    DelegateUnregistered(cancel_registration(REGISTERED, reason="illness in the family", at=NOW)),
    ConferenceRulesAdopted(RULES),
    DelegateErased(erase_delegate(REGISTERED, at=NOW)),
    MinutesRecorded(MINUTES),
    PersonalDataExported(RECEIPT),
    PersonalDataErased(ERASED),
)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: Event) -> None:
    assert told(publishing(event, time=NOW)) == golden(MESSAGES[type(event)].name)


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(MESSAGES)


@pytest.mark.parametrize("event", EXAMPLES[3:], ids=lambda event: type(event).__name__)
def test_no_personal_data_leaves_in_a_message(event: Event) -> None:
    told = json.dumps(publishing(event, time=NOW).data)

    for personal in ("Ada", "ada@", "Deputy", "illness"):
        assert personal not in told
