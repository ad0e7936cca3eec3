"""The duty to report: when the next report of a member is due.

The act of accession obliges a member to report on its actions (docs/domain.md, section 3.4); the first report is due
about two years after joining (section 3.6), then one every two years (section 6). The months are data of the coalition.

A member in standing has one open obligation at most. It begins with the admission, a submitted report fulfils it and
begins the next, leaving the coalition releases it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.chassis.kernel.dates import PartialDate

from .coalitions import Coalition, ReportingRule
from .dates import Precision, first_reaching, months_after, precision_of
from .errors import ProjectionBehind
from .members import Member
from .statuses import ObligationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A date of a series: `months` after `counted_from`, which is known to `precision`.

    The anchor is kept so that a series which begins on the 31st stays at the ends of months. Without an anchor (an
    admission that nobody has a date for) the date is unknown.
    """

    counted_from: date | None
    months: int
    precision: Precision

    @property
    def on(self) -> date | None:
        return None if self.counted_from is None else months_after(self.counted_from, self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One report owed. `rule` is the one by which it became due; `report_id` the report that fulfilled it.

    `member_sequence` is the newest state of the member that this obligation has taken into account, `opened_on` the day
    of the message or report that opened it, whenever it arrived.
    """

    id: str
    coalition: str
    version: int
    member_id: str
    member_sequence: int
    due: Due
    rule: ReportingRule
    status: ObligationStatus
    report_id: str | None
    opened_on: date


def first_due(admitted_on: PartialDate | None, rule: ReportingRule, *, on: date) -> Due:
    """The first date of the series that is not before `on`: exactly `first_report_after_months` for a fresh
    admission, the next date for a city that joined long ago, and never one that is years overdue."""
    first, step = rule.first_report_after_months, rule.interval_months
    if admitted_on is None:
        return Due(counted_from=None, months=first, precision=Precision.UNKNOWN)
    anchor = admitted_on.latest()
    months = first_reaching(anchor, start=first, step=step, reach=on)
    return Due(counted_from=anchor, months=months, precision=precision_of(admitted_on))


def next_due(due: Due, rule: ReportingRule, *, on: date) -> Due:
    """The date after `due`, `interval_months` later, and later again while that would not be after `on`, the day of
    the report. Where no date was known the series begins with that day."""
    step = rule.interval_months
    if due.counted_from is None:
        return Due(counted_from=on, months=step, precision=Precision.DAY)
    tomorrow = on + timedelta(days=1)
    return replace(due, months=first_reaching(due.counted_from, start=due.months + step, step=step, reach=tomorrow))


def after_member_change(
    member: Member, history: Sequence[Obligation], coalition: Coalition | None, *, id: str, on: date
) -> Obligation | None:
    """The obligation that a new state of the member, known since `on`, opens, dates anew or releases, in its new
    version; `history` is all that the member has owed so far.

    Opens one for a member in standing that has none open, releases the open one of a member that is not in standing
    (any more). As long as no report was submitted, the date follows what is known of the admission. None: nothing
    changes; so for a state that is not newer than what `history` knows, as in a replay. Raises ProjectionBehind when
    one must be opened and the coalition's rules are unknown.
    """
    if any(each.member_sequence >= member.sequence for each in history):
        return None
    current = next((each for each in history if each.status is ObligationStatus.OPEN), None)
    if current is None:
        return _opened(member, coalition, id=id, on=on) if member.is_in_standing else None
    if not member.is_in_standing:
        return _changed(current, member, status=ObligationStatus.RELEASED)
    has_reported = any(each.status is ObligationStatus.FULFILLED for each in history)
    return None if has_reported else _dated_anew(current, member)


def after_report(
    current: Obligation, report_id: str, rule: ReportingRule | None, *, id: str, on: date
) -> Iterator[Obligation]:
    """The open obligation, fulfilled by a report submitted on that day, then the next one, if the coalition has a
    rule."""
    yield replace(current, version=current.version + 1, status=ObligationStatus.FULFILLED, report_id=report_id)
    if rule is not None:
        due = next_due(current.due, rule, on=on)
        yield replace(current, id=id, version=1, due=due, rule=rule, opened_on=on)


def _opened(member: Member, coalition: Coalition | None, *, id: str, on: date) -> Obligation | None:
    if coalition is None:
        raise ProjectionBehind(member.coalition)
    rule = coalition.rule_on(on)
    if rule is None:
        return None
    return Obligation(
        id=id,
        coalition=member.coalition,
        version=1,
        member_id=member.id,
        member_sequence=member.sequence,
        due=first_due(member.admitted_on, rule, on=on),
        rule=rule,
        status=ObligationStatus.OPEN,
        report_id=None,
        opened_on=on,
    )


def _dated_anew(current: Obligation, member: Member) -> Obligation | None:
    """With the date that it would have had from the beginning: what is overdue does not become due later merely
    because somebody looked into the archive late."""
    due = first_due(member.admitted_on, current.rule, on=current.opened_on)
    return None if due == current.due else _changed(current, member, due=due)


def _changed(current: Obligation, member: Member, **changes: Any) -> Obligation:
    return replace(current, version=current.version + 1, member_sequence=member.sequence, **changes)
