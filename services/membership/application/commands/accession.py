"""Memberships: history from archives, applications, decisions, further steps."""

from collections.abc import Callable, Sequence

from services.chassis.kernel.errors import ensure_version
from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from ...domain import accession
from ...domain.city import City
from ...domain.errors import AlreadyApplied, MembershipAlreadyExists
from ...domain.events import MemberApplied, decision_event, history_event
from ...domain.membership import Membership
from ...domain.requests import ApplyForMembership, RecordDecision, RecordMembership, RecordMilestone
from ...store.cities import Cities
from ...store.coalitions import Coalitions
from ...store.memberships import Memberships
from ...store.plans import Plans


def record_membership(work: Work, request: RecordMembership) -> Membership:
    """Raises Forbidden, UnknownCoalition, UnknownCity, and what `accession.recorded` raises."""
    given = _circumstances(work, request)
    membership = accession.recorded(request, given)
    _store(work, membership, given.cities)
    work.publish(history_event(membership))
    return membership


def apply_for_membership(work: Work, request: ApplyForMembership) -> Membership:
    """Raises Forbidden, UnknownCoalition, UnknownCity, and what `accession.applied` raises."""
    given = _circumstances(work, request)
    membership = accession.applied(request, given)
    try:
        _store(work, membership, given.cities)
    except MembershipAlreadyExists as error:
        raise AlreadyApplied(error.message, path=error.path) from error
    work.publish(MemberApplied(membership))
    return membership


def record_decision(work: Work, request: RecordDecision) -> Membership:
    """Raises Forbidden, UnknownCoalition, NotFound, VersionConflict, and what `accession.decided` raises."""

    def decide(membership: Membership) -> Membership:
        return accession.decided(
            membership,
            request.decision,
            coalition=Coalitions(work).get(request.coalition),
            plans=Plans(work, coalition=request.coalition).all(),
            now=work.now,
        )

    _, after = _change(work, request, decide)
    work.publish(decision_event(after))
    return after


def record_milestone(work: Work, request: RecordMilestone) -> Membership:
    """Raises Forbidden, NotFound, VersionConflict, and what `accession.continued` raises."""

    def go_on(membership: Membership) -> Membership:
        plans = Plans(work, coalition=request.coalition).all()
        return accession.continued(membership, request.milestone, plans=plans, now=work.now)

    before, after = _change(work, request, go_on)
    work.publish(history_event(after, before=before))
    return after


def _circumstances(work: Work, request: RecordMembership | ApplyForMembership) -> accession.Circumstances:
    coalition = Coalitions(work).get(request.coalition).key
    return accession.Circumstances(
        new_id=new_id(),
        cities=tuple(Cities(work).named(request.cities)),
        existing=tuple(Memberships(work, coalition=coalition).of_cities(request.cities)),
        plans=tuple(Plans(work, coalition=coalition).all()),
        now=work.now,
    )


def _change(
    work: Work, request: RecordDecision | RecordMilestone, change: Callable[[Membership], Membership]
) -> tuple[Membership, Membership]:
    """The membership before and after."""
    before = Memberships(work, coalition=request.coalition).get(request.member_id)
    ensure_version(before.version, request.expected_version)
    cities = Cities(work).named(before.city_ids)
    after = change(before.linking(cities))
    _store(work, after, cities)
    return before, after


def _store(work: Work, membership: Membership, cities: Sequence[City]) -> None:
    """With what it is found by: `cities` were read from the registry in this same transaction."""
    Memberships(work, coalition=membership.coalition).store(membership, cities)
