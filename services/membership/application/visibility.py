"""How much of a contact the caller may see, by the rows of the permission table."""

from dataclasses import replace

from services.chassis.kernel.context import acting_principal
from services.chassis.persistence.unit_of_work import Work
from services.rights.decide import Target
from services.rights.insiders import standpoint

from ..domain.contacts import Contact, Visibility
from .policies import POLICY

_METHOD = "list_contacts_of_members"


def level_of(work: Work, contact: Contact) -> Visibility:
    """The caller's level towards `contact`; PUBLIC for whoever is nobody in particular to it."""
    asking = acting_principal()
    if asking is None:
        return Visibility.PUBLIC
    pseudonym = work.pseudonym(asking.email) if asking.email else None
    is_own = contact.is_about(person_id=asking.id, pseudonym=pseudonym)
    of_contact = Target(
        coalition=contact.coalition, member_id=contact.member_id, person_id=asking.id if is_own else None
    )
    for level, target in (
        (Visibility.SELF, of_contact),
        (Visibility.SECRETARIAT, of_contact),
        (Visibility.MEMBERS, standpoint(asking, contact.coalition)),
    ):
        if POLICY.permits(_METHOD, replace(target, variant=level.value)):
            return level
    return Visibility.PUBLIC
