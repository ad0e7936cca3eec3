"""Relay's `Node`: any object by its global id."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import graphene

from services.chassis.kernel.errors import invalid

from .fields import Field, argument, leaf
from .ids import GlobalId
from .registry import registered
from .resolving import Info, View

MAX_NODES: Final = 100

Fetch = Callable[[Info, GlobalId], Awaitable[View | None]]
_NEEDS: Final = "Needs: what the root field of the object's own type needs."
TYPE_NAME: Final = "__typename"


class Node(graphene.Interface):
    """An object that can be found again by its id."""

    id = leaf(graphene.ID, "Identifies this object among all objects of the platform; opaque.", required=True)

    @classmethod
    def resolve_type(cls, instance: View, _info: Info) -> Any:
        return registered()[instance[TYPE_NAME]]


class NodeMeta:
    """The `Meta` of an object type that is a Node."""

    interfaces = (Node,)


def node_fields(fetchers: Mapping[str, Fetch]) -> type:
    """The root fields `node` and `nodes`, as a mixin; `fetchers` finds the objects of each type by their id."""

    async def fetch(info: Info, text: str) -> View | None:
        found = GlobalId.parse(text)
        fetcher = fetchers.get(found.type_name) if found else None
        if found is None or fetcher is None:
            return None
        view = await fetcher(info, found)
        return None if view is None else {**view, TYPE_NAME: found.type_name}

    async def resolve_node(_root: None, info: Info, id: str) -> View | None:
        return await fetch(info, id)

    def resolve_nodes(_root: None, info: Info, ids: list[str]) -> list[Awaitable[View | None]]:
        if len(ids) > MAX_NODES:
            raise invalid(("ids",), f"At most {MAX_NODES} ids may be asked for at once.", "TOO_MANY_IDS")
        return [fetch(info, text) for text in ids]

    class NodeFields:
        node = Field(
            Node,
            "Any object by its id; null when there is none.",
            id=argument(graphene.NonNull(graphene.ID), "The global id."),
            needs=_NEEDS,
            resolver=resolve_node,
        )
        nodes = Field(
            graphene.NonNull(graphene.List(Node)),
            "Several objects by their ids, in the order of the ids; null where there is none.",
            ids=argument(
                graphene.NonNull(graphene.List(graphene.NonNull(graphene.ID))), f"The global ids, {MAX_NODES} at most."
            ),
            rows=MAX_NODES,
            needs=_NEEDS,
            resolver=resolve_nodes,
        )

    return NodeFields
