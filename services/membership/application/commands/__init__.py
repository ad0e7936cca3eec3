"""The commands, each one transaction: read, decide (in `domain`), store, publish."""

from .accession import apply_for_membership, record_decision, record_membership, record_milestone
from .hand_over import hand_over_focal_point
from .invitations import accept_invitation, invite_person, revoke_invitation
from .registry import publish_plan, register_city, register_coalition
from .rights import grant_role, revoke_grant

__all__ = [
    "accept_invitation",
    "apply_for_membership",
    "grant_role",
    "hand_over_focal_point",
    "invite_person",
    "publish_plan",
    "record_decision",
    "record_membership",
    "record_milestone",
    "register_city",
    "register_coalition",
    "revoke_grant",
    "revoke_invitation",
]
