"""Who may register, how many of one member, and giving up a registration."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.errors import (
    AlreadyRegistered,
    AttendanceNotOffered,
    MemberRequired,
    NotAMember,
    RegistrationAlreadyCancelled,
    TooManyDelegates,
)
from services.events.domain.members import Member
from services.events.domain.registrations import (
    Registration,
    RegistrationStatus,
    cancel_registration,
    check_attendance,
    check_member,
    free_place,
)
from services.events.domain.venue import Attendance, ConferenceMode

from .examples import NOW, conference, registration

STANDINGS = ("declared_intent", "candidate", "member", "refused", "former", "dormant", "a_word_of_tomorrow")


def member(standing: str) -> Member:
    return Member(id="m1", coalition="eccar", standing=standing, sequence=3)


def test_a_meeting_in_person_cannot_be_attended_online() -> None:
    with pytest.raises(AttendanceNotOffered, match="offers: on_site") as refused:
        check_attendance(conference(mode=ConferenceMode.IN_PERSON), Attendance.ONLINE)

    assert refused.value.path == ("attendance",)


def test_nor_an_online_meeting_on_site() -> None:
    with pytest.raises(AttendanceNotOffered, match="offers: online"):
        check_attendance(conference(mode=ConferenceMode.ONLINE), Attendance.ON_SITE)


@pytest.mark.parametrize("attendance", list(Attendance))
def test_a_hybrid_meeting_offers_both(attendance: Attendance) -> None:
    check_attendance(conference(mode=ConferenceMode.HYBRID), attendance)


def test_a_statutory_meeting_asks_for_the_member() -> None:
    with pytest.raises(MemberRequired):
        check_member(member_id=None, member=None, is_statutory=True)


@pytest.mark.parametrize("is_statutory", [True, False])
def test_nobody_comes_from_a_member_that_does_not_exist(is_statutory: bool) -> None:
    with pytest.raises(NotAMember, match="no such member"):
        check_member(member_id="m1", member=None, is_statutory=is_statutory)


@pytest.mark.parametrize("standing", STANDINGS)
def test_only_members_in_standing_send_delegates_to_a_statutory_meeting(standing: str) -> None:
    if standing == "member":
        check_member(member_id="m1", member=member(standing), is_statutory=True)
    else:
        with pytest.raises(NotAMember, match="in standing"):
            check_member(member_id="m1", member=member(standing), is_statutory=True)


@pytest.mark.parametrize("standing", STANDINGS)
def test_anybody_comes_to_an_open_meeting(standing: str) -> None:
    check_member(member_id=None, member=None, is_statutory=False)
    check_member(member_id="m1", member=member(standing), is_statutory=False)


def test_the_same_address_in_other_letters_is_the_same_person() -> None:
    known = [registration(email="Ada@Graz.example", member_id=None)]

    with pytest.raises(AlreadyRegistered):
        free_place(email="ada@graz.EXAMPLE", member_id="m2", delegates_per_member=5, confirmed=known)


def test_who_is_registered_already_hears_that_and_not_that_the_quota_is_full() -> None:
    known = [registration(member_place=1)]

    with pytest.raises(AlreadyRegistered):
        free_place(email="ada@graz.example", member_id="m1", delegates_per_member=1, confirmed=known)


def test_no_refusal_repeats_the_address() -> None:
    known = [registration()]

    with pytest.raises(AlreadyRegistered) as refused:
        free_place(email="ada@graz.example", member_id=None, delegates_per_member=None, confirmed=known)

    assert "graz" not in refused.value.message


def test_a_delegate_of_nobody_takes_no_member_s_place() -> None:
    known = [registration(id=f"r{n}", email=f"{n}@x.example", member_place=n) for n in (1, 2)]

    assert free_place(email="eve@x.example", member_id=None, delegates_per_member=2, confirmed=known) is None


def test_registrations_from_before_there_was_a_quota_count() -> None:
    known = [registration(id=f"r{n}", email=f"{n}@x.example", member_place=None) for n in (1, 2)]

    with pytest.raises(TooManyDelegates):
        free_place(email="eve@x.example", member_id="m1", delegates_per_member=2, confirmed=known)
    assert free_place(email="eve@x.example", member_id="m1", delegates_per_member=3, confirmed=known) == 1


MEMBERS = st.sampled_from(["m1", "m2", "m3", None])
STEPS = st.lists(
    st.tuples(st.sampled_from(["register", "register", "cancel", "quota"]), MEMBERS, st.integers(1, 4)), max_size=40
)


@given(quota=st.none() | st.integers(1, 4), steps=STEPS)
def test_whatever_is_tried_no_member_has_more_delegates_than_its_quota(
    quota: int | None, steps: list[tuple[str, str | None, int]]
) -> None:
    """Registering and cancelling in any order, the quota changed in between: a registration that is let in never makes
    more than the quota, one that is refused was one too many, and places are never held twice."""
    standing: list[Registration] = []
    for number, (step, member_id, amount) in enumerate(steps):
        if step == "quota":
            quota = amount
        elif step == "cancel" and standing:
            standing.pop(amount % len(standing))
        elif step == "register":
            held = [each for each in standing if each.member_id == member_id]
            limited = member_id is not None and quota is not None
            try:
                place = free_place(
                    email=f"{number}@x.example", member_id=member_id, delegates_per_member=quota, confirmed=held
                )
            except TooManyDelegates:
                assert limited
                assert quota is not None
                assert len(held) >= quota
                continue
            assert not limited or (quota is not None and len(held) < quota)
            assert (place is None) is not limited
            standing.append(
                registration(id=f"r{number}", email=f"{number}@x.example", member_id=member_id, member_place=place)
            )
    places = [(each.member_id, each.member_place) for each in standing if each.member_place]
    assert len(places) == len(set(places))


def test_cancelling_is_one_new_version() -> None:
    cancelled = cancel_registration(registration(), reason="ill", at=NOW)

    assert cancelled == replace(
        registration(),
        version=2,
        status=RegistrationStatus.CANCELLED,
        cancelled_at=NOW,
        cancellation_reason="ill",
    )


def test_what_is_cancelled_is_not_cancelled_again() -> None:
    cancelled = cancel_registration(registration(), reason=None, at=NOW)

    with pytest.raises(RegistrationAlreadyCancelled):
        cancel_registration(cancelled, reason=None, at=NOW)
