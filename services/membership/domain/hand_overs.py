"""The hand-over of a member's focal point: somebody follows, and what is still open follows too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from .errors import NoFocalPoint, SeveralFocalPoints
from .grants import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """It happens once and does not change. `number` counts the hand-overs of the member, from 1; the people are told by
    their ids."""

    id: str
    coalition: str
    member_id: str
    number: int
    from_person: str
    to_person: str
    at: datetime
    version: ClassVar[int] = 1


def grant_to_replace(focal_points: Sequence[Grant], from_person: str | None, *, today: date) -> Grant:
    """The grant that ends: of `from_person`, or of the only focal point that the member has.

    Raises NoFocalPoint, SeveralFocalPoints.
    """
    holding = [each for each in focal_points if each.holds_on(today) and from_person in (None, each.person_id)]
    if not holding:
        raise NoFocalPoint("This member has no such focal point: invite one instead.", path=("member_id",))
    if len(holding) > 1:
        raise SeveralFocalPoints(
            "This member has several focal points: say whose work is handed over.", path=("from_person_id",)
        )
    return holding[0]
