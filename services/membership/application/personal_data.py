"""What this service holds of people: how it is given out, and how it is erased."""

from collections.abc import Iterable, Sequence
from typing import Final

from services.chassis.persistence.unit_of_work import Work
from services.personal.data_subject import DataSubject
from services.personal.holdings import Gathered, Holdings
from services.personal.receipts import Erasure, Kept

from ..domain.errors import LastAdministrator
from ..domain.grants import Grant
from ..domain.people import Session
from ..schemas import personal_views
from ..store.consents import ConsentsOfAllCoalitions
from ..store.contacts import Contacts, ContactsOfAllCoalitions
from ..store.data_requests import DataRequestsOfAllCoalitions
from ..store.grants import GrantsOfPeople
from ..store.invitations import Invitations, InvitationsOfPeople
from ..store.people import People
from ..store.sessions import Sessions
from .granting import take

_ERASED_BY_REQUEST: Final = "Erased at the person's request."
_HISTORY: Final = (
    "Who had which right, and when, is kept as history: what was decided with it must stay accountable. It names a "
    "number instead of you."
)
_LAST_ADMINISTRATOR: Final = (
    "You are the last administrator there, and without one nobody could give rights any more. Give the role to "
    "somebody else, then ask again."
)
_ACCOUNT: Final = (
    "Your account is shared by all coalitions, and you have a right in another one, or none here. Ask for the erasure "
    "of everything yourself to have it erased."
)
_PROOF_OF_CONSENT: Final = (
    "That you agreed, and took it back, must be shown to whoever asks (GDPR, article 7, paragraph 1). It names a "
    "number instead of you."
)
_PROOF_OF_ANSWER: Final = "That you asked and were answered is kept for a while as proof. It names a number, not you."


def gather(work: Work, subject: DataSubject) -> Gathered:
    grants = _grants(work, subject)
    # Of a shared account, a coalition is told of those who have, or had, something to do with it.
    known = subject.person_ids if subject.coalition is None else _holders(grants)
    return {
        "people": personal_views.PERSON.batch(People(work).get_many(known).values()),
        "grants": personal_views.GRANT.batch(grants),
        "invitations": personal_views.INVITATION.batch(InvitationsOfPeople(work).of_person(subject)),
        "sessions": personal_views.SESSION.batch(_sessions(work, subject)),
        "contacts": personal_views.CONTACT.batch(ContactsOfAllCoalitions(work).of_person(subject)),
        "consents": personal_views.CONSENT.batch(ConsentsOfAllCoalitions(work).of_subject(subject)),
        "data_requests": personal_views.DATA_REQUEST_OF_PERSON.batch(DataRequestsOfAllCoalitions(work).about(subject)),
    }


def erase(work: Work, subject: DataSubject) -> Erasure:
    """Refuses nothing: what cannot be erased is kept, and the receipt says why."""
    grants = _grants(work, subject)
    indispensable = _take_all(work, grants)
    contacts = ContactsOfAllCoalitions(work).of_person(subject)
    for contact in contacts:
        Contacts(work, coalition=contact.coalition).delete(contact.id)
    invitations = InvitationsOfPeople(work).of_person(subject)
    for invitation in invitations:
        Invitations(work, coalition=invitation.scope.coalition).delete(invitation.id)
    forgotten = _forgettable(work, subject, grants, indispensable)
    known = People(work).get_many(subject.person_ids)
    sessions = sum(Sessions(work).close_of_person(person_id) for person_id in forgotten)
    for person_id in forgotten & known.keys():
        People(work).forget(person_id)
    kept_people = [person_id for person_id in known if person_id not in forgotten]
    return Erasure(
        counts={
            "people": len(forgotten & known.keys()),
            "sessions": sessions,
            "contacts": len(contacts),
            "invitations": len(invitations),
        },
        kept=tuple(_kept(work, subject, grants, indispensable, kept_people)),
    )


def _kept(
    work: Work, subject: DataSubject, grants: Sequence[Grant], indispensable: Sequence[Grant], people: Sequence[str]
) -> Iterable[Kept]:
    bound = {grant.person_id for grant in indispensable}
    counted = (
        ("grants", len(grants) - len(indispensable), _HISTORY),
        ("grants", len(indispensable), _LAST_ADMINISTRATOR),
        ("people", sum(person_id in bound for person_id in people), _LAST_ADMINISTRATOR),
        ("people", sum(person_id not in bound for person_id in people), _ACCOUNT),
        ("consents", len(ConsentsOfAllCoalitions(work).of_subject(subject)), _PROOF_OF_CONSENT),
        ("data_requests", len(DataRequestsOfAllCoalitions(work).about(subject)), _PROOF_OF_ANSWER),
    )
    return (Kept(what=what, count=count, reason=reason) for what, count, reason in counted if count)


def _grants(work: Work, subject: DataSubject) -> list[Grant]:
    ever = GrantsOfPeople(work).ever(subject.person_ids)
    return [grant for grant in ever if subject.has_part_in(grant.scope.coalition)]


def _holders(grants: Iterable[Grant]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(grant.person_id for grant in grants))


def _sessions(work: Work, subject: DataSubject) -> list[Session]:
    return [] if subject.coalition is not None else list(Sessions(work).of_people(subject.person_ids))


def _take_all(work: Work, grants: Iterable[Grant]) -> list[Grant]:
    """Take away what is not over. Returns those without which nobody could give rights any more: they stay."""
    indispensable = []
    for grant in grants:
        if grant.is_over(work.today):
            continue
        try:
            take(work, grant, by=grant.person_id, reason=_ERASED_BY_REQUEST)
        except LastAdministrator:
            indispensable.append(grant)
    return indispensable


def _forgettable(
    work: Work, subject: DataSubject, grants: Sequence[Grant], indispensable: Sequence[Grant]
) -> frozenset[str]:
    """Whose account can be erased. A coalition may have that of somebody erased who had a right there, and has none
    elsewhere."""
    bound = {grant.person_id for grant in indispensable}
    if subject.coalition is None:
        return frozenset(subject.person_ids) - bound
    here = set(_holders(grants)) - bound
    elsewhere = GrantsOfPeople(work).ever(here)
    return frozenset(here) - {
        grant.person_id
        for grant in elsewhere
        if grant.scope.coalition != subject.coalition and not grant.is_over(work.today)
    }


HOLDINGS: Final = Holdings(gather=gather, erase=erase)
