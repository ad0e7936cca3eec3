"""Applications and their tokens: what may be registered, and that a change of tokens never leaves a gap."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from services.chassis.kernel.errors import ExpectedError, InvalidInput
from services.membership.domain.applications import (
    KEPT_TOKENS,
    ApiToken,
    Application,
    ApplicationFacts,
    Rotation,
    ensure_registrable,
    is_use_new,
    minute_of,
    revoke,
    revoke_token,
    rotate,
)
from services.membership.domain.errors import (
    ApplicationAlreadyRevoked,
    ApplicationExpired,
    ApplicationRevoked,
    RoleNotYoursToGive,
    RotationUnderWay,
    TokenAlreadyRevoked,
    UnknownToken,
)
from services.rights.roles import Role
from tests.support.principals import in_coalition, in_network, of_member, person

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=366)
ADMINISTRATOR = person("administrator", in_coalition(Role.ADMINISTRATOR))
WEBSITE = ApplicationFacts(
    name="Website of Graz",
    purpose="Shows the city's reports",
    api_scopes=("reports:read",),
    grant=of_member(Role.FOCAL_POINT, "graz"),
    expires_at=NOW + 100 * DAY,
)


def registered(facts: ApplicationFacts = WEBSITE, *, at: datetime = NOW) -> Application:
    return Application(
        name=facts.name,
        purpose=facts.purpose,
        api_scopes=facts.api_scopes,
        grant=facts.grant,
        expires_at=facts.expires_at,
        id="application",
        coalition="eccar",
        version=1,
        registered_by=ADMINISTRATOR.id,
        registered_at=at,
        tokens=(),
    ).with_token("t1", "h1", at=at)


def rotated(application: Application, number: int, *, at: datetime, **rotation: Any) -> Application:
    return rotate(application, Rotation(**rotation), id=f"t{number}", token_hash=f"h{number}", at=at)


def live(application: Application, at: datetime) -> list[str]:
    return [token.id for token in application.live_tokens(at)]


class TestRegistration:
    @pytest.mark.parametrize(
        "grant",
        [
            in_coalition(Role.SECRETARIAT),
            in_coalition(Role.ADMINISTRATOR),
            of_member(Role.POLITICAL_REPRESENTATIVE, "graz"),
        ],
    )
    def test_an_administrator_registers_what_they_may_give(self, grant: Any) -> None:
        ensure_registrable(replace(WEBSITE, grant=grant), registrar=ADMINISTRATOR, at=NOW)

    @pytest.mark.parametrize(
        "grant",
        [
            in_network(Role.UNESCO_COORDINATOR),
            in_network(Role.NETWORK_ADMINISTRATOR),
            in_coalition(Role.SECRETARIAT, "lac"),
            of_member(Role.FOCAL_POINT, "quito", "lac"),
        ],
    )
    def test_nobody_gives_a_machine_what_they_could_not_give_a_person(self, grant: Any) -> None:
        with pytest.raises(RoleNotYoursToGive) as caught:
            ensure_registrable(replace(WEBSITE, grant=grant), registrar=ADMINISTRATOR, at=NOW)
        assert (caught.value.code, caught.value.path) == ("ROLE_NOT_YOURS_TO_GIVE", ("role",))

    def test_whoever_holds_a_role_may_not_give_it_for_that(self) -> None:
        secretary = person("secretary", in_coalition(Role.SECRETARIAT))
        with pytest.raises(RoleNotYoursToGive):
            ensure_registrable(replace(WEBSITE, grant=in_coalition(Role.SECRETARIAT)), registrar=secretary, at=NOW)

    def test_every_scope_that_the_role_cannot_use_is_named(self) -> None:
        facts = replace(WEBSITE, api_scopes=("cities:write", "reports:read", "coalitions:write"))
        with pytest.raises(InvalidInput) as caught:
            ensure_registrable(facts, registrar=ADMINISTRATOR, at=NOW)
        told = [(violation.path, violation.code) for violation in caught.value.violations]
        assert told == [(("api_scopes", 0), "SCOPE_NOT_COVERED"), (("api_scopes", 2), "SCOPE_NOT_COVERED")]
        assert "'focal_point' can do nothing with 'cities:write'" in caught.value.message
        assert "reports:read" in caught.value.message

    @pytest.mark.parametrize(
        ("expires_at", "code"),
        [
            (NOW - timedelta(milliseconds=1), "EXPIRY_IN_PAST"),
            (NOW, "EXPIRY_IN_PAST"),
            (NOW + YEAR + timedelta(milliseconds=1), "EXPIRY_TOO_FAR"),
            (datetime.max.replace(tzinfo=UTC), "EXPIRY_TOO_FAR"),
            (datetime.min.replace(tzinfo=UTC), "EXPIRY_IN_PAST"),
        ],
    )
    def test_an_application_ends_within_a_year(self, expires_at: datetime, code: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            ensure_registrable(replace(WEBSITE, expires_at=expires_at), registrar=ADMINISTRATOR, at=NOW)
        [violation] = caught.value.violations
        assert (violation.path, violation.code) == (("expires_at",), code)

    @pytest.mark.parametrize("life", [timedelta(milliseconds=1), YEAR])
    def test_the_ends_of_that_year(self, life: timedelta) -> None:
        ensure_registrable(replace(WEBSITE, expires_at=NOW + life), registrar=ADMINISTRATOR, at=NOW)


class TestRotation:
    def test_the_token_before_works_on_for_a_day(self) -> None:
        changed = rotated(registered(), 2, at=NOW)
        assert changed.version == 2
        assert live(changed, NOW) == ["t2", "t1"]
        assert live(changed, NOW + DAY - timedelta(milliseconds=1)) == ["t2", "t1"]
        assert live(changed, NOW + DAY) == ["t2"]
        assert changed.live_token("h1", NOW) is not None
        assert changed.live_token("h1", NOW + DAY) is None

    def test_without_overlap_it_ends_at_once(self) -> None:
        changed = rotated(registered(), 2, at=NOW, overlap=timedelta())
        assert live(changed, NOW) == ["t2"]

    def test_no_token_is_given_a_longer_life_by_being_replaced(self) -> None:
        application = registered(replace(WEBSITE, expires_at=NOW + timedelta(hours=1)))
        changed = rotated(application, 2, at=NOW, overlap=30 * DAY)
        assert {token.expires_at for token in changed.tokens} == {NOW + timedelta(hours=1)}

    def test_a_third_token_waits_until_the_first_is_over(self) -> None:
        changed = rotated(registered(), 2, at=NOW)
        with pytest.raises(RotationUnderWay, match="2026-11-25 09:30 UTC"):
            rotated(changed, 3, at=NOW + timedelta(hours=23))
        assert live(rotated(changed, 3, at=NOW + DAY), NOW + DAY) == ["t3", "t2"]

    def test_a_third_token_comes_at_once_when_the_others_may_end(self) -> None:
        changed = rotated(registered(), 2, at=NOW)
        assert live(rotated(changed, 3, at=NOW, overlap=timedelta()), NOW) == ["t3"]
        assert live(rotated(revoke_token(changed, "t1", at=NOW), 3, at=NOW), NOW) == ["t3", "t2"]

    def test_a_new_end_lets_an_application_live_on(self) -> None:
        later = NOW + 100 * DAY
        with pytest.raises(ApplicationExpired):
            rotated(registered(), 2, at=later)
        renewed = rotated(registered(), 2, at=later, expires_at=later + DAY)
        assert (renewed.expires_at, live(renewed, later)) == (later + DAY, ["t2"])
        with pytest.raises(InvalidInput):
            rotated(registered(), 2, at=later, expires_at=later)
        with pytest.raises(InvalidInput):
            rotated(registered(), 2, at=NOW, expires_at=NOW + 2 * YEAR)

    def test_an_earlier_end_ends_every_token(self) -> None:
        shortened = rotated(registered(), 2, at=NOW, overlap=30 * DAY, expires_at=NOW + DAY)
        assert {token.expires_at for token in shortened.tokens} == {NOW + DAY}

    def test_only_so_many_tokens_are_kept(self) -> None:
        application = registered()
        for number in range(2, 40):
            application = rotated(application, number, at=NOW, overlap=timedelta())
        assert len(application.tokens) == KEPT_TOKENS
        assert (application.tokens[0].id, application.tokens[-1].id) == ("t39", "t20")

    def test_a_token_that_works_is_never_dropped(self) -> None:
        application = rotated(registered(), 2, at=NOW, overlap=30 * DAY)
        for number in range(3, 60):
            application = revoke_token(application, f"t{number - 1}", at=NOW)
            application = rotated(application, number, at=NOW, overlap=30 * DAY)
        assert live(application, NOW) == ["t59", "t1"]
        assert len(application.tokens) == KEPT_TOKENS


class TestRevocation:
    def test_nothing_of_a_revoked_application_works(self) -> None:
        revoked = revoke(rotated(registered(), 2, at=NOW), at=NOW)
        assert (revoked.version, live(revoked, NOW), revoked.live_token("h2", NOW)) == (3, [], None)
        with pytest.raises(ApplicationAlreadyRevoked):
            revoke(revoked, at=NOW + DAY)
        with pytest.raises(ApplicationRevoked):
            rotated(revoked, 3, at=NOW, expires_at=NOW + DAY)

    def test_one_token_may_be_revoked_and_the_last_one_too(self) -> None:
        changed = revoke_token(rotated(registered(), 2, at=NOW), "t1", at=NOW)
        assert (changed.version, live(changed, NOW)) == (3, ["t2"])
        with pytest.raises(TokenAlreadyRevoked):
            revoke_token(changed, "t1", at=NOW)
        with pytest.raises(UnknownToken):
            revoke_token(changed, "t9", at=NOW)
        none = revoke_token(changed, "t2", at=NOW)
        assert live(none, NOW) == []
        assert live(rotated(none, 3, at=NOW), NOW) == ["t3"]


class TestUse:
    @pytest.mark.parametrize(
        ("last", "at", "expected"),
        [
            (None, NOW, True),
            (NOW, NOW, False),
            (NOW, NOW + timedelta(seconds=59, microseconds=999_000), False),
            (NOW, NOW + timedelta(minutes=1), True),
            (NOW + timedelta(minutes=1), NOW, False),
        ],
    )
    def test_a_use_is_noted_once_a_minute(self, last: datetime | None, at: datetime, expected: bool) -> None:
        token = ApiToken(id="t", hash="h", created_at=NOW, expires_at=NOW + DAY, last_used_at=last)
        assert is_use_new(token, at=at) is expected

    def test_it_is_noted_to_the_minute(self) -> None:
        assert minute_of(NOW + timedelta(seconds=59, milliseconds=7)) == NOW

    def test_an_application_was_used_when_any_of_its_tokens_was(self) -> None:
        application = rotated(registered(), 2, at=NOW)
        assert application.last_used_at is None
        used = tuple(replace(token, last_used_at=NOW) if token.id == "t1" else token for token in application.tokens)
        assert replace(application, tokens=used).last_used_at == NOW


OVERLAPS = st.sampled_from([timedelta(), timedelta(minutes=30), DAY, 30 * DAY])
STEPS = st.sampled_from([timedelta(milliseconds=1), timedelta(hours=1), DAY, 20 * DAY, 100 * DAY])


class Tokens(RuleBasedStateMachine):
    """Commands in any order, at any time. Beside the application stands what was promised of each token."""

    promised = Bundle("promised")

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.application = registered()
        self.until = {"t1": self.application.expires_at}
        self.revoked: set[str] = set()
        self.over: set[str] = set()
        self.is_revoked = False

    @initialize(target=promised)
    def first(self) -> str:
        return "t1"

    @rule(step=STEPS)
    def time_passes(self, step: timedelta) -> None:
        self.at += step

    @rule(target=promised, overlap=OVERLAPS, life=st.none() | st.sampled_from([DAY, YEAR]))
    def rotates(self, overlap: timedelta, life: timedelta | None) -> Any:
        end = None if life is None else self.at + life
        number = len(self.until) + 1
        changed = self.attempt(lambda: rotated(self.application, number, at=self.at, overlap=overlap, expires_at=end))
        if changed is None:
            return multiple()
        # Whatever is promised is at most shortened by what the administrator asks for.
        latest = min(self.at + overlap, changed.expires_at)
        self.until = {token: min(until, latest) for token, until in self.until.items()}
        self.until[f"t{number}"] = changed.expires_at
        return f"t{number}"

    @rule(token=promised)
    def revokes_a_token(self, token: str) -> None:
        if self.attempt(lambda: revoke_token(self.application, token, at=self.at)):
            self.revoked.add(token)

    @precondition(lambda self: len(self.until) > 3)
    @rule()
    def revokes_the_application(self) -> None:
        if self.attempt(lambda: revoke(self.application, at=self.at)):
            self.is_revoked = True

    def attempt(self, command: Callable[[], Application]) -> Application | None:
        """Keep what an accepted command gives; a refused one changes nothing."""
        try:
            after = command()
        except ExpectedError:
            return None
        assert after.version == self.application.version + 1
        self.application = after
        return after

    @invariant()
    def what_was_promised_of_a_token_holds(self) -> None:
        expected = {token for token, until in self.until.items() if self.at < until} - self.revoked
        found = set(live(self.application, self.at))
        assert found == (set() if self.is_revoked else expected)

    @invariant()
    def at_most_two_work_and_they_are_found_by_their_hashes(self) -> None:
        found = self.application.live_tokens(self.at)
        assert len(found) <= 2
        for number in range(1, len(self.until) + 1):
            token = self.application.live_token(f"h{number}", self.at)
            assert (token in found) is (f"t{number}" in live(self.application, self.at))

    @invariant()
    def there_is_always_a_token_until_it_is_revoked(self) -> None:
        newest = f"t{len(self.until)}"
        if self.application.is_live(self.at) and newest not in self.revoked:
            assert live(self.application, self.at)[0] == newest

    @invariant()
    def what_is_over_never_works_again(self) -> None:
        working = set(live(self.application, self.at))
        assert not working & self.over
        self.over |= self.until.keys() - working


TestTokens = Tokens.TestCase
TestTokens.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
