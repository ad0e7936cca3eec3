"""The adopted minutes of a conference, as far as they name people: who was present.

Names in adopted minutes are a record of the assembly. They stay when a person asks to be erased (docs/domain.md,
section 11: keep names in adopted minutes), and the receipt says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.chassis.kernel.errors import invalid
from services.chassis.kernel.text import LocalizedText

from .conferences import Conference
from .personal_requests import RecordMinutes

KEPT_BECAUSE: Final = (
    "Adopted minutes are a record of the assembly: who was present shows that it could decide. They cannot be changed "
    "afterwards, and are kept in the public interest of the archive (GDPR, article 17, paragraph 3)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who was present, as the minutes name them. The person is found by an id or a pseudonym, where the
    secretariat told one: the address itself is not kept."""

    name: str
    person_id: str | None
    email_pseudonym: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Adopted, and never changed (`version` stays 1)."""

    id: str
    coalition: str
    version: int
    conference_id: str
    title: LocalizedText
    adopted_on: date
    present: tuple[Present, ...]

    def names_of(self, person_ids: Collection[str], pseudonym: str | None) -> tuple[str, ...]:
        """How they name somebody who is known by these."""
        return tuple(
            each.name
            for each in self.present
            if each.person_id in person_ids or (pseudonym is not None and each.email_pseudonym == pseudonym)
        )


def record_minutes(
    request: RecordMinutes, conference: Conference, *, id: str, present: tuple[Present, ...], today: date
) -> Minutes:
    """`present` are those of the request. Raises InvalidInput: they cannot have been adopted on that day."""
    if request.adopted_on < conference.start_date:
        text = f"The conference began on {conference.start_date}: its minutes were adopted on that day or later."
        raise invalid(("adopted_on",), text, "ADOPTED_BEFORE_THE_CONFERENCE")
    if request.adopted_on > today:
        raise invalid(("adopted_on",), "This day is still to come: record minutes once they are adopted.", "IN_FUTURE")
    return Minutes(
        id=id,
        coalition=request.coalition,
        version=1,
        conference_id=conference.id,
        title=request.title,
        adopted_on=request.adopted_on,
        present=present,
    )
