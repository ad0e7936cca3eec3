"""Live updates of what the membership service owns."""

from typing import Final

from gateway.graphql.core.feeds import Feed, feed_field

from .loaders import MemberLoader

MEMBERSHIPS: Final = Feed(
    service="membership",
    changes={
        "member_applied": "It applied.",
        "member_admitted": "It is a member now.",
        "member_refused": "Its application was refused.",
        "member_withdrawn": "It is no member any more, or no longer listed as one.",
        "member_recorded": "Other history of the membership was entered.",
    },
    shown="member",
    loader=MemberLoader,
    filters={"member": "Member"},
    right="membership.get_members",
)


class Subscriptions:
    """The membership service's part of Subscription."""

    membership_changed = feed_field(
        "MembershipChanged",
        "Tells when something happens to a membership of a coalition. Public.",
        feed=MEMBERSHIPS,
        object_type="Member",
        changed="membership",
    )
