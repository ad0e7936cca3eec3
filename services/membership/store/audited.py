"""What the audit log shows of this service's documents. A collection that is not here is shown with no values."""

from collections.abc import Mapping
from typing import Final

from services.chassis.persistence.audit.rules import CONCEALED, Audited

AUDITED: Final[Mapping[str, Audited]] = {
    "coalitions": Audited(),
    "plans": Audited(),
    "cities": Audited(derived=frozenset({"folded_name", "search_terms"})),
    "memberships": Audited(
        # For the secretariat; it may name people.
        concealed=frozenset({"contact_note"}),
        derived=frozenset(
            {"city_ids", "open_city_ids", "countries", "legal_types", "search_terms", "places", "sort"},
        ),
    ),
    "people": Audited(
        concealed=frozenset({"subject", "name", "email"}),
        derived=frozenset({"email_key", "last_seen_at"}),
        person="_id",
    ),
    "grants": Audited(concealed=frozenset({"reason"}), person="person_id"),
    "scopes": Audited(),
    "invitations": Audited(
        concealed=frozenset({"email", "name", "token_hash"}), derived=frozenset({"email_key", "email_pseudonym"})
    ),
    "hand_overs": Audited(),
    "sessions": Audited(
        concealed=frozenset({"subject", "name", "email", "sid"}),
        person="person_id",
    ),
    "applications": Audited(concealed=frozenset({"tokens"})),
    "contacts": Audited(
        concealed=frozenset({"name", "email", "phone"}), derived=frozenset({"email_pseudonym"}), person="person_id"
    ),
    "consent_texts": Audited(),
    "consents": Audited(derived=frozenset({"pseudonym"}), person="person_id"),
    "data_requests": Audited(derived=frozenset({"pseudonym", "involved", "open_about"}), person="person_ids"),
    "exports": CONCEALED,
    "retention_rules": Audited(),
}
