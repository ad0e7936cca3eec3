"""Rules of a coalition about its conferences: versioned data, valid from a date, never code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from .kinds import ConferenceKind
from .requests import AdoptConferenceRules


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceRules:
    """Which kinds of conference are statutory: open to delegates of members in standing only.

    `valid_from` None: from the beginning. `is_default`: not the coalition's own rules, but the platform's stand-in for
    them. `source` says where the rules are written down.
    """

    valid_from: date | None
    statutory_kinds: tuple[ConferenceKind, ...]
    is_default: bool
    source: str | None

    def is_statutory(self, kind: ConferenceKind) -> bool:
        return kind in self.statutory_kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRules:
    """A coalition's own rules. Never changed: other rules are adopted from another date on (`version` stays 1)."""

    id: str
    coalition: str
    version: int
    rules: ConferenceRules


DEFAULT_RULES: Final = ConferenceRules(
    valid_from=None,
    statutory_kinds=(
        ConferenceKind.GENERAL_ASSEMBLY,
        ConferenceKind.MEMBERS_SESSION,
        ConferenceKind.STEERING_COMMITTEE,
    ),
    is_default=True,
    source=(
        "Default of this platform, an inference from how ECCAR holds its meetings (its General Assembly is the "
        "statutory meeting of members; its General Conferences are open to all). The text of no coalition's statutes "
        "was found. In use until the coalition enters its own rules."
    ),
)


def adopt_rules(request: AdoptConferenceRules, *, id: str) -> AdoptedRules:
    rules = ConferenceRules(
        valid_from=request.valid_from,
        statutory_kinds=request.statutory_kinds,
        is_default=False,
        source=request.source,
    )
    return AdoptedRules(id=id, coalition=request.coalition, version=1, rules=rules)


def rules_in_force(adopted: Iterable[ConferenceRules], on: date) -> ConferenceRules:
    """The rules valid on a day: those that began last, else the default."""
    begun = [rules for rules in adopted if _begins(rules) <= on]
    return max(begun, key=_begins, default=DEFAULT_RULES)


def rules_over_time(adopted: Iterable[ConferenceRules]) -> tuple[ConferenceRules, ...]:
    """All rules from the oldest to the newest; the default first, unless adopted ones apply from the beginning."""
    own = tuple(sorted(adopted, key=_begins))
    covered = bool(own) and own[0].valid_from is None
    return own if covered else (DEFAULT_RULES, *own)


def _begins(rules: ConferenceRules) -> date:
    return rules.valid_from or date.min
