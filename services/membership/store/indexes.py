"""The indexes of the membership database. Those of a tenant's collections begin with the coalition; those that serve an
explicit question across coalitions say so."""

from typing import Final

from pymongo import GEOSPHERE, IndexModel

from services.chassis.persistence.indexes import IndexesByCollection, index, tenant_index
from services.chassis.persistence.tenancy import TENANT

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
}
