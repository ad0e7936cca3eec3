"""What the chassis needs to know of a service to run it: found by its entry point, never by import."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, Final

from marshmallow import Schema
from pymongo import IndexModel

from ..kernel.config import ConfigurationError
from ..persistence.audit.rules import Audited, AuditRules
from ..persistence.unit_of_work import Policy, UnitOfWork, Work
from ..protocol.envelope import Envelope
from ..protocol.topology import Subscription
from ..schemas.messages import MessageType

__all__ = [
    "MessageType",
    "Projection",
    "ServiceDefinition",
    "all_subscriptions",
    "load_definition",
    "load_definitions",
]

ENTRY_POINTS: Final = "chassis.services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A service's own copy of another service's facts: rows of `collection`, made of the messages of `subscription`.

    `schemas` are the tolerant copies of these messages, by type. `apply` does to the row what one message (a `Received`
    with what its schema loaded) tells, and nothing else: whatever further follows from the message is not part of the
    projection, and must not follow again when the projection is rebuilt. `untold` are fields that come from the message
    itself (its time, say) and not from the state that it tells: the owner cannot be asked for them.
    """

    subscription: Subscription
    collection: str
    schemas: Mapping[str, Schema]
    apply: Callable[[Work, Any], object]
    untold: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.subscription.subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefinition:
    """`service` is the path `module:class` of the nameko class, imported only by the process that serves it.

    `compose` is the composition root: it is given the unit of work of this process and returns what the service class
    finds as its `Composition`. `policy` decides who may call what. `effects` are those subscriptions that feed no
    projection, with the tolerant copies of their messages. `snapshot` gives the messages that would tell the present
    state of every aggregate of this service (`sequence` = its version): what those who project them can be compared
    with. `audited` says of each of its collections what the audit log may show. `commands` is the path
    `module:attribute` of further commands of the service's own command line.
    """

    name: str
    service: str
    compose: Callable[[UnitOfWork], Any]
    publishing: Any
    policy: Policy
    published: Sequence[MessageType]
    indexes: Mapping[str, Sequence[IndexModel]]
    subscriptions: Sequence[Subscription] = field(default_factory=tuple)
    projections: Sequence[Projection] = field(default_factory=tuple)
    effects: Mapping[Subscription, Mapping[str, Schema]] = field(default_factory=dict)
    snapshot: Callable[[Work], Iterator[Envelope]] | None = None
    audited: Mapping[str, Audited] = field(default_factory=dict)
    commands: str | None = None

    @property
    def audit_rules(self) -> AuditRules:
        return AuditRules(service=self.name, collections=self.audited)


def load_definitions() -> list[ServiceDefinition]:
    """The definitions of all installed services, by name."""
    found = [entry_point.load() for entry_point in entry_points(group=ENTRY_POINTS)]
    return sorted(found, key=lambda definition: definition.name)


def load_definition(name: str) -> ServiceDefinition:
    """Raises ConfigurationError when no such service is installed."""
    for entry_point in entry_points(group=ENTRY_POINTS, name=name):
        definition: ServiceDefinition = entry_point.load()
        return definition
    raise ConfigurationError(f"No service named {name!r} is installed: reinstall the project (`make venv`).")


def all_subscriptions() -> list[Subscription]:
    return [subscription for definition in load_definitions() for subscription in definition.subscriptions]
