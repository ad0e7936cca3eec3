"""Memberships: history from archives, applications, decisions, further steps."""

from collections.abc import Callable, Sequence

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from ...domain import accession
from ...domain.chronology import ensure_version
from ...domain.city import City
from ...domain.commands import ApplyForMembership, RecordDecision, RecordMembership, RecordMilestone
from ...domain.errors import AlreadyApplied, MembershipAlreadyExists
from ...domain.events import MemberApplied, decision_event, history_event
from ...domain.membership import Membership
from ...store.cities import Cities
from ...store.coalitions import Coalitions
from ...store.memberships import Memberships
from ...store.plans import Plans
from ..policies import ensure_may_change


def record_membership(work: Work, command: RecordMembership) -> Membership:
    """Raises Forbidden, UnknownCoalition, UnknownCity, and what `accession.recorded` raises."""
    ensure_may_change(work)
    given = _circumstances(work, command)
    membership = accession.recorded(command, given)
    _store(work, membership, given.cities)
    work.publish(history_event(membership))
    return membership


def apply_for_membership(work: Work, command: ApplyForMembership) -> Membership:
    """Raises Forbidden, UnknownCoalition, UnknownCity, and what `accession.applied` raises."""
    ensure_may_change(work)
    given = _circumstances(work, command)
    membership = accession.applied(command, given)
    try:
        _store(work, membership, given.cities)
    except MembershipAlreadyExists as error:
        raise AlreadyApplied(error.message, path=error.path) from error
    work.publish(MemberApplied(membership))
    return membership


def record_decision(work: Work, command: RecordDecision) -> Membership:
    """Raises Forbidden, UnknownCoalition, NotFound, VersionConflict, and what `accession.decided` raises."""

    def decide(membership: Membership) -> Membership:
        return accession.decided(
            membership,
            command.decision,
            coalition=Coalitions(work).get(command.coalition),
            plans=Plans(work, coalition=command.coalition).all(),
            now=work.now,
        )

    _, after = _change(work, command, decide)
    work.publish(decision_event(after))
    return after


def record_milestone(work: Work, command: RecordMilestone) -> Membership:
    """Raises Forbidden, NotFound, VersionConflict, and what `accession.continued` raises."""

    def go_on(membership: Membership) -> Membership:
        plans = Plans(work, coalition=command.coalition).all()
        return accession.continued(membership, command.milestone, plans=plans, now=work.now)

    before, after = _change(work, command, go_on)
    work.publish(history_event(after, before=before))
    return after


def _circumstances(work: Work, command: RecordMembership | ApplyForMembership) -> accession.Circumstances:
    coalition = Coalitions(work).get(command.coalition).key
    return accession.Circumstances(
        new_id=new_id(),
        cities=tuple(Cities(work).named(command.cities)),
        existing=tuple(Memberships(work, coalition=coalition).of_cities(command.cities)),
        plans=tuple(Plans(work, coalition=coalition).all()),
        now=work.now,
    )


def _change(
    work: Work, command: RecordDecision | RecordMilestone, change: Callable[[Membership], Membership]
) -> tuple[Membership, Membership]:
    """The membership before and after."""
    ensure_may_change(work)
    before = Memberships(work, coalition=command.coalition).get(command.member_id)
    ensure_version(before.version, command.expected_version)
    cities = Cities(work).named(before.city_ids)
    after = change(before.linking(cities))
    _store(work, after, cities)
    return before, after


def _store(work: Work, membership: Membership, cities: Sequence[City]) -> None:
    """With what it is found by: `cities` were read from the registry in this same transaction."""
    memberships = Memberships(work, coalition=membership.coalition)
    if membership.version == 1:
        memberships.add(membership, cities)
    else:
        memberships.replace(membership, cities)
