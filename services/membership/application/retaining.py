"""What this service keeps for a while only, and how it keeps it no longer than the rules say."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from services.chassis.persistence.unit_of_work import Work
from services.personal.retaining import BATCH, Duty, Retaining
from services.personal.retention import Category, RetentionRules

from ..store.across_coalitions import every_coalition
from ..store.contacts import Contacts
from ..store.data_requests import DataRequests
from ..store.invitations import Invitations
from ..store.retention import AdoptedRules


def _owners(work: Work) -> list[str | None]:
    return [None, *(coalition.key for coalition in every_coalition(work))]


def _in_force(work: Work, coalition: str | None, on: date) -> RetentionRules:
    return AdoptedRules(work, coalition=coalition).in_force(on)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _due_contacts(work: Work, coalition: str | None, before: date) -> int:
    return Contacts(work, coalition=coalition).count_confirmed_before(before) if coalition else 0


def _delete_contacts(work: Work, coalition: str | None, before: date) -> int:
    if coalition is None:
        return 0
    stored = Contacts(work, coalition=coalition)
    return _each(stored.delete, stored.confirmed_before(before, limit=BATCH))


def _due_invitations(work: Work, coalition: str | None, before: date) -> int:
    return Invitations(work, coalition=coalition).count_good_until_before(_start(before))


def _delete_invitations(work: Work, coalition: str | None, before: date) -> int:
    stored = Invitations(work, coalition=coalition)
    return _each(stored.delete, stored.good_until_before(_start(before), limit=BATCH))


def _due_requests(work: Work, coalition: str | None, before: date) -> int:
    return DataRequests(work, coalition=coalition).count_done_before(_start(before))


def _delete_requests(work: Work, coalition: str | None, before: date) -> int:
    stored = DataRequests(work, coalition=coalition)
    return _each(stored.delete, stored.done_before(_start(before), limit=BATCH))


def _each(delete: Callable[[str], None], ids: Sequence[str]) -> int:
    for each in ids:
        delete(each)
    return len(ids)


RETAINING: Final[Retaining[str | None]] = Retaining(
    owners=_owners,
    in_force=_in_force,
    duties=(
        Duty(category=Category.CONTACTS, due=_due_contacts, enforce=_delete_contacts),
        Duty(category=Category.INVITATIONS, due=_due_invitations, enforce=_delete_invitations),
        Duty(category=Category.DATA_REQUESTS, due=_due_requests, enforce=_delete_requests),
    ),
)
