"""What this service can be asked."""

from dataclasses import dataclass
from datetime import date

from .kinds import ConferenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A thing of a coalition."""

    coalition: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Paged:
    """`first` rows after the row of cursor `after`; `count`: with the number of all rows."""

    first: int
    after: str | None = None
    count: bool = False


@dataclass(frozen=True, kw_only=True)
class ConferenceFilter:
    """Conferences of one of `kinds` (None: all) that touch the days `from_date` to `to_date`, both included, and whose
    title, theme or host city hold each word of `search`."""

    kinds: tuple[ConferenceKind, ...] | None = None
    from_date: date | None = None
    to_date: date | None = None
    search: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListConferences(ConferenceFilter, Paged):
    """`coalition` None: of the whole network."""

    coalition: str | None = None
    order_by: str
    descending: bool = False


@dataclass(frozen=True, kw_only=True)
class ListConferencesOf(ConferenceFilter, Paged):
    coalitions: tuple[str, ...]
    order_by: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByRefs:
    refs: tuple[Ref, ...]


@dataclass(frozen=True, kw_only=True)
class ListRegistrations(Paged):
    """A page of registrations for each of `refs`: conferences, or members."""

    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetConferenceRules:
    coalitions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProjectedMembers:
    coalition: str
