"""What questions to the event log are about, the same in every service."""

from collections.abc import Mapping
from typing import Any, Final

from .decide import Target
from .policy import About


def _network(_work: Any, _request: Any) -> Target:
    return Target()


MESSAGE_LOG: Final[Mapping[str, About]] = {"list_messages": _network}
"""Part of each service's `about`."""
