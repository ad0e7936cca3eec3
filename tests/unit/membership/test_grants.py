"""Who may give and take which right, and what holds whatever people do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.chassis.kernel import principal as kernel
from services.chassis.kernel.errors import ExpectedError, InvalidInput
from services.chassis.kernel.principal import NETWORK, TENANT, Principal, PrincipalKind, Scope, operator
from services.membership.domain.errors import (
    AlreadyGranted,
    GrantAlreadyRevoked,
    GrantToOneself,
    LastAdministrator,
    RoleNotYoursToGive,
)
from services.membership.domain.grants import (
    Grant,
    Term,
    ensure_grantable,
    ensure_may_grant,
    ensure_not_oneself,
    ensure_term,
    may_grant,
    on_behalf,
    revoked,
    scope_of,
)
from services.rights.roles import LAST_ONE_STAYS, MAY_GRANT, Role, ScopeKind
from tests.support.principals import in_coalition, in_network, of_conference, of_member, person

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ECCAR = Scope(TENANT, "eccar")
GRAZ = Scope("member", "eccar", "graz")
PLACES = (
    Scope(NETWORK),
    *(Scope(TENANT, key) for key in ("eccar", "lac")),
    *(Scope("member", key, name) for key in ("eccar", "lac") for name in ("graz", "bonn")),
    *(Scope("conference", key, "assembly") for key in ("eccar", "lac")),
)


def a_grant(
    who: str = "ada", role: Role = Role.ADMINISTRATOR, scope: Scope = ECCAR, until: date | None = None, **values: Any
) -> Grant:
    given: dict[str, Any] = {"valid_from": TODAY, **values}
    term = Term(valid_from=given.pop("valid_from"), valid_until=until)
    return Grant(
        id=given.pop("id", who),
        version=1,
        person_id=who,
        role=role,
        scope=scope,
        term=term,
        granted_by="somebody",
        granted_at=NOW,
        **given,
    )


@st.composite
def carried(draw: st.DrawFn) -> kernel.Grant:
    """Any role, in any place where it can be held."""
    role = draw(st.sampled_from(Role))
    return kernel.Grant(role, draw(st.sampled_from([place for place in PLACES if place.kind == role.scope_kind])))


def may_grant_slowly(held: kernel.Grant, role: Role, scope: Scope) -> bool:
    """The table and the map of scopes, read aloud."""
    if role not in MAY_GRANT.get(Role(held.role), ()):
        return False
    if held.scope.kind == ScopeKind.NETWORK:
        return True
    if held.scope.kind == ScopeKind.COALITION:
        return scope.kind != ScopeKind.NETWORK and scope.coalition == held.scope.coalition
    return (scope.kind, scope.coalition, scope.id) == (held.scope.kind, held.scope.coalition, held.scope.id)


@given(st.lists(carried(), max_size=4), carried())
def test_a_role_is_given_within_the_givers_own_scope_and_as_the_table_says(
    held: list[kernel.Grant], wanted: kernel.Grant
) -> None:
    expected = any(may_grant_slowly(each, Role(wanted.role), wanted.scope) for each in held)
    assert may_grant(held, Role(wanted.role), wanted.scope) is expected


@given(st.lists(carried(), max_size=4), carried())
def test_rights_in_one_coalition_give_none_in_another(held: list[kernel.Grant], wanted: kernel.Grant) -> None:
    local = [each for each in held if each.scope.coalition == "eccar"]
    if wanted.scope.coalition != "eccar":
        assert not may_grant(local, Role(wanted.role), wanted.scope)


@pytest.mark.parametrize(
    ("held", "role", "scope", "may"),
    [
        (in_network(Role.NETWORK_ADMINISTRATOR), Role.ADMINISTRATOR, Scope(TENANT, "lac"), True),
        (in_network(Role.NETWORK_ADMINISTRATOR), Role.SECRETARIAT, Scope(TENANT, "lac"), False),
        (in_network(Role.UNESCO_COORDINATOR), Role.UNESCO_COORDINATOR, Scope(NETWORK), False),
        (in_coalition(Role.ADMINISTRATOR), Role.FOCAL_POINT, GRAZ, True),
        (in_coalition(Role.ADMINISTRATOR), Role.NETWORK_ADMINISTRATOR, Scope(NETWORK), False),
        (in_coalition(Role.SECRETARIAT), Role.ADMINISTRATOR, ECCAR, False),
        (in_coalition(Role.SECRETARIAT), Role.EVENT_TEAM, Scope("conference", "eccar", "c"), True),
        (of_member(Role.FOCAL_POINT, "graz"), Role.CONTRIBUTOR, GRAZ, True),
        (of_member(Role.FOCAL_POINT, "graz"), Role.CONTRIBUTOR, Scope("member", "eccar", "bonn"), False),
        (of_member(Role.FOCAL_POINT, "graz"), Role.FOCAL_POINT, GRAZ, False),
        (of_conference("c"), Role.EVENT_TEAM, Scope("conference", "eccar", "c"), False),
    ],
)
def test_who_gives_what(held: kernel.Grant, role: Role, scope: Scope, may: bool) -> None:
    assert may_grant([held], role, scope) is may
    giver = person("ada", held)
    if may:
        ensure_may_grant(giver, role, scope)
    else:
        with pytest.raises(RoleNotYoursToGive):
            ensure_may_grant(giver, role, scope)


def test_the_operator_gives_every_role_and_who_has_no_rights_none() -> None:
    for role in Role:
        scope = next(place for place in PLACES if place.kind == role.scope_kind)
        ensure_may_grant(operator("root"), role, scope)
        for giver in (person("ada"), replace(person("ada"), grants=None)):
            with pytest.raises(RoleNotYoursToGive):
                ensure_may_grant(giver, role, scope)


def test_behind_an_application_stands_a_person() -> None:
    machine = Principal(kind=PrincipalKind.APPLICATION, id="app", on_behalf_of="ada")
    assert (on_behalf(machine), on_behalf(person("bea"))) == ("ada", person("bea").id)
    with pytest.raises(GrantToOneself):
        ensure_not_oneself(on_behalf(machine), "ada")
    ensure_not_oneself(on_behalf(machine), "bea")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_scope_and_no_other(role: Role) -> None:
    kind = role.scope_kind
    place: dict[str, str | None] = {
        "coalition": None if kind is ScopeKind.NETWORK else "eccar",
        "member_id": "graz" if kind is ScopeKind.MEMBER else None,
        "conference_id": "assembly" if kind is ScopeKind.CONFERENCE else None,
    }
    assert scope_of(role, **place).kind == kind
    for field, value in place.items():
        with pytest.raises(InvalidInput) as caught:
            scope_of(role, **{**place, field: None if value else "x"})
        assert caught.value.violations[0].code == "WRONG_SCOPE"


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.one_of(st.none(), st.integers(0, 400)), st.integers(-500, 900)
)
def test_no_grant_outlives_its_term(begin: date, length: int | None, offset: int) -> None:
    until = None if length is None else begin + timedelta(days=length)
    grant, day = a_grant(valid_from=begin, until=until), begin + timedelta(days=offset)
    assert grant.holds_on(day) is (begin <= day and (until is None or day <= until))
    assert not (grant.holds_on(day) and grant.is_over(day))
    ended = revoked(grant, [grant, a_grant("bea", valid_from=date(2020, 1, 1))], by="bea", at=NOW, reason=None)
    assert not ended.holds_on(day)
    assert ended.is_over(day)


def test_a_term_has_an_order_and_is_not_over() -> None:
    ensure_term(Term(valid_from=TODAY, valid_until=TODAY), today=TODAY)
    ensure_term(Term(valid_from=date(1999, 1, 1)), today=TODAY)
    for begin, until, code in (
        (TODAY, date(2026, 11, 23), "TERM_ENDS_BEFORE_IT_BEGINS"),
        (date(2020, 1, 1), date(2026, 11, 23), "TERM_IS_OVER"),
    ):
        with pytest.raises(InvalidInput) as caught:
            ensure_term(Term(valid_from=begin, valid_until=until), today=TODAY)
        assert caught.value.violations[0].code == code


def test_the_same_right_is_given_once_at_a_time() -> None:
    existing = a_grant("ada", Role.TREASURER)
    again = a_grant("ada", Role.TREASURER, id="again")
    with pytest.raises(AlreadyGranted):
        ensure_grantable(again, [existing], today=TODAY)
    for over in (
        replace(existing, revoked_at=NOW),
        a_grant("ada", Role.TREASURER, valid_from=date(2020, 1, 1), until=date(2026, 11, 23)),
    ):
        ensure_grantable(again, [over], today=TODAY)
    ensure_grantable(a_grant("bea", Role.TREASURER), [existing], today=TODAY)


def test_a_right_is_taken_once() -> None:
    taken = revoked(a_grant(role=Role.TREASURER), [], by="bea", at=NOW, reason="left")
    assert (taken.version, taken.revoked_by, taken.revoked_at, taken.reason) == (2, "bea", NOW, "left")
    with pytest.raises(GrantAlreadyRevoked):
        revoked(taken, [], by="bea", at=NOW, reason=None)


@pytest.mark.parametrize("role", sorted(LAST_ONE_STAYS))
def test_only_somebody_whose_right_does_not_end_makes_the_last_one_free_to_go(role: Role) -> None:
    scope = Scope(NETWORK) if role.scope_kind is ScopeKind.NETWORK else ECCAR
    last = a_grant("ada", role, scope)
    ending = a_grant("bea", role, scope, until=date(2030, 1, 1))
    to_come = a_grant("cem", role, scope, valid_from=date(2027, 1, 1))
    for others in ([], [last], [last, ending], [last, to_come]):
        with pytest.raises(LastAdministrator):
            revoked(last, others, by="ada", at=NOW, reason=None)
    revoked(last, [last, a_grant("dan", role, scope)], by="ada", at=NOW, reason=None)
    revoked(ending, [last, ending], by="ada", at=NOW, reason=None)
    revoked(to_come, [to_come], by="ada", at=NOW, reason=None)
    with pytest.raises(LastAdministrator):
        ensure_grantable(ending, [to_come], today=TODAY)


class Administrators(RuleBasedStateMachine):
    """People are made administrators of a coalition, for good or for a term, and stop to be, in any order, while time
    goes by. Once there is one, there is always one."""

    def __init__(self) -> None:
        super().__init__()
        self.day = TODAY
        self.grants: dict[str, Grant] = {}
        self.had_one = False

    @property
    def holding(self) -> list[Grant]:
        return [grant for grant in self.grants.values() if grant.holds_on(self.day)]

    @rule(
        who=st.sampled_from(["ada", "bea", "cem", "dan"]),
        begins=st.sampled_from([0, 0, 0, 4]),
        lasts=st.sampled_from([None, None, 0, 3, 15]),
    )
    def give(self, who: str, begins: int, lasts: int | None) -> None:
        begin = self.day + timedelta(days=begins)
        until = None if lasts is None else begin + timedelta(days=lasts)
        new = a_grant(who, valid_from=begin, until=until, id=f"grant-{len(self.grants)}")
        try:
            ensure_grantable(new, self.grants.values(), today=self.day)
        except ExpectedError:
            return
        self.grants[new.id] = new
        self.had_one = self.had_one or bool(self.holding)

    @precondition(lambda self: self.grants)
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        grant = self.grants[data.draw(st.sampled_from(sorted(self.grants)))]
        at = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
        try:
            self.grants[grant.id] = revoked(grant, list(self.grants.values()), by="somebody", at=at, reason=None)
        except ExpectedError:
            assert grant.revoked_at is not None or grant.holds_on(self.day)

    @rule(days=st.sampled_from([1, 5, 20]))
    def wait(self, days: int) -> None:
        for _ in range(days):
            self.day += timedelta(days=1)
            self.had_one = self.had_one or bool(self.holding)
            self.there_is_always_one()

    @invariant()
    def there_is_always_one(self) -> None:
        assert self.holding or not self.had_one

    @invariant()
    def nobody_has_it_twice(self) -> None:
        people = [grant.person_id for grant in self.grants.values() if not grant.is_over(self.day)]
        assert len(people) == len(set(people))


TestAdministrators = Administrators.TestCase
TestAdministrators.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
