"""The indexes of the membership database. Those of a tenant's collections begin with the coalition; those that serve an
explicit question across coalitions say so."""

from typing import Final

from pymongo import GEOSPHERE, IndexModel

from services.chassis.persistence.indexes import IndexesByCollection, index, tenant_index
from services.chassis.persistence.tenancy import TENANT
from services.personal import exports, retention_store

INDEXES: Final[IndexesByCollection] = {
    "coalitions": (index("key", "_id", name="by_key"),),
    "plans": (tenant_index("version", name="one_per_version", unique=True),),
    "cities": (
        index("folded_name", "country", "legal_type", name="one_per_name", unique=True),
        index("geonames_id", name="one_per_geonames_id", unique=True, where={"geonames_id": {"$type": "number"}}),
        index("folded_name", "_id", name="by_name"),
        index("country", "folded_name", "_id", name="by_country"),
        index("legal_type", "folded_name", "_id", name="by_legal_type"),
        index("search_terms", name="search"),
    ),
    "memberships": (
        # A city has at most one living membership in a coalition, however many ask at the same moment.
        tenant_index(
            "open_city_ids",
            name="one_living_per_city",
            unique=True,
            where={"open_city_ids": {"$exists": True}},
        ),
        # City first: also answers, across coalitions, which memberships a city has.
        index("city_ids", TENANT, name="by_city"),
        tenant_index("standing", name="by_standing"),
        tenant_index("search_terms", name="search"),
        IndexModel([(TENANT, 1), ("places.position", GEOSPHERE)], name="by_position"),
        tenant_index("sort.name", "_id", name="by_name"),
        tenant_index("sort.country", "_id", name="by_country"),
        tenant_index("sort.admitted_ascending", "_id", name="by_admission"),
        tenant_index("-sort.admitted_descending", "-_id", name="by_admission_latest_first"),
        tenant_index("sort.population_ascending", "_id", name="by_population"),
        tenant_index("-sort.population_descending", "-_id", name="by_population_largest_first"),
    ),
    "applications": (
        tenant_index("-_id", name="newest_first"),
        # A token tells by itself whose it is: asked without the coalition.
        index("tokens.hash", name="one_per_token", unique=True),
    ),
    "people": (index("email_key", name="by_address"),),
    "grants": (
        # Whose rights they are: asked, for every request that somebody makes, without the coalition.
        index("person_id", "last_day", name="by_person"),
        tenant_index("-_id", name="newest_first"),
        tenant_index("role", "-_id", name="by_role"),
        tenant_index("scope_id", "-_id", name="by_scope"),
        tenant_index("person_id", name="by_person_in_coalition"),
    ),
    "invitations": (
        # A link tells by itself whose it is: asked without the coalition.
        index("token_hash", name="one_per_token", unique=True),
        tenant_index("-_id", name="newest_first"),
        tenant_index("scope_id", "-_id", name="by_scope"),
        tenant_index("email_key", name="by_address"),
        tenant_index("expires_at", name="by_end"),
        # A person asks what all coalitions hold of them.
        index("accepted_by", name="of_person"),
        index("email_pseudonym", name="of_pseudonym"),
    ),
    "contacts": (
        tenant_index("member_id", "_id", name="of_member"),
        tenant_index("confirmed_on", name="by_day"),
        # A person asks what all coalitions hold of them.
        index("person_id", name="of_person"),
        index("email_pseudonym", name="of_pseudonym"),
    ),
    "consent_texts": (
        tenant_index("purpose", "valid_from", name="one_per_day", unique=True),
        tenant_index("purpose", "version", name="one_per_version", unique=True),
    ),
    "consents": (
        tenant_index("person_id", "purpose", name="one_per_purpose", unique=True),
        # A person asks for their own, in all coalitions.
        index("person_id", "_id", name="of_person"),
    ),
    "data_requests": (
        tenant_index("-_id", name="newest_first"),
        tenant_index("status", "requested_at", name="by_status"),
        tenant_index("done_at", name="by_end"),
        tenant_index(
            "kind", "open_about", name="one_open_each", unique=True, where={"open_about": {"$type": "string"}}
        ),
        # A person asks for their own, in all coalitions.
        index("involved", "-_id", name="of_person_newest_first"),
        index("person_ids", name="of_person"),
        index("pseudonym", name="of_pseudonym"),
    ),
    retention_store.COLLECTION: (tenant_index("valid_from", name="one_per_day", unique=True),),
    **exports.INDEXES,
    "hand_overs": (tenant_index("member_id", "number", name="one_per_number", unique=True),),
    "sessions": (
        index("person_id", name="by_person"),
        index("issuer", "sid", name="by_session_of_issuer"),
        IndexModel([("expires_at", 1)], name="over", expireAfterSeconds=0),
    ),
}
