"""What the permission table's rows about personal data are about: parts of this service's policy."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.chassis.kernel.context import acting_principal
from services.chassis.kernel.requests import GetByRefs
from services.chassis.persistence.unit_of_work import Work
from services.personal.parts import export_part
from services.rights.decide import Target
from services.rights.insiders import standpoint
from services.rights.policy import About, Shows

from ..domain.data_requests import DatedRequest
from ..domain.personal_requests import AdoptRetentionRules, ListDataRequests, RemoveContact, RequestData
from ..store.contacts import Contacts

EVERYWHERE: Final = "everywhere"
"""The variant of rows for what is about no single coalition: a role in one must not reach it."""


def _coalition(_work: Work, request: Any) -> Target:
    return Target(coalition=request.coalition)


def _member(_work: Work, request: Any) -> Target:
    return Target(coalition=request.coalition, member_id=request.member_id)


def _anywhere(_work: Work, _request: Any) -> Target:
    """About whoever asks, and nobody else."""
    return Target()


def _removed(work: Work, request: RemoveContact) -> Target:
    """Nothing more than its coalition when there is no such contact: who may not see it cannot tell."""
    found = Contacts(work, coalition=request.coalition).find(request.contact_id)
    return Target(coalition=request.coalition, member_id=found.member_id if found else None)


def _standpoints(_work: Work, request: GetByRefs) -> Iterator[Target]:
    return (standpoint(acting_principal(), ref.coalition) for ref in request.refs)


def _rules(_work: Work, request: AdoptRetentionRules) -> Target:
    return Target(coalition=request.coalition, variant=None if request.coalition else "network")


def _data_of(_work: Work, request: RequestData) -> Target:
    """About whoever asks only if nobody else is named: an address is somebody's, whoever says it is theirs."""
    asking = acting_principal()
    asking_id = asking.id if asking else None
    is_own = request.names_nobody or (request.email is None and request.person_id == asking_id)
    return Target(
        coalition=request.coalition,
        person_id=asking_id if is_own else None,
        variant=None if request.coalition else EVERYWHERE,
    )


def _data_requests(_work: Work, request: ListDataRequests) -> Target:
    return Target(coalition=request.coalition, variant=None if request.coalition else EVERYWHERE)


def _data_request(found: DatedRequest) -> Target:
    """Who asked is as near to it as the person whom it is about."""
    request, asking = found.request, acting_principal()
    is_involved = asking is not None and asking.id in (request.requested_by, *request.person_ids)
    return Target(
        coalition=request.within,
        person_id=asking.id if asking and is_involved else None,
        variant=None if request.within else EVERYWHERE,
    )


ABOUT: Final[Mapping[str, About]] = {
    "record_contact": _member,
    "remove_contact": _removed,
    "list_contacts_of_members": _standpoints,
    "publish_consent_text": _coalition,
    "give_consent": _anywhere,
    "withdraw_consent": _anywhere,
    "list_own_consents": _anywhere,
    "adopt_retention_rules": _rules,
    "request_export": _data_of,
    "request_erasure": _data_of,
    "list_data_requests": _data_requests,
    "list_own_data_requests": _anywhere,
}

SHOWN: Final[Mapping[str, Shows]] = {
    "get_data_requests": _data_request,
    "get_export_part": export_part,
}
