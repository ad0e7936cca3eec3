"""Fields of other folders' types that the membership service answers."""

from collections.abc import Set
from typing import Final

from gateway.graphql.core.fields import Field
from gateway.graphql.core.ids import Ref
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import View, Wanted, loaded_by, loaded_for_selection

from .loaders import CoalitionLoader, MemberLoader, PlanLoader, plan_ref

_IN_EVERY_VIEW: Final = {"__typename", "id", "key"}
"""What every view of a coalition's thing says of the coalition by itself."""


def _coalition(view: View, selected: Set[str]) -> View | Wanted | None:
    key = view["coalition"]
    if key is None:
        return None
    return {"key": key} if selected <= _IN_EVERY_VIEW else Wanted(CoalitionLoader, key)


def _member(view: View) -> Ref | None:
    member_id = view.get("member_id")
    return Ref(view["coalition"], member_id) if member_id else None


class InCoalition:
    """For what belongs to a coalition."""

    coalition = Field(
        lazy("Coalition"),
        "The coalition it belongs to; null for what belongs to none.",
        resolver=loaded_for_selection(_coalition),
    )


class OfMember:
    """For what belongs to a member."""

    member = Field(lazy("Member"), "The member it belongs to.", resolver=loaded_by(MemberLoader, _member))


class OnPlan:
    """For what refers to a version of a plan."""

    plan = Field(
        lazy("PlanVersion"), "The version of the plan it is based on.", resolver=loaded_by(PlanLoader, plan_ref)
    )
