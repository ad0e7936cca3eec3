"""What this service knows of members."""

from dataclasses import dataclass
from typing import Final

from services.chassis.kernel.dates import PartialDate

IN_STANDING: Final = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A membership's projection, as of message `sequence`. `standing` is the membership service's word for it."""

    id: str
    coalition: str
    standing: str
    admitted_on: PartialDate | None
    sequence: int

    @property
    def is_in_standing(self) -> bool:
        """A former, dormant or refused member and a candidate are not."""
        return self.standing == IN_STANDING
