"""Gives a service class what its composition root built."""

from typing import Any, Final, Generic, Self, TypeVar, overload

from nameko.extensions import DependencyProvider

T = TypeVar("T")

COMPOSITION_CONFIG_KEY: Final = "COMPOSITION"


class Composition(DependencyProvider, Generic[T]):
    """The `T` that the runner built once for this process (a service's `wiring`), for every worker."""

    @overload
    def __get__(self, service: None, owner: type) -> Self: ...
    @overload
    def __get__(self, service: object, owner: type) -> T: ...

    def __get__(self, service: object | None, owner: type) -> Any:
        # For the type checker: of an instance, nameko sets the attribute of this name, and it comes first.
        return self

    def get_dependency(self, worker_ctx: Any) -> T:
        composition: T = self.container.config[COMPOSITION_CONFIG_KEY]
        return composition
