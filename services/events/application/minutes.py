"""Adopted minutes, as far as they name people."""

from services.chassis.kernel.ids import new_id
from services.chassis.kernel.requests import GetByRefs
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work

from ..domain import minutes
from ..domain.events import MinutesRecorded
from ..domain.minutes import Minutes, Present
from ..domain.personal_requests import NamedPresent, RecordMinutes
from ..store.conferences import Conferences
from ..store.minutes import MinutesOfConferences


def record_minutes(work: Work, request: RecordMinutes) -> Minutes:
    """Raises NotFound, InvalidInput, MinutesAlreadyRecorded."""
    conference = Conferences(work, coalition=request.coalition).get(request.conference_id)
    present = tuple(_present(work, each) for each in request.present)
    recorded = minutes.record_minutes(request, conference, id=new_id(), present=present, today=work.today)
    MinutesOfConferences(work, coalition=request.coalition).add(recorded)
    work.publish(MinutesRecorded(recorded))
    return recorded


def list_minutes(work: Work, request: GetByRefs) -> list[list[Minutes]]:
    """Of each conference, in the order in which they were recorded."""
    found = by_refs(
        request.refs, lambda coalition, ids: MinutesOfConferences(work, coalition=coalition).by_conference(ids)
    )
    return [each or [] for each in found]


def get_minutes(work: Work, request: GetByRefs) -> list[Minutes | None]:
    return by_refs(request.refs, lambda coalition, ids: MinutesOfConferences(work, coalition=coalition).get_many(ids))


def _present(work: Work, named: NamedPresent) -> Present:
    pseudonym = work.pseudonym(named.email) if named.email else None
    return Present(name=named.name, person_id=named.person_id, email_pseudonym=pseudonym)
