"""Consent: texts are published, people agree to them and take it back."""

from services.chassis.kernel.ids import new_id
from services.chassis.kernel.requests import OfCoalitions
from services.chassis.persistence.unit_of_work import Work

from ..domain import consents
from ..domain.consents import Consent, ConsentText, Purpose
from ..domain.events import ConsentGiven, ConsentTextPublished, ConsentWithdrawn
from ..domain.facts import values_of
from ..domain.personal_requests import GiveConsent, ListOwnConsents, PublishConsentText, WithdrawConsent
from ..store.coalitions import Coalitions
from ..store.consents import Consents, ConsentsOfAllCoalitions, ConsentTexts
from .granting import acting


def publish_consent_text(work: Work, request: PublishConsentText) -> ConsentText:
    """Raises UnknownCoalition, ConsentTextAlreadyPublished."""
    coalition = Coalitions(work).get(request.coalition).key
    text = ConsentText(**values_of(request.facts), id=new_id(), published_at=work.now)
    ConsentTexts(work, coalition=coalition).add(text)
    work.publish(ConsentTextPublished(text))
    return text


def give_consent(work: Work, request: GiveConsent) -> Consent:
    """Raises UnknownCoalition, ConsentTextNotInForce, ConsentAlreadyGiven."""
    coalition = Coalitions(work).get(request.coalition).key
    texts = ConsentTexts(work, coalition=coalition).about(request.purpose)
    text = consents.agreed_text(texts, request.text_version, on=work.today)
    given = _consent(work, coalition, request.purpose).given(text, at=work.now)
    Consents(work, coalition=coalition).store(given)
    work.publish(ConsentGiven(given))
    return given


def withdraw_consent(work: Work, request: WithdrawConsent) -> Consent:
    """Raises UnknownCoalition, ConsentNotGiven."""
    coalition = Coalitions(work).get(request.coalition).key
    withdrawn = _consent(work, coalition, request.purpose).withdrawn(at=work.now)
    Consents(work, coalition=coalition).store(withdrawn)
    work.publish(ConsentWithdrawn(withdrawn))
    return withdrawn


def list_consent_texts(work: Work, request: OfCoalitions) -> list[list[ConsentText]]:
    """Of each coalition, by purpose, the oldest first."""
    return [ConsentTexts(work, coalition=coalition).all() for coalition in request.coalitions]


def list_own_consents(work: Work, _request: ListOwnConsents) -> list[Consent]:
    """What the caller has said, in all coalitions."""
    return ConsentsOfAllCoalitions(work).of_person(acting(work).id)


def _consent(work: Work, coalition: str, purpose: Purpose) -> Consent:
    """What the caller has said so far, found by the address that is verified now."""
    person = acting(work)
    pseudonym = work.pseudonym(person.email) if person.email else None
    stored = Consents(work, coalition=coalition).of(person.id, purpose)
    if stored is None:
        return consents.nothing_said(
            id=new_id(), coalition=coalition, person_id=person.id, pseudonym=pseudonym, purpose=purpose
        )
    return stored.known_by(pseudonym)
