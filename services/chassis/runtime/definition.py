"""What the chassis needs to know of a service to run it: found by its entry point, never by import."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, Final

from marshmallow import Schema
from pymongo import IndexModel

from ..kernel.config import ConfigurationError
from ..persistence.unit_of_work import UnitOfWork
from ..protocol.topology import Subscription

ENTRY_POINTS: Final = "chassis.services"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageType:
    """A message that a service publishes: its name (`type` on the wire), the schema of its data, and what it tells."""

    name: str
    schema: Schema
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefinition:
    """`service` is the path `module:class` of the nameko class, imported only by the process that serves it.

    `compose` is the composition root: it is given the unit of work of this process and returns what the service class
    finds as its `Composition`.
    """

    name: str
    service: str
    compose: Callable[[UnitOfWork], Any]
    publishing: Any
    published: Sequence[MessageType]
    indexes: Mapping[str, Sequence[IndexModel]]
    subscriptions: Sequence[Subscription] = field(default_factory=tuple)


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
