"""What is refused: stable codes, and sentences that say what to do."""

from datetime import date

import pytest

from services.chassis.kernel.errors import ExpectedError, ServiceError
from services.events.domain import errors

DAY = date(2026, 9, 1)
REFUSALS: dict[str, list[ServiceError]] = {
    "NOT_FOUND": [errors.ConferenceNotFound(), errors.RegistrationNotFound()],
    "UNKNOWN_COALITION": [errors.UnknownCoalition("atlantis")],
    "CONFERENCE_ALREADY_ANNOUNCED": [errors.ConferenceAlreadyAnnounced()],
    "CONFERENCE_IS_OVER": [errors.ConferenceIsOver(DAY)],
    "REGISTRATION_ALREADY_OPEN": [errors.RegistrationAlreadyOpen(DAY)],
    "REGISTRATION_NOT_OPEN": [
        errors.RegistrationNotOpen.never_opened(),
        errors.RegistrationNotOpen.opens_later(DAY),
        errors.RegistrationNotOpen.ended(DAY),
    ],
    "ATTENDANCE_NOT_OFFERED": [errors.AttendanceNotOffered("online")],
    "MEMBER_REQUIRED": [errors.MemberRequired()],
    "NOT_A_MEMBER": [errors.NotAMember.unknown(), errors.NotAMember.not_in_standing()],
    "ALREADY_REGISTERED": [errors.AlreadyRegistered()],
    "TOO_MANY_DELEGATES": [errors.TooManyDelegates(2)],
    "CONFERENCE_FULL": [errors.ConferenceFull()],
    "REGISTRATION_ALREADY_CANCELLED": [errors.RegistrationAlreadyCancelled()],
    "RULES_ALREADY_ADOPTED": [errors.RulesAlreadyAdopted()],
    "REGISTRATION_IS_CANCELLED": [errors.RegistrationIsCancelled()],
    "CONSENT_REQUIRED": [errors.ConsentRequired()],
    "CONSENT_TEXT_NOT_IN_FORCE": [errors.ConsentTextNotInForce(None), errors.ConsentTextNotInForce("2")],
    "MINUTES_ALREADY_RECORDED": [errors.MinutesAlreadyRecorded()],
}


@pytest.mark.parametrize(("code", "refusals"), REFUSALS.items(), ids=list(REFUSALS))
def test_a_refusal_is_expected_and_a_whole_sentence(code: str, refusals: list[ServiceError]) -> None:
    for refusal in refusals:
        assert (refusal.code, refusal.expected) == (code, True)
        assert refusal.message[0].isupper()
        assert refusal.message.endswith(".")


def test_no_refusal_is_forgotten_here() -> None:
    classes = {each for each in vars(errors).values() if isinstance(each, type) and each.__module__ == errors.__name__}

    assert {type(each) for refusals in REFUSALS.values() for each in refusals} == classes
    assert all(issubclass(each, ExpectedError) for each in classes)


def test_only_what_may_be_on_its_way_is_worth_another_try() -> None:
    retryable = {code for code, refusals in REFUSALS.items() for refusal in refusals if refusal.retryable}

    assert retryable == {"UNKNOWN_COALITION", "CONSENT_TEXT_NOT_IN_FORCE"}
