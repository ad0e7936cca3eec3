"""A coalition: the tenant, with the rules that it gave itself as data, valid from a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.text import LocalizedText

from .body import Body


class _Rule(Protocol):
    @property
    def valid_from(self) -> date | None: ...


RuleT = TypeVar("RuleT", bound=_Rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRule:
    """When members report: months from admission to the first report, and between reports.

    `valid_from` None: since ever. `is_sample`: no public source gives the rule; somebody must confirm it.
    """

    valid_from: date | None = None
    first_report_after_months: int
    interval_months: int
    is_sample: bool
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionRule:
    """Which bodies may admit or refuse a candidate from `valid_from` on (None: since ever)."""

    valid_from: date | None = None
    bodies: tuple[Body, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionFacts:
    """What is known of a coalition; None and empty mean that no source was found."""

    key: str
    acronym: str | None = None
    name: LocalizedText
    former_name: str | None = None
    region: str
    m49: tuple[str, ...] = ()
    launched: PartialDate | None = None
    launched_in: str | None = None
    languages: tuple[str, ...] = ()
    currency: str | None = None
    legal_form: str | None = None
    office: str | None = None
    lead_city: str | None = None
    secretariat: str | None = None
    members_claimed: int | None = None
    sub_regional_leads: tuple[str, ...] = ()
    national_arms: tuple[str, ...] = ()
    founders: tuple[str, ...] = ()
    admits: tuple[str, ...] = ()
    source: str
    reporting_rules: tuple[ReportingRule, ...] = ()
    admission_rules: tuple[AdmissionRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition(CoalitionFacts):
    """A registered coalition. Its key is its identity."""

    version: int

    @property
    def id(self) -> str:
        return self.key

    @property
    def coalition(self) -> str:
        return self.key

    def bodies_that_may_decide(self, on: date) -> frozenset[Body]:
        """Every body, as long as no rule of this coalition is known for that day."""
        rule = rule_in_force(self.admission_rules, on=on)
        return frozenset(rule.bodies if rule else Body)


def rule_in_force(rules: Sequence[RuleT], *, on: date) -> RuleT | None:
    """The youngest of `rules` that is valid on that day, or None."""
    valid = [rule for rule in rules if rule.valid_from is None or rule.valid_from <= on]
    return max(valid, key=lambda rule: rule.valid_from or date.min, default=None)
