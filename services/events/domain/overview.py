"""A conference as people look at it: with what follows from the day, the seats and the coalition's rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .conferences import Conference
from .rules import ConferenceRules, rules_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceOverview:
    """`taken`: seats taken. `is_open`: whether a delegate can register today, as far as dates go."""

    conference: Conference
    taken: int
    is_open: bool
    is_statutory: bool


def overview(
    conference: Conference, *, taken: int, adopted: Iterable[ConferenceRules], today: date
) -> ConferenceOverview:
    window = conference.registration
    return ConferenceOverview(
        conference=conference,
        taken=taken,
        is_open=window is not None and window.is_open(today),
        is_statutory=is_statutory(conference, adopted),
    )


def is_statutory(conference: Conference, adopted: Iterable[ConferenceRules]) -> bool:
    """By the rules in force on its first day, not on the day of the question: past meetings stay what they were."""
    return rules_in_force(adopted, conference.start_date).is_statutory(conference.kind)
