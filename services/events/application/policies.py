"""What the permission table's rows are about, for each method of this service that is not public."""

from collections.abc import Iterator
from typing import Any

from services.chassis.kernel.context import acting_principal
from services.chassis.kernel.requests import GetByRefs
from services.chassis.persistence.unit_of_work import Work
from services.personal.parts import export_part
from services.rights.audit import AUDIT
from services.rights.decide import Target
from services.rights.insiders import standpoint
from services.rights.message_log import MESSAGE_LOG
from services.rights.policy import Policy

from ..domain.registrations import Registration
from ..domain.requests import ListRegistrations, RegisterDelegate
from ..domain.special_needs import SpecialNeeds
from ..store.registrations import Registrations


def _coalition(_work: Work, request: Any) -> Target:
    return Target(coalition=request.coalition)


def _conference(_work: Work, request: Any) -> Target:
    return Target(coalition=request.coalition, conference_id=request.conference_id)


def _delegate(_work: Work, request: RegisterDelegate) -> Target:
    return Target(coalition=request.coalition, conference_id=request.conference_id, member_id=request.member_id)


def _registration(found: Registration) -> Target:
    return Target(coalition=found.coalition, conference_id=found.conference_id, member_id=found.member_id)


def _conferences(_work: Work, request: ListRegistrations) -> Iterator[Target]:
    return (Target(coalition=ref.coalition, conference_id=ref.id) for ref in request.refs)


def _members(_work: Work, request: ListRegistrations) -> Iterator[Target]:
    return (Target(coalition=ref.coalition, member_id=ref.id) for ref in request.refs)


def _registered(work: Work, request: Any) -> Target:
    """Nothing more than its coalition when there is no such registration: who may not see it cannot tell."""
    found = Registrations(work, coalition=request.coalition).find(request.registration_id)
    return Target(coalition=request.coalition) if found is None else _registration(found)


def _needs(found: SpecialNeeds) -> Target:
    """A city's staff sees what they entered themselves, the event team whatever there is for its conference."""
    asking = acting_principal()
    entered_it = asking is not None and asking.id == found.entered_by
    member_id = found.member_id if entered_it else None
    return Target(coalition=found.coalition, conference_id=found.conference_id, member_id=member_id)


def _standpoints(_work: Work, request: GetByRefs) -> Iterator[Target]:
    return (standpoint(acting_principal(), ref.coalition) for ref in request.refs)


POLICY = Policy(
    "events",
    about={
        **AUDIT,
        **MESSAGE_LOG,
        "announce_conference": _coalition,
        "open_registration": _conference,
        "close_registration": _conference,
        "adopt_conference_rules": _coalition,
        "register_delegate": _delegate,
        "cancel_registration": _registered,
        "list_registrations": _conferences,
        "list_registrations_of_members": _members,
        "record_special_needs": _registered,
        "withdraw_special_needs": _registered,
        "record_minutes": _conference,
        "list_minutes": _standpoints,
        "projected_members": _coalition,
    },
    shown={
        "get_registrations": _registration,
        "get_special_needs": _needs,
        "get_export_part": export_part,
    },
)
