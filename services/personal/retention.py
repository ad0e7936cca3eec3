"""Retention rules: how long which personal data is kept. Data of each coalition, valid from a date. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """Kinds of personal data that are kept for a while."""

    SPECIAL_NEEDS = "special_needs"
    REGISTRATIONS = "registrations"
    CONTACTS = "contacts"
    INVITATIONS = "invitations"
    DATA_REQUESTS = "data_requests"
    RESPONSIBILITIES = "responsibilities"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


COUNTED_FROM: Final[Mapping[Category, str]] = {
    Category.SPECIAL_NEEDS: "the last day of the conference; then what was told of diet and access is deleted",
    Category.REGISTRATIONS: "the last day of the conference; then name, address and function are erased",
    Category.CONTACTS: "the day on which the contact was last confirmed; then it is deleted",
    Category.INVITATIONS: "the last day on which the invitation was good; then it is deleted",
    Category.DATA_REQUESTS: "the day on which the request was answered; then it is deleted, its receipts too",
    Category.RESPONSIBILITIES: "the day on which the report was due; then nobody is named who wrote or sent its parts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    category: Category
    keep_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRules:
    """The rules of one coalition from a day on. For a category that they do not name, the default holds.

    `valid_from` None: from the beginning. `is_sample`: nobody has decided it, it is there for want of a decision.
    `is_default`: not the coalition's own. `source` says where it is written down.
    """

    valid_from: date | None
    rules: tuple[RetentionRule, ...]
    is_sample: bool
    is_default: bool = False
    source: str | None = None

    def keep_days(self, category: Category) -> int:
        """Days for which things of this category are kept."""
        own = {rule.category: rule.keep_days for rule in self.rules}
        return own[category] if category in own else _DEFAULT_DAYS[category]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRetentionRules:
    """A coalition's own rules. Never changed: other rules are adopted from another date on (`version` stays 1)."""

    id: str
    coalition: str
    version: int
    rules: RetentionRules


_DEFAULT_DAYS: Final[Mapping[Category, int]] = {
    Category.SPECIAL_NEEDS: 14,
    Category.REGISTRATIONS: 730,
    Category.CONTACTS: 730,
    Category.INVITATIONS: 180,
    Category.DATA_REQUESTS: 1_095,
    Category.RESPONSIBILITIES: 365,
}

DEFAULT_RULES: Final = RetentionRules(
    valid_from=None,
    rules=tuple(RetentionRule(category=category, keep_days=days) for category, days in _DEFAULT_DAYS.items()),
    is_sample=True,
    is_default=True,
    source=(
        "Sample of this platform: the law says no longer than necessary and names no number of days, and no "
        "coalition's own decision was found. In use until the coalition adopts its own rules."
    ),
)


def rules_in_force(adopted: Iterable[RetentionRules], on: date) -> RetentionRules:
    """The rules valid on a day: those that began last, else the default."""
    begun = [rules for rules in adopted if _begins(rules) <= on]
    return max(begun, key=_begins, default=DEFAULT_RULES)


def rules_over_time(adopted: Iterable[RetentionRules]) -> tuple[RetentionRules, ...]:
    """All rules from the oldest to the newest; the default first, unless adopted ones hold from the beginning."""
    own = tuple(sorted(adopted, key=_begins))
    covered = bool(own) and own[0].valid_from is None
    return own if covered else (DEFAULT_RULES, *own)


def kept_since(rules: RetentionRules, category: Category, today: date) -> date:
    """The first day that is still kept: what counts from an earlier day has had its time."""
    return today - timedelta(days=rules.keep_days(category))


def _begins(rules: RetentionRules) -> date:
    return rules.valid_from or date.min
