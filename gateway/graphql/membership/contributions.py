"""Fields of other folders' types that the membership service answers."""

from collections.abc import Awaitable
from typing import Final

from gateway.graphql.core.fields import Field
from gateway.graphql.core.ids import Ref
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View, selected_fields

from .loaders import CoalitionLoader, MemberLoader, PlanLoader, plan_ref

_IN_EVERY_VIEW: Final = {"__typename", "id", "key"}
"""What every view of a coalition's thing says of the coalition by itself."""


async def _coalition(view: View, info: Info) -> View | None:
    key = view["coalition"]
    if key is None:
        return None
    if selected_fields(info) <= _IN_EVERY_VIEW:
        return {"key": key}
    found: View | None = await info.context.loader(CoalitionLoader).load(key)
    return found


def _member(view: View, info: Info) -> "Awaitable[View | None] | None":
    member_id = view.get("member_id")
    return info.context.loader(MemberLoader).load(Ref(view["coalition"], member_id)) if member_id else None


def _plan(view: View, info: Info) -> "Awaitable[View | None] | None":
    ref = plan_ref(view)
    return info.context.loader(PlanLoader).load(ref) if ref else None


class InCoalition:
    """For what belongs to a coalition."""

    coalition = Field(
        lazy("Coalition"), "The coalition it belongs to; null for what belongs to none.", resolver=_coalition
    )


class OfMember:
    """For what belongs to a member."""

    member = Field(lazy("Member"), "The member it belongs to.", resolver=_member)


class OnPlan:
    """For what refers to a version of a plan."""

    plan = Field(lazy("PlanVersion"), "The version of the plan it is based on.", resolver=_plan)
