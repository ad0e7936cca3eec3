"""Whether a request may be carried out: what the unit of work asks of a service's policy."""

from collections.abc import Sequence
from typing import Any, Protocol


class Admission(Protocol):
    """A request that may be carried out, in whole or in part."""

    @property
    def request(self) -> Any: ...

    @property
    def personal(self) -> bool:
        """Whether the answer is personal data."""

    @property
    def targets(self) -> Sequence[Any]:
        """What the request is about (dataclasses); nothing where only its answer tells."""

    def answer(self, found: Any) -> Any:
        """What of `found` the caller may see."""


class Policy(Protocol):
    """Who may do what: asked before each use case that somebody calls."""

    def admit(self, work: Any, method: str, request: Any) -> Admission:
        """Raises Unauthenticated, Forbidden, Unavailable."""
