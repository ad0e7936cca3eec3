"""The numbers."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Fragments count as often as they are spread. `cost` counts the objects that an operation may give: an object
    is 1, and what stands inside a list counts as often as the list may have rows."""

    body_bytes: int = 100_000
    tokens: int = 2_000
    depth: int = 12
    introspection_depth: int = 16
    introspection_nesting: int = 2
    aliases: int = 30
    root_fields: int = 20
    fields: int = 300
    directives: int = 50
    cost: int = 20_000
    validation_errors: int = 5


LIMITS: Final = Limits()
