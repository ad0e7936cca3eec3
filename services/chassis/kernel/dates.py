"""A date known to the day, to the month or only to the year.

Sources often give no more than a year. So precision is part of the fact: it is kept, shown and never invented. Text
form: EDTF level 0, which is ISO 8601 with reduced precision.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

_TEXT: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """`day` is known only where `month` is. Raises ValueError for what is in no calendar.

    Two partial dates may overlap ("2006" and "2006-09"), so they have no total order: one is *certainly before*
    another when its whole period is.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day is known only together with its month")
        self.earliest()

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2006", "2006-09" or "2006-09-20". Raises ValueError for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        return cls(*(int(part) if part else None for part in found.groups()))  # type: ignore[arg-type]

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month, day.day)

    def earliest(self) -> date:
        """The first day that it may mean."""
        return date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    def latest(self) -> date:
        """The last day that it may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def is_certainly_before(self, other: "PartialDate") -> bool:
        return self.latest() < other.earliest()

    def is_certainly_after(self, other: "PartialDate") -> bool:
        return other.is_certainly_before(self)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)
