"""What subscriptions are fed with: the changes of one kind of object in one coalition.

A change is a message of a service. What a subscriber is shown of it is the object as it is now, read again with the
subscriber's own rights: a message says that something happened, never what somebody may see of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case, to_snake_case

from services.chassis.kernel.errors import invalid
from services.chassis.kernel.principal import Principal
from services.chassis.protocol.envelope import Envelope
from services.rights.decide import Target, is_allowed
from services.rights.policy import refusal
from services.rights.table import TABLE

from .enums import enumeration
from .fields import Field, argument, coalition_argument, leaf
from .ids import Ref, expect
from .loaders import ServiceLoader
from .registry import lazy
from .resolving import Context, View
from .scalars import DateTime

FEED = "feed"
"""The extension of a field of Subscription that says what feeds it."""

AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`changes` are the message types of `service` without its name and version, each with what it tells. `shown` is
    the payload's field with the object that changed, which `loader` reads; `filters` maps arguments to the types of
    their ids: `member` narrows to messages with this `member_id`. `right` is the row of the permission table by which
    somebody may subscribe."""

    service: str
    changes: Mapping[str, str]
    shown: str
    loader: type[ServiceLoader[Ref]]
    filters: Mapping[str, str]
    right: str

    @property
    def types(self) -> tuple[str, ...]:
        """The message types, as they are on the bus."""
        return tuple(f"{self.service}.{change}.v1" for change in self.changes)

    def watch(self, arguments: Mapping[str, Any]) -> "Watch":
        """What the arguments of the field ask to be told. Raises InvalidInput."""
        coalition = arguments["coalition"]
        keys = {}
        for name, type_name in self.filters.items():
            if arguments.get(name) is None:
                continue
            found = expect(type_name, arguments[name], (name,))
            if found.coalition != coalition:
                raise invalid((name,), "This belongs to another coalition.", "OTHER_COALITION")
            keys[f"{name}_id"] = found.key
        return Watch(self, coalition, keys)

    @property
    def is_public(self) -> bool:
        """Whether the object is the same for whoever looks at it."""
        return TABLE[self.right].is_public

    async def object_of(self, message: Envelope, context: Context) -> View | None:
        """The object that a message is about, as it is now; None when whoever asks may not see it.

        Raises ServiceError.
        """
        found: View | None = await context.loader(self.loader).load(Ref(message.coalition, message.subject))
        return found

    def payload(self, message: Envelope, found: View) -> View:
        """What the field gives for a message about the object `found`."""
        return {
            "event_id": message.id,
            "change": _change(message.type),
            "occurred_at": message.time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "version": message.sequence,
            self.shown: found,
        }


@dataclass(frozen=True, slots=True)
class Watch:
    """A feed, narrowed: to a coalition, and to messages whose data has these `keys`."""

    feed: Feed
    coalition: str
    keys: Mapping[str, str]

    def concerns(self, message: Envelope) -> bool:
        return (
            message.coalition == self.coalition
            and message.type in self.feed.types
            and all(message.data.get(name) == key for name, key in self.keys.items())
        )

    def ensure_allowed(self, principal: Principal | None) -> None:
        """Raises Unauthenticated, Forbidden, and Unavailable when the rights could not be looked up."""
        row = TABLE[self.feed.right]
        named = {name: key for name, key in self.keys.items() if name in ("conference_id", "member_id")}
        if not is_allowed(principal, row, Target(coalition=self.coalition, **named)):
            raise refusal(principal, row)


def feed_field(stem: str, description: str, *, feed: Feed, object_type: str, changed: str) -> Field:
    """The field of Subscription with the payload type `stem` (`MembershipChanged`). `changed` names the object in
    sentences."""
    narrowing = {name: argument(graphene.ID, f"Only what concerns this {name}.") for name in feed.filters}
    field = Field(
        graphene.NonNull(_payload_type(stem, feed, object_type, changed)),
        description,
        coalition=coalition_argument(),
        **narrowing,
        after=argument(
            graphene.ID,
            "The `eventId` of the last event that you have: what has happened since then is told first. Without it "
            "you are told what happens from now on.",
        ),
        asks=feed.right,
    )
    field.feed = feed
    return field


def _payload_type(stem: str, feed: Feed, object_type: str, changed: str) -> Any:
    class Meta:
        name = stem
        description = f"An event of `{to_camel_case(to_snake_case(stem))}`."

    kind = enumeration(f"{stem.removesuffix('Changed')}Change", f"What happened to a {changed}.", feed.changes)
    fields = {
        "event_id": leaf(
            graphene.ID,
            "Identifies the event. The same one may be told twice, when a connection broke: who counts events must "
            "leave out those that it has.",
            required=True,
        ),
        "change": leaf(kind, "What happened.", required=True),
        "occurred_at": leaf(DateTime, "When it happened.", required=True),
        "version": leaf(
            graphene.Int, f"The {changed}'s version after it; what you are shown may be a newer one.", required=True
        ),
        feed.shown: Field(graphene.NonNull(lazy(object_type)), f"The {changed}, as it is now."),
    }
    return type(stem, (graphene.ObjectType,), {**fields, "Meta": Meta})


def _change(message_type: str) -> str:
    return message_type.split(".")[1]
