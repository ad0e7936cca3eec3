"""Domain events: what happened to an aggregate, told with the aggregate as it is since."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Aggregate(Protocol):
    """What changes as one, version by version. `coalition` is the tenant, empty for a thing of the whole network."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def coalition(self) -> str: ...


A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True, slots=True)
class DomainEvent(Generic[A]):
    """Base of a service's events: one for each new version of an aggregate."""

    aggregate: A

    @property
    def subject(self) -> str:
        return self.aggregate.id

    @property
    def sequence(self) -> int:
        return self.aggregate.version

    @property
    def coalition(self) -> str:
        return self.aggregate.coalition
