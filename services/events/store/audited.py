"""What the audit log shows of this service's documents. A collection that is not here is shown with no values."""

from collections.abc import Mapping
from typing import Final

from services.chassis.persistence.audit.rules import CONCEALED, Audited

AUDITED: Final[Mapping[str, Audited]] = {
    "conferences": Audited(derived=frozenset({"title_key", "search_text"})),
    "conference_rules": Audited(),
    "seat_blocks": Audited(),
    "registrations": Audited(
        # A reason may say why somebody cannot come.
        concealed=frozenset({"name", "email", "function", "cancellation_reason"}),
        derived=frozenset({"email_key", "email_pseudonym"}),
    ),
    "special_needs": CONCEALED,
    "exports": CONCEALED,
    "minutes": Audited(concealed=frozenset({"present"}), derived=frozenset({"title_key"})),
}
