"""Grants: a person has a role, in a scope, for a term. Who may give and take which, and what must never happen."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.chassis.kernel import principal as kernel
from services.chassis.kernel.errors import invalid
from services.chassis.kernel.principal import NETWORK, TENANT, Principal, PrincipalKind, Scope
from services.rights.roles import LAST_ONE_STAYS, MAY_GRANT, Role

from .errors import (
    AlreadyGranted,
    GrantAlreadyRevoked,
    GrantToOneself,
    LastAdministrator,
    RoleNotYoursToGive,
)
from .labels import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From the first day to the last one, both included, in UTC. `valid_until` None: until it is taken away."""

    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`granted_by` is the id of who gave it: a person, or an operator of the platform. It never changes but once: when
    it is taken away."""

    id: str
    version: int
    person_id: str
    role: Role
    scope: Scope
    term: Term
    granted_by: str
    granted_at: datetime
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    reason: str | None = None

    @property
    def coalition(self) -> str:
        """Empty for a grant of the whole network."""
        return self.scope.coalition or ""

    def holds_on(self, day: date) -> bool:
        return self.revoked_at is None and self.term.holds_on(day)

    def is_over(self, day: date) -> bool:
        return self.revoked_at is not None or self.term.is_over(day)

    @property
    def carried(self) -> kernel.Grant:
        """As a principal carries it."""
        return kernel.Grant(self.role, self.scope)


def scope_of(role: Role, *, coalition: str | None, member_id: str | None, conference_id: str | None) -> Scope:
    """The scope in which `role` can be held. Raises InvalidInput: something is missing, or too much."""
    kind = role.scope_kind
    given = {"coalition": coalition, "member_id": member_id, "conference_id": conference_id}
    needed = {NETWORK: (), TENANT: ("coalition",)}.get(kind, ("coalition", f"{kind}_id"))
    for field, value in given.items():
        if (value is not None) is not (field in needed):
            wanted = " and ".join(needed) or "neither coalition nor member nor conference"
            raise invalid((field,), f"The role {label(role)} needs: {wanted}.", "WRONG_SCOPE")
    return Scope(kind, coalition, member_id or conference_id)


def ensure_term(term: Term, *, today: date) -> None:
    """Raises InvalidInput: it ends before it begins, or is over."""
    if term.valid_until is None:
        return
    if term.valid_until < term.valid_from:
        raise invalid(("valid_until",), "The term ends before it begins.", "TERM_ENDS_BEFORE_IT_BEGINS")
    if term.is_over(today):
        raise invalid(("valid_until",), f"The term is over: its last day was {term.valid_until}.", "TERM_IS_OVER")


def may_grant(held: Iterable[kernel.Grant], role: Role, scope: Scope) -> bool:
    """Whether who has the grants `held` may give, and take away, `role` in `scope`."""
    return any(role in MAY_GRANT.get(Role(mine.role), ()) and _is_within(scope, mine.scope) for mine in held)


def ensure_may_grant(granter: Principal, role: Role, scope: Scope) -> None:
    """An operator of the platform may give every role. Raises RoleNotYoursToGive."""
    if granter.kind is PrincipalKind.OPERATOR or may_grant(granter.grants or (), role, scope):
        return
    raise RoleNotYoursToGive(
        f"The role {label(role)} is not yours to give or to take away there: ask an administrator.", path=("role",)
    )


def on_behalf(granter: Principal) -> str:
    """The id of who answers for what `granter` does: of an application, the person on whose behalf it acts."""
    return granter.on_behalf_of or granter.id


def ensure_not_oneself(granter_id: str, person_id: str) -> None:
    """Raises GrantToOneself."""
    if granter_id == person_id:
        raise GrantToOneself("Nobody gives a right to themselves: ask somebody else who may give it.")


def ensure_grantable(new: Grant, others: Iterable[Grant], *, today: date) -> None:
    """`others` are the grants of the same role in the same scope. Raises AlreadyGranted, LastAdministrator."""
    existing = [each for each in others if not each.is_over(today)]
    ensure_not_granted((new.person_id,), new.role, existing, today=today)
    ensure_outlived(new.role, new.term, existing, today=today)


def ensure_not_granted(person_ids: Container[str], role: Role, others: Iterable[Grant], *, today: date) -> None:
    """`others` are the grants of the same role in the same scope. Raises AlreadyGranted."""
    if any(each.person_id in person_ids and not each.is_over(today) for each in others):
        raise AlreadyGranted(
            f"This person has the role {label(role)} there already. To change its term, revoke it first."
        )


def ensure_outlived(role: Role, term: Term, others: Iterable[Grant], *, today: date) -> None:
    """Where somebody must always be left, only those beside them can have a term that ends.

    `others` are the grants of the same role in the same scope. Raises LastAdministrator.
    """
    if role in LAST_ONE_STAYS and term.valid_until is not None and not _stays_one(others, today):
        raise LastAdministrator(
            f"The first {label(role)} cannot have a term that ends: there would be none afterwards.",
            path=("valid_until",),
        )


def revoked(grant: Grant, others: Iterable[Grant], *, by: str, at: datetime, reason: str | None) -> Grant:
    """The grant taken away; `others` are the grants of the same role in the same scope.

    Raises GrantAlreadyRevoked; LastAdministrator: nobody would be left whose grant does not end.
    """
    if grant.revoked_at is not None:
        raise GrantAlreadyRevoked("This right was taken away already.", path=("grant_id",))
    rest = [each for each in others if each.id != grant.id]
    if grant.role in LAST_ONE_STAYS and _is_mainstay(grant, at.date()) and not _stays_one(rest, at.date()):
        raise LastAdministrator(
            f"This is the last {label(grant.role)} whose right does not end. Give the role to somebody else first.",
            path=("grant_id",),
        )
    return replace(grant, version=grant.version + 1, revoked_by=by, revoked_at=at, reason=reason)


def _is_mainstay(grant: Grant, day: date) -> bool:
    """Holds, and goes on holding without end: time alone never takes the last one away."""
    return grant.holds_on(day) and grant.term.valid_until is None


def _stays_one(grants: Iterable[Grant], day: date) -> bool:
    return any(_is_mainstay(each, day) for each in grants)


def _is_within(inner: Scope, outer: Scope) -> bool:
    """The whole network holds everything, a coalition what belongs to it, a thing itself."""
    if outer.kind == NETWORK or inner == outer:
        return True
    return outer.kind == TENANT and inner.coalition == outer.coalition
