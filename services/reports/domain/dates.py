"""Dates known in full or in part, and counting months from them.

Many admissions are known to the month or the year only (domain research, section 0.2: one membership has several true
dates; the members' list has 'year joined'). Nobody is due earlier than the facts prove, so months count from the last
day of the known period.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count
from typing import Final, Self

from dateutil.relativedelta import relativedelta

_EDTF_LEVEL_0: Final = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?", re.ASCII)


class Precision(StrEnum):
    """To what a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


_TO_THE_END_OF_THE_MONTH: Final = relativedelta(day=31)
_LENGTHS: Final = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which at least the year is known: the last day that it can be, and how much of it is known.

    As text it is EDTF level 0: "2006", "2006-09" or "2006-09-20".
    """

    last_day: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its text. Raises ValueError for anything else."""
        match = _EDTF_LEVEL_0.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date like 2006, 2006-09 or 2006-09-20")
        year, month, day = (match[part] for part in ("year", "month", "day"))
        if day:
            return cls(date(int(year), int(month), int(day)), Precision.DAY)
        if month:
            return cls(date(int(year), int(month), 1) + _TO_THE_END_OF_THE_MONTH, Precision.MONTH)
        return cls(date(int(year), 12, 31), Precision.YEAR)

    def __str__(self) -> str:
        return self.last_day.isoformat()[: _LENGTHS[self.precision]]


def months_after(day: date, months: int) -> date:
    """`months` calendar months after `day`; where that month is shorter, its last day (31 January + 1 = 28 or 29
    February)."""
    return day + relativedelta(months=months)


def first_reaching(anchor: date, *, start: int, step: int, reach: date) -> int:
    """The first of `start`, `start + step`, ... months after `anchor` that is not before `reach`; `step` at least 1.

    Counted from the anchor each time: adding step by step would lose the end of a month at the first short one.
    """
    return next(months for months in count(start, step) if months_after(anchor, months) >= reach)
