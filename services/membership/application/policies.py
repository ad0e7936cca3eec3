"""What the permission table's rows are about, for each method of this service that is not public."""

from collections.abc import Iterator
from typing import Any

from services.chassis.kernel.principal import Scope
from services.chassis.persistence.unit_of_work import Work
from services.rights.audit import AUDIT
from services.rights.decide import Target
from services.rights.message_log import MESSAGE_LOG
from services.rights.policy import Policy

from ..domain.grant_requests import RevokeGrant, RevokeInvitation
from ..store.grants import Grants
from ..store.invitations import Invitations
from . import personal_policies


def _network(_work: Any, _request: Any) -> Target:
    """Belongs to no coalition: whoever has the role in any coalition may."""
    return Target()


def _coalition(_work: Any, request: Any) -> Target:
    return Target(coalition=request.coalition)


def _coalitions(_work: Any, request: Any) -> Iterator[Target]:
    return (Target(coalition=coalition) for coalition in request.coalitions)


def _found_in_coalition(found: Any) -> Target:
    return Target(coalition=found.coalition)


def _plan(_work: Any, request: Any) -> Target:
    return Target(coalition=request.facts.coalition)


def _member(_work: Any, request: Any) -> Target:
    return Target(coalition=request.coalition, member_id=request.member_id)


def _members(_work: Any, request: Any) -> Iterator[Target]:
    return (Target(coalition=ref.coalition, member_id=ref.id) for ref in request.refs)


def _scope(_work: Any, request: Any) -> Target:
    return _within(request.scope)


def _grant(work: Work, request: RevokeGrant) -> Target:
    """Nothing more than its coalition when there is no such grant: who may not see it cannot tell."""
    found = Grants(work, coalition=request.coalition).find(request.grant_id)
    return _within(found.scope, found.person_id) if found else Target(coalition=request.coalition)


def _invitation(work: Work, request: RevokeInvitation) -> Target:
    found = Invitations(work, coalition=request.coalition).find(request.invitation_id)
    return _within(found.scope) if found else Target(coalition=request.coalition)


def _within(scope: Scope, person_id: str | None = None) -> Target:
    thing = {f"{scope.kind}_id": scope.id} if scope.id else {}
    return Target(coalition=scope.coalition, person_id=person_id, **thing)


POLICY = Policy(
    "membership",
    about={
        **AUDIT,
        **MESSAGE_LOG,
        "register_coalition": _network,
        "publish_plan": _plan,
        "register_city": _network,
        "record_membership": _coalition,
        "apply_for_membership": _coalition,
        "record_decision": _member,
        "record_milestone": _member,
        "register_application": _coalition,
        "rotate_application_token": _coalition,
        "revoke_application": _coalition,
        "revoke_application_token": _coalition,
        "list_applications": _coalitions,
        "identify": _network,
        "open_session": _network,
        "close_session": _network,
        "close_sessions": _network,
        "invite_person": _scope,
        "revoke_invitation": _invitation,
        "accept_invitation": _network,
        "revoke_grant": _grant,
        "hand_over_focal_point": _member,
        "my_grants": _network,
        "list_grants": _coalitions,
        "list_grants_of_members": _members,
        "list_network_grants": _network,
        "list_invitations": _coalitions,
        "list_invitations_of_members": _members,
        "list_network_invitations": _network,
        **personal_policies.ABOUT,
    },
    shown={"get_applications": _found_in_coalition, **personal_policies.SHOWN},
)
