"""The decision against an oracle that is slow and obviously right: it spells out every case in words of the domain."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, Unauthenticated, Unavailable
from services.chassis.kernel.principal import Grant, Principal, PrincipalKind, Scope
from services.chassis.kernel.refused import Refused
from services.chassis.kernel.requests import GetByRefs, Ref
from services.rights.decide import Target, could_be_allowed, is_allowed
from services.rights.policy import Policy
from services.rights.roles import DESCRIPTIONS, MAY_GRANT, Role
from services.rights.table import TABLE, Access, Area, Audience, Row

COALITIONS = ("eccar", "lac")
THINGS = ("1", "2")

scopes = st.one_of(
    st.just(Scope("network")),
    st.builds(Scope, st.just("coalition"), st.sampled_from(COALITIONS)),
    st.builds(Scope, st.sampled_from(("member", "conference")), st.sampled_from(COALITIONS), st.sampled_from(THINGS)),
)
grants = st.builds(Grant, st.sampled_from([role.value for role in Role]), scopes)
principals = st.one_of(
    st.none(),
    st.builds(
        Principal,
        kind=st.sampled_from(PrincipalKind),
        id=st.sampled_from(("anna", "bert")),
        grants=st.one_of(st.none(), st.lists(grants, max_size=4).map(tuple)),
        api_scopes=st.lists(st.sampled_from(sorted({row.api_scope for row in TABLE.values()})), max_size=3).map(tuple),
    ),
)
targets = st.builds(
    Target,
    coalition=st.sampled_from((None, *COALITIONS)),
    member_id=st.sampled_from((None, *THINGS)),
    conference_id=st.sampled_from((None, *THINGS)),
    person_id=st.sampled_from((None, "anna", "bert")),
)
rows = st.builds(
    Row,
    area=st.sampled_from(Area),
    access=st.sampled_from(Access),
    allowed=st.frozensets(st.sampled_from([*Role, *Audience]), min_size=1, max_size=5),
    does=st.just("Do it"),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Principal | None, Row, Target]:
    """Mostly cases that are nearly allowed: the row names a role that is held, and the target is near its scope."""
    principal, row, target = draw(principals), draw(rows), draw(targets)
    is_near = draw(st.booleans())
    held = (principal.grants if principal else None) or ()
    if held and is_near:
        grant = draw(st.sampled_from(held))
        row = replace(row, allowed=row.allowed - {Audience.PUBLIC} | {Role(grant.role)})
        thing = {f"{grant.scope.kind}_id": grant.scope.id} if grant.scope.id else {}
        target = replace(target, **thing)
        if draw(st.booleans()):
            target = replace(target, coalition=grant.scope.coalition)
        if principal and draw(st.booleans()):
            principal = replace(principal, api_scopes=(row.api_scope,))
    return principal, row, target


def oracle(principal: Principal | None, row: Row, target: Target) -> bool:
    if Audience.PUBLIC in row.allowed:
        return True
    if principal is None:
        return False
    if principal.kind == "gateway" and Audience.GATEWAY in row.allowed:
        return True
    if principal.kind == "person" and Audience.SIGNED_IN in row.allowed:
        return True
    if principal.kind == "person" and Audience.SELF in row.allowed and principal.id == target.person_id:
        return True
    if principal.kind == "application" and f"{row.area}:{row.access}" not in principal.api_scopes:
        return False
    for grant in principal.grants or ():
        if grant.role not in [role.value for role in row.allowed if isinstance(role, Role)]:
            continue
        scope = grant.scope
        if scope.kind == "network":
            return True
        if scope.kind == "coalition" and target.coalition is None:
            return True
        if scope.kind == "coalition" and target.coalition == scope.coalition:
            return True
        same_coalition = scope.coalition == target.coalition
        if scope.kind == "member" and same_coalition and scope.id == target.member_id:
            return True
        if scope.kind == "conference" and same_coalition and scope.id == target.conference_id:
            return True
    return False


@settings(max_examples=500)
@given(cases())
def test_the_decision_is_the_oracles(case: tuple[Principal | None, Row, Target]) -> None:
    principal, row, target = case
    assert is_allowed(principal, row, target) == oracle(principal, row, target)


@given(cases())
def test_who_may_do_something_could_have_been_told_so_before(case: tuple[Principal | None, Row, Target]) -> None:
    principal, row, target = case
    if is_allowed(principal, row, target):
        assert could_be_allowed(principal, row)


@given(principals, targets)
def test_a_coalitions_right_never_reaches_another(principal: Principal | None, target: Target) -> None:
    """Whoever holds rights in one coalition only is refused everything in another that is not public."""
    if principal is None or principal.kind is not PrincipalKind.PERSON:
        return
    foreign = all(grant.scope.coalition not in (None, target.coalition) for grant in principal.grants or ())
    if target.coalition is not None and foreign and target.person_id != principal.id:
        open_to_all = {Audience.PUBLIC, Audience.SIGNED_IN}
        reserved = {name: row for name, row in TABLE.items() if not row.allowed & open_to_all}
        assert {name for name, row in reserved.items() if is_allowed(principal, row, target)} == set()


def test_every_role_is_described_and_gives_only_within_its_own_reach() -> None:
    assert set(DESCRIPTIONS) == set(Role)
    reach = {"network": 0, "coalition": 1, "conference": 2, "member": 2}
    for giver, given_roles in MAY_GRANT.items():
        assert all(reach[role.scope_kind] >= reach[giver.scope_kind] for role in given_roles)


ROW = Row(area=Area.REPORTS, access=Access.READ, allowed=frozenset({Role.SECRETARIAT}), does="Read it")
POLICY = Policy(
    "reports",
    about={"list": lambda _work, request: [Target(coalition=ref.coalition) for ref in request.refs]},
    shown={"get": lambda thing: Target(coalition=thing)},
    table={"reports.list": ROW, "reports.get": ROW, "reports.unknown": ROW},
)
SECRETARY = Principal(kind=PrincipalKind.PERSON, id="anna", grants=(Grant("secretariat", Scope("coalition", "eccar")),))


def admit(method: str, *coalitions: str, principal: Principal | None = SECRETARY) -> Any:
    request = GetByRefs(refs=tuple(Ref(coalition, "x") for coalition in coalitions))
    with context.use(CallContext(principal=principal)):
        return POLICY.admit(None, method, request)


def test_of_a_batch_what_is_foreign_is_refused_in_its_place() -> None:
    admission = admit("list", "lac", "eccar", "lac")
    assert [ref.coalition for ref in admission.request.refs] == ["eccar"]
    assert [type(each) for each in admission.answer(["found"])] == [Refused, str, Refused]


def test_what_was_found_is_hidden_when_it_is_foreign() -> None:
    with context.use(CallContext(principal=SECRETARY)):
        assert admit("get", "eccar", "lac").answer(["eccar", "lac", None]) == ["eccar", None, None]


@pytest.mark.parametrize(
    ("method", "principal", "error"),
    [
        ("list", None, Unauthenticated),
        ("list", Principal(kind=PrincipalKind.PERSON, id="anna"), Forbidden),
        ("list", Principal(kind=PrincipalKind.PERSON, id="anna", grants=None), Unavailable),
        ("nothing", SECRETARY, Forbidden),
        ("unknown", SECRETARY, Forbidden),
    ],
)
def test_what_is_refused_says_why(method: str, principal: Principal | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        admit(method, "eccar", principal=principal)


def test_when_all_of_a_batch_is_foreign_it_is_refused_as_a_whole() -> None:
    with pytest.raises(Forbidden):
        admit("list", "lac", "lac")
