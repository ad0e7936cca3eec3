"""What this service holds of people: how it is given out, erased, and kept no longer than the rules say."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from services.chassis.persistence.unit_of_work import Work
from services.chassis.schemas.views import Answer
from services.personal.data_subject import DataSubject
from services.personal.holdings import Gathered, Holdings
from services.personal.receipts import Erasure, Kept
from services.personal.retaining import BATCH, Duty, Retaining
from services.personal.retention import Category, RetentionRules
from services.personal.retention_store import ProjectedRetentionRules

from ..domain.events import DelegateErased
from ..domain.minutes import KEPT_BECAUSE, Minutes
from ..domain.registrations import Registration, erase_delegate
from ..schemas import personal_views, views
from ..store.conferences import Conferences
from ..store.minutes import MinutesOfAllCoalitions
from ..store.projections import known_coalitions
from ..store.registrations import Registrations, RegistrationsOfAllCoalitions
from ..store.special_needs import SpecialNeedsOfDelegates


def gather(work: Work, subject: DataSubject) -> Gathered:
    registered = RegistrationsOfAllCoalitions(work).of_person(subject)
    needs = [each for coalition, ids in _by_coalition(registered) for each in _needs(work, coalition, ids)]
    return {
        "registrations": [views.REGISTRATION.one(each) for each in registered],
        "special_needs": needs,
        "minutes": [_named(each, subject) for each in MinutesOfAllCoalitions(work).naming(subject)],
    }


def erase(work: Work, subject: DataSubject) -> Erasure:
    registered = RegistrationsOfAllCoalitions(work).of_person(subject)
    needs = sum(
        SpecialNeedsOfDelegates(work, coalition=coalition).delete(ids) for coalition, ids in _by_coalition(registered)
    )
    _erase_delegates(work, registered)
    minutes = len(MinutesOfAllCoalitions(work).naming(subject))
    kept = (Kept(what="minutes", count=minutes, reason=KEPT_BECAUSE),) if minutes else ()
    return Erasure(counts={"registrations": len(registered), "special_needs": needs}, kept=kept)


def _erase_delegates(work: Work, registered: Iterable[Registration]) -> None:
    for registration in registered:
        erased = erase_delegate(registration, at=work.now)
        Registrations(work, coalition=erased.coalition).store(erased)
        work.publish(DelegateErased(erased))


def _needs(work: Work, coalition: str, ids: Sequence[str]) -> list[Answer]:
    found = SpecialNeedsOfDelegates(work, coalition=coalition).get_many(ids)
    return [personal_views.SPECIAL_NEEDS.one(each) for each in found.values()]


def _named(minutes: Minutes, subject: DataSubject) -> Answer:
    """Where the person is named; who else was present is not theirs to be told."""
    names = minutes.names_of(subject.person_ids, subject.pseudonym)
    return {**personal_views.MINUTES_HEAD.one(minutes), "named_as": list(names)}


def _by_coalition(registered: Iterable[Registration]) -> Iterable[tuple[str, list[str]]]:
    ids: dict[str, list[str]] = {}
    for registration in registered:
        ids.setdefault(registration.coalition, []).append(registration.id)
    return ids.items()


def _ended(work: Work, coalition: str, conference_ids: Sequence[str], before: date) -> list[str]:
    """Those of the conferences that ended before that day."""
    found = Conferences(work, coalition=coalition).get_many(conference_ids)
    return [conference.id for conference in found.values() if conference.end_date < before]


def _due_needs(work: Work, coalition: str, before: date) -> list[str]:
    stored = SpecialNeedsOfDelegates(work, coalition=coalition)
    return _ended(work, coalition, stored.conferences(), before)


def _count_due_needs(work: Work, coalition: str, before: date) -> int:
    return SpecialNeedsOfDelegates(work, coalition=coalition).count(_due_needs(work, coalition, before))


def _delete_needs(work: Work, coalition: str, before: date) -> int:
    stored = SpecialNeedsOfDelegates(work, coalition=coalition)
    return stored.delete(stored.of_conferences(_due_needs(work, coalition, before), limit=BATCH))


def _due_names(work: Work, coalition: str, before: date) -> list[str]:
    stored = Registrations(work, coalition=coalition)
    return _ended(work, coalition, stored.conferences_with_names(), before)


def _count_due_names(work: Work, coalition: str, before: date) -> int:
    return Registrations(work, coalition=coalition).count_with_names(_due_names(work, coalition, before))


def _erase_names(work: Work, coalition: str, before: date) -> int:
    stored = Registrations(work, coalition=coalition)
    registered = stored.with_names(_due_names(work, coalition, before), limit=BATCH)
    _erase_delegates(work, registered)
    return len(registered)


def _in_force(work: Work, coalition: str, on: date) -> RetentionRules:
    return ProjectedRetentionRules(work, coalition=coalition).in_force(on)


HOLDINGS: Final = Holdings(gather=gather, erase=erase)

RETAINING: Final = Retaining(
    owners=known_coalitions,
    in_force=_in_force,
    duties=(
        Duty(category=Category.SPECIAL_NEEDS, due=_count_due_needs, enforce=_delete_needs),
        Duty(category=Category.REGISTRATIONS, due=_count_due_names, enforce=_erase_names),
    ),
)
