"""What this service knows of coalitions: since when they ask for reports, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRule:
    """When reports are due: `first_report_after_months` after admission, then every `interval_months` (at least 1).

    The rule is data of the coalition, valid from a date (None: from the beginning), because coalitions differ and
    change it: two years in most of Europe, yearly by one source (docs/domain.md, section 6).
    """

    valid_from: date | None
    first_report_after_months: int
    interval_months: int
    is_sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """A coalition's projection, as of message `sequence`."""

    key: str
    rules: tuple[ReportingRule, ...]
    sequence: int

    @property
    def id(self) -> str:
        return self.key

    def rule_on(self, day: date) -> ReportingRule | None:
        """The rule in force on `day`, or None when the coalition asks for no reports then."""
        return rule_in_force(self.rules, day)


def rule_in_force(rules: Sequence[ReportingRule], day: date) -> ReportingRule | None:
    """The rule with the latest beginning that is not after `day`."""
    begun = [rule for rule in rules if _beginning(rule) <= day]
    return max(begun, key=_beginning, default=None)


def _beginning(rule: ReportingRule) -> date:
    return rule.valid_from or date.min
