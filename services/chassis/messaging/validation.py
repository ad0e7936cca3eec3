"""Marshmallow at the entrypoints: its errors in the words of the error tree."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from ..kernel.errors import InvalidInput, Path, Violation

__all__ = ["Schema", "load"]


def load(schema: Schema, data: Mapping[str, Any]) -> Any:
    """What `schema` makes of `data`. Raises InvalidInput with one violation per wrong field."""
    try:
        return schema.load(data)
    except ValidationError as error:
        violations = tuple(_violations(error.messages_dict, ()))
        first = violations[0]
        where = ".".join(str(part) for part in first.path)
        raise InvalidInput(f"{where}: {first.message}", path=first.path, violations=violations) from error


def _violations(messages: Any, path: Path) -> Iterator[Violation]:
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            inner = path if key == "_schema" else (*path, key)
            yield from _violations(value, inner)
    else:
        for message in messages:
            yield Violation(path, str(message))
