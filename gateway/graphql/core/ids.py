"""Global ids as Relay wants them: opaque to clients, unique over all types.

A global id is the base64 of `Type:coalition/uuid` for what belongs to a coalition, `Type:key` for the rest.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from services.chassis.kernel.errors import Path, invalid


class Ref(NamedTuple):
    """A thing of a coalition: the coalition's key and the thing's id."""

    coalition: str
    id: str

    def as_dict(self) -> dict[str, str]:
        return {"coalition": self.coalition, "id": self.id}


@dataclass(frozen=True, slots=True)
class GlobalId:
    """`coalition` is None for what belongs to no coalition."""

    type_name: str
    key: str
    coalition: str | None = None

    def __str__(self) -> str:
        return _encoded(self.type_name, self.key, self.coalition)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `text` stands for, or None when it is not a global id at all."""
        try:
            decoded = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        type_name, colon, local = decoded.partition(":")
        coalition, slash, key = local.rpartition("/")
        if not colon or not type_name or not key or (slash and not coalition):
            return None
        return cls(type_name, key, coalition or None)

    @property
    def ref(self) -> Ref:
        """Only for what belongs to a coalition."""
        return Ref(self.coalition or "", self.key)


def own_ref(view: dict[str, Any]) -> Ref:
    """The ref of a view of what belongs to a coalition."""
    return Ref(view["coalition"], view["id"])


def own_key(view: dict[str, Any]) -> str:
    """The key of a view of a coalition."""
    key: str = view["key"]
    return key


def id_of(type_name: str, view: dict[str, Any]) -> str:
    """The global id of a view of a service."""
    return _encoded(type_name, view["id"], view.get("coalition"))


def _encoded(type_name: str, key: str, coalition: str | None) -> str:
    local = key if coalition is None else f"{coalition}/{key}"
    return binascii.b2a_base64(f"{type_name}:{local}".encode(), newline=False).decode("ascii")


def find(type_name: str, text: str) -> GlobalId | None:
    """`text` read as the id of a `type_name`, or None: somebody else's id finds nothing."""
    found = GlobalId.parse(text)
    return found if found is not None and found.type_name == type_name else None


def expect(type_name: str, text: str, path: Path) -> GlobalId:
    """`text` read as the id of a `type_name`. Raises InvalidInput at `path`."""
    found = find(type_name, text)
    if found is None:
        raise invalid(path, f"This is not the id of a {type_name}.", "INVALID_ID")
    return found
