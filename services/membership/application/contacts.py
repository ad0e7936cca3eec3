"""Contacts of members: recorded, removed, and shown to each as far as they may see them."""

from collections.abc import Callable

from services.chassis.kernel.errors import ensure_version
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.requests import GetByRefs, Ref
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work

from ..domain.contacts import Contact, SeenContact, Visibility, changed
from ..domain.facts import values_of
from ..domain.personal_requests import RecordContact, RemoveContact
from ..store.contacts import Contacts
from ..store.memberships import Memberships
from .visibility import level_of

Level = Callable[[Work, Contact], Visibility]


def record_contact(work: Work, request: RecordContact) -> Contact:
    """Raises NotFound (the member, the contact), VersionConflict."""
    facts = request.facts
    Memberships(work, coalition=facts.coalition).get(facts.member_id)
    stored = Contacts(work, coalition=facts.coalition)
    pseudonym = work.pseudonym(facts.email) if facts.email else None
    if request.contact_id is None:
        contact = Contact(
            **values_of(facts), id=new_id(), version=1, email_pseudonym=pseudonym, confirmed_on=work.today
        )
    else:
        before = stored.of_member(facts.member_id, request.contact_id)
        ensure_version(before.version, request.expected_version)
        contact = changed(before, facts, email_pseudonym=pseudonym, on=work.today)
    stored.store(contact)
    return contact


def remove_contact(work: Work, request: RemoveContact) -> Contact:
    """The contact that was there. Raises NotFound."""
    stored = Contacts(work, coalition=request.coalition)
    contact = stored.get(request.contact_id)
    stored.delete(contact.id)
    return contact


def list_public_contacts(work: Work, request: GetByRefs) -> list[list[SeenContact]]:
    """Of each member what is public."""
    return _seen(work, request, lambda _work, _contact: Visibility.PUBLIC)


def list_contacts(work: Work, request: GetByRefs) -> list[list[SeenContact]]:
    """Of each member what the caller may see, field by field."""
    return _seen(work, request, level_of)


def get_contact(work: Work, ref: Ref) -> SeenContact | None:
    """For whoever recorded it at this moment: as they may see it."""
    found = Contacts(work, coalition=ref.coalition).find(ref.id)
    return None if found is None else found.seen_by(level_of(work, found))


def _seen(work: Work, request: GetByRefs, level: Level) -> list[list[SeenContact]]:
    found = by_refs(request.refs, lambda coalition, ids: Contacts(work, coalition=coalition).by_member(ids))
    return [[contact.seen_by(level(work, contact)) for contact in contacts or ()] for contacts in found]
