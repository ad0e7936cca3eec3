"""Which values the audit log shows. It is kept for good and cannot be changed, so what may have to be forgotten, and
what some of its readers may not see, must never get into it: there the log only says that a field changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ANY: Final = frozenset[str]()

IDENTITY: Final = frozenset({"_id", "version", "coalition"})
"""Said of each change already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What of the documents of one collection is shown.

    `concealed` are fields (of the top level) that are named when they change, without their values: personal data, and
    what is confidential to those who read the log. `derived` fields follow from others and are left out. `person` is
    the field with the id of the person, or the ids of the people, whom a document is about.
    """

    concealed: frozenset[str] = ANY
    derived: frozenset[str] = ANY
    person: str | None = None

    def is_shown(self, name: str) -> bool:
        return name not in self.concealed

    def is_told(self, name: str) -> bool:
        return name not in self.derived and name not in IDENTITY


class _Concealed(Audited):
    def is_shown(self, name: str) -> bool:
        return False


CONCEALED: Final[Audited] = _Concealed()
"""No value is shown: for a collection of personal data, and for one that nobody has declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRules:
    """Of one service. `collections` declares the collections whose values are shown; of others none are."""

    service: str
    collections: Mapping[str, Audited] = field(default_factory=dict)

    def of(self, collection: str) -> Audited:
        return self.collections.get(collection, CONCEALED)
