"""The indexes of the membership database. Those of a tenant's collections begin with the coalition; those that serve an
explicit question across coalitions say so."""

from collections.abc import Mapping, Sequence
from typing import Final

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel

_COALITION: Final = ("coalition", ASCENDING)


def _sorted_by(name: str, field: str, direction: int = ASCENDING) -> IndexModel:
    return IndexModel([_COALITION, (field, direction), ("_id", direction)], name=name)


INDEXES: Final[Mapping[str, Sequence[IndexModel]]] = {
    "coalitions": (IndexModel([("key", ASCENDING), ("_id", ASCENDING)], name="by_key"),),
    "plans": (IndexModel([_COALITION, ("version", ASCENDING)], name="one_per_version", unique=True),),
    "cities": (
        IndexModel(
            [("folded_name", ASCENDING), ("country", ASCENDING), ("legal_type", ASCENDING)],
            name="one_per_name",
            unique=True,
        ),
        IndexModel(
            [("geonames_id", ASCENDING)],
            name="one_per_geonames_id",
            unique=True,
            partialFilterExpression={"geonames_id": {"$type": "number"}},
        ),
        IndexModel([("folded_name", ASCENDING), ("_id", ASCENDING)], name="by_name"),
        IndexModel([("country", ASCENDING), ("folded_name", ASCENDING), ("_id", ASCENDING)], name="by_country"),
        IndexModel([("legal_type", ASCENDING), ("folded_name", ASCENDING), ("_id", ASCENDING)], name="by_legal_type"),
        IndexModel([("search_terms", ASCENDING)], name="search"),
    ),
    "memberships": (
        # A city has at most one living membership in a coalition, however many ask at the same moment.
        IndexModel(
            [_COALITION, ("open_city_ids", ASCENDING)],
            name="one_living_per_city",
            unique=True,
            partialFilterExpression={"open_city_ids": {"$exists": True}},
        ),
        # City first: also answers, across coalitions, which memberships a city has.
        IndexModel([("city_ids", ASCENDING), _COALITION], name="by_city"),
        IndexModel([_COALITION, ("standing", ASCENDING)], name="by_standing"),
        IndexModel([_COALITION, ("search_terms", ASCENDING)], name="search"),
        IndexModel([_COALITION, ("places.position", GEOSPHERE)], name="by_position"),
        _sorted_by("by_name", "sort.name"),
        _sorted_by("by_country", "sort.country"),
        _sorted_by("by_admission", "sort.admitted_ascending"),
        _sorted_by("by_admission_latest_first", "sort.admitted_descending", DESCENDING),
        _sorted_by("by_population", "sort.population_ascending"),
        _sorted_by("by_population_largest_first", "sort.population_descending", DESCENDING),
    ),
}
