"""What can be asked of an audit log: who did what, and who read what, when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .paging import PageRequest


class EntryKind(StrEnum):
    WRITE = "write"
    READ = "read"
    """A read or export of personal data; other reads leave no entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Entries by the principal or message `actor` (an id), of `method`, that name the thing `aggregate` (an id), of
    `kind`, from `since` on and before `until`. None: whatever it is."""

    actor: str | None = None
    method: str | None = None
    aggregate: str | None = None
    kind: EntryKind | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAudit:
    """A page of entries for each of `coalitions`, the newest first. `page.after` is the id of an entry, of any service:
    what is older is given."""

    coalitions: tuple[str, ...]
    filter: AuditFilter
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNetworkAudit:
    """Entries about what belongs to no coalition."""

    filter: AuditFilter
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOwnAudit:
    """Entries about what the caller did, and those of others that are about the caller's own data; everywhere."""

    filter: AuditFilter
    page: PageRequest
