"""From what is said of a thing to the thing with its identity."""

from dataclasses import fields
from typing import Any


def values_of(facts: Any) -> dict[str, Any]:
    """The fields of a dataclass and their values, one level deep (unlike `dataclasses.asdict`)."""
    return {field.name: getattr(facts, field.name) for field in fields(facts)}
