"""Object types by name, so that folders that know nothing of each other can refer to each other's types."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

T = TypeVar("T", bound=type)

_TYPES: Final[dict[str, Any]] = {}


def register(object_type: T) -> T:
    """Class decorator: make an object type known under its name."""
    _TYPES[object_type.__name__] = object_type
    return object_type


def lazy(name: str) -> Callable[[], Any]:
    """What graphene calls when it builds the schema to get the type `name`."""
    return lambda: _TYPES[name]


def registered() -> dict[str, Any]:
    """Name → object type."""
    return dict(_TYPES)
