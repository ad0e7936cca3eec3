"""An invitation is good once, for a while, and for one address."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.chassis.kernel.errors import ExpectedError
from services.chassis.kernel.principal import TENANT, Scope
from services.membership.domain.errors import (
    AlreadyInvited,
    EmailDiffers,
    EmailNotVerified,
    InvitationAlreadyUsed,
    InvitationExpired,
    InvitationRevoked,
)
from services.membership.domain.grants import Term
from services.membership.domain.invitations import LIFE, Invitation, InvitationStatus, ensure_not_invited
from services.membership.domain.people import Identity, Person, known, same_address, seen
from services.rights.roles import Role

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ADDRESS = "bea@people.example"
INVITATION = Invitation(
    id="i",
    version=1,
    role=Role.TREASURER,
    scope=Scope(TENANT, "eccar"),
    term=Term(valid_from=date(2026, 11, 24), valid_until=date(2027, 12, 31)),
    email=ADDRESS,
    token_hash="hash",
    invited_by="ada",
    invited_at=NOW,
    expires_at=NOW + LIFE,
)


@pytest.mark.parametrize("address", [ADDRESS, "BEA@People.EXAMPLE", "  bea@people.example\n"])
def test_an_address_is_the_same_however_it_is_written(address: str) -> None:
    accepted = INVITATION.accepted(by="bea", email=address, at=NOW)
    assert (accepted.status(NOW), accepted.version, accepted.accepted_by) == (InvitationStatus.ACCEPTED, 2, "bea")


@given(st.emails())
def test_no_other_address_will_do(address: str) -> None:
    if not same_address(address, ADDRESS):
        with pytest.raises(EmailDiffers):
            INVITATION.accepted(by="bea", email=address, at=NOW)


def test_an_address_that_nobody_has_verified_is_none() -> None:
    assert not same_address(None, None)
    with pytest.raises(EmailNotVerified):
        INVITATION.accepted(by="bea", email=None, at=NOW)


def test_what_became_of_it_decides_before_whose_it_is() -> None:
    accepted = INVITATION.accepted(by="bea", email=ADDRESS, at=NOW)
    revoked = INVITATION.revoked(by="ada", at=NOW)
    for email in (None, ADDRESS, "eve@people.example"):
        with pytest.raises(InvitationAlreadyUsed):
            accepted.accepted(by="bea", email=email, at=NOW)
        with pytest.raises(InvitationRevoked):
            revoked.accepted(by="bea", email=email, at=NOW)
        with pytest.raises(InvitationExpired):
            INVITATION.accepted(by="bea", email=email, at=NOW + LIFE)


@given(st.timedeltas(timedelta(0), timedelta(days=500)))
def test_it_lives_for_two_weeks_and_no_longer_than_its_term(later: timedelta) -> None:
    at = NOW + later
    expected = InvitationStatus.PENDING if later < LIFE else InvitationStatus.EXPIRED
    assert INVITATION.status(at) is expected


def test_it_ends_with_the_term_that_it_offers() -> None:
    short = replace(INVITATION, term=Term(valid_from=NOW.date(), valid_until=NOW.date()))
    assert short.status(NOW + timedelta(hours=14)) is InvitationStatus.PENDING
    assert short.status(NOW + timedelta(hours=15)) is InvitationStatus.EXPIRED


def test_one_open_invitation_for_each_address() -> None:
    with pytest.raises(AlreadyInvited):
        ensure_not_invited("BEA@people.example", [INVITATION], at=NOW)
    ensure_not_invited("cem@people.example", [INVITATION], at=NOW)
    ensure_not_invited(ADDRESS, [INVITATION], at=NOW + LIFE)
    ensure_not_invited(ADDRESS, [INVITATION.revoked(by="ada", at=NOW)], at=NOW)


class OneInvitation(RuleBasedStateMachine):
    """Whatever is tried, and whenever: it is accepted at most once, never after it was taken back or has expired."""

    def __init__(self) -> None:
        super().__init__()
        self.invitation = INVITATION
        self.at = NOW
        self.done: list[str] = []

    @rule(email=st.sampled_from([ADDRESS, "eve@people.example", None]))
    def accept(self, email: str | None) -> None:
        may = not self.done and self.at < NOW + LIFE and email == ADDRESS
        try:
            self.invitation = self.invitation.accepted(by="bea", email=email, at=self.at)
        except ExpectedError:
            assert not may
        else:
            assert may
            self.done.append("accepted")

    @rule()
    def revoke(self) -> None:
        may = not self.done and self.at < NOW + LIFE
        try:
            self.invitation = self.invitation.revoked(by="ada", at=self.at)
        except ExpectedError:
            assert not may
        else:
            assert may
            self.done.append("revoked")

    @rule(days=st.integers(1, 8))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @invariant()
    def at_most_one_thing_has_happened(self) -> None:
        assert len(self.done) <= 1
        assert self.invitation.version == 1 + len(self.done)
        assert self.invitation.status(self.at).value == (
            self.done[0] if self.done else ("pending" if self.at < NOW + LIFE else "expired")
        )


TestOneInvitation = OneInvitation.TestCase
TestOneInvitation.settings = settings(max_examples=100, stateful_step_count=15, deadline=None)


def test_a_person_is_remembered_as_their_issuer_tells_them() -> None:
    told = Identity(issuer="https://issuer.example", subject="bea", name="Bea", email=ADDRESS)
    person = known(told, None, at=NOW)
    assert (person.version, person.id, person.first_known_at, person.last_seen_at) == (1, told.id, NOW, None)
    assert known(told, person, at=NOW + LIFE) is person
    silent = Identity(issuer=told.issuer, subject=told.subject)
    assert known(silent, person, at=NOW) is person
    moved = known(Identity(issuer=told.issuer, subject="bea", email="bea@office.example"), person, at=NOW)
    assert (moved.version, moved.name, moved.email) == (2, "Bea", "bea@office.example")


def test_a_person_is_seen_when_they_come() -> None:
    told = Identity(issuer="https://issuer.example", subject="bea", name="Bea")
    first = seen(told, None, at=NOW)
    again = seen(told, first, at=NOW + LIFE)
    renamed = seen(Identity(issuer=told.issuer, subject="bea", name="Bea B."), again, at=NOW + LIFE)
    assert [(each.version, each.last_seen_at) for each in (first, again, renamed)] == [
        (1, NOW),
        (2, NOW + LIFE),
        (3, NOW + LIFE),
    ]
    assert isinstance(renamed, Person)
    assert renamed.name == "Bea B."
