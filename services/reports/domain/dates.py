"""How well a date is known, and counting months from it.

Many admissions are known to the month or the year only (docs/domain.md, section 0.2: one membership has several true
dates; the members' list has 'year joined'). Nobody is due earlier than the facts prove, so months count from the last
day of the known period.
"""

from datetime import date
from enum import StrEnum
from itertools import count

from dateutil.relativedelta import relativedelta

from services.chassis.kernel.dates import PartialDate


class Precision(StrEnum):
    """To what a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


def precision_of(day: PartialDate) -> Precision:
    if day.month is None:
        return Precision.YEAR
    return Precision.MONTH if day.day is None else Precision.DAY


def months_after(day: date, months: int) -> date:
    """`months` calendar months after `day`; where that month is shorter, its last day (31 January + 1 = 28 or 29
    February)."""
    return day + relativedelta(months=months)


def first_reaching(anchor: date, *, start: int, step: int, reach: date) -> int:
    """The first of `start`, `start + step`, ... months after `anchor` that is not before `reach`; `step` at least 1.

    Counted from the anchor each time: adding step by step would lose the end of a month at the first short one.
    """
    return next(months for months in count(start, step) if months_after(anchor, months) >= reach)
