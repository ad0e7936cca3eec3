"""What delegates eat and need: recorded with consent, read by those who must know, deleted when it is withdrawn."""

from services.chassis.kernel.requests import GetByRefs
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received
from services.personal.data_subject import DataSubject

from ..domain import special_needs
from ..domain.personal_requests import RecordSpecialNeeds, WithdrawSpecialNeeds
from ..domain.registrations import Registration
from ..domain.special_needs import PURPOSE, SpecialNeeds
from ..schemas.consumed import ConsentState
from ..store.conferences import Conferences
from ..store.projections import ConsentTexts
from ..store.registrations import Registrations, RegistrationsOfAllCoalitions
from ..store.special_needs import SpecialNeedsOfDelegates


def record_special_needs(work: Work, request: RecordSpecialNeeds) -> SpecialNeeds:
    """Raises NotFound, ConsentRequired, ConsentTextNotInForce, RegistrationIsCancelled, ConferenceIsOver."""
    registration = Registrations(work, coalition=request.coalition).get(request.registration_id)
    conference = Conferences(work, coalition=request.coalition).get(registration.conference_id)
    special_needs.check_is_needed(registration, conference, today=work.today)
    texts = ConsentTexts(work, coalition=request.coalition).about(PURPOSE)
    special_needs.check_consent(request.consent_version, texts, today=work.today)
    stored = SpecialNeedsOfDelegates(work, coalition=request.coalition)
    needs = special_needs.record_special_needs(
        request, registration, stored=stored.find(registration.id), by=_acting(work), at=work.now
    )
    stored.store(needs)
    return needs


def withdraw_special_needs(work: Work, request: WithdrawSpecialNeeds) -> Registration:
    """The registration, of which nothing more is known now; nor was, perhaps. Raises NotFound."""
    registration = Registrations(work, coalition=request.coalition).get(request.registration_id)
    SpecialNeedsOfDelegates(work, coalition=request.coalition).delete([registration.id])
    return registration


def get_special_needs(work: Work, request: GetByRefs) -> list[SpecialNeeds | None]:
    """By the registrations' refs; None where nothing is known."""

    def find(coalition: str, ids: list[str]) -> dict[str, SpecialNeeds]:
        return SpecialNeedsOfDelegates(work, coalition=coalition).get_many(ids)

    return by_refs(request.refs, find)


def follow_withdrawal(work: Work, received: Received[ConsentState]) -> None:
    """A person took back the consent without which their needs may not be kept."""
    withdrawn = received.data
    if withdrawn.purpose != PURPOSE:
        return
    person = DataSubject(
        request_id=received.envelope.id,
        requested_by=withdrawn.person_id,
        coalition=withdrawn.coalition,
        person_ids=(withdrawn.person_id,),
        pseudonym=withdrawn.pseudonym,
    )
    registered = RegistrationsOfAllCoalitions(work).of_person(person)
    SpecialNeedsOfDelegates(work, coalition=withdrawn.coalition).delete(each.id for each in registered)


def _acting(work: Work) -> str:
    assert work.principal is not None, "the policy admits nobody who is not known"
    return work.principal.id
