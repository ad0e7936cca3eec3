"""What this service knows of the members of a coalition: a copy of what the membership service tells."""

from dataclasses import dataclass
from typing import Final

IN_STANDING: Final = "member"
"""The one standing that gives a member its rights; every other word (candidate, former, ...) does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`sequence` is the version of the membership that this copy shows."""

    id: str
    coalition: str
    standing: str
    sequence: int

    @property
    def is_in_standing(self) -> bool:
        return self.standing == IN_STANDING
