"""Every index of this service: unique keys make uniqueness, and every query finds its rows through one."""

from collections.abc import Mapping, Sequence
from typing import Final

from pymongo import ASCENDING, IndexModel

from ...chassis.persistence.tenancy import TENANT


def _index(name: str, *fields: str, unique: bool = False, where: Mapping[str, object] | None = None) -> IndexModel:
    options = {"partialFilterExpression": dict(where)} if where else {}
    return IndexModel([(field, ASCENDING) for field in fields], name=name, unique=unique, **options)


BY_START_DATE: Final = "by_start_date"
BY_START_DATE_IN_NETWORK: Final = "by_start_date_in_network"
"""Lists are read along these two whatever their filters: another index would have to sort in memory, page by page."""

INDEXES: Final[Mapping[str, Sequence[IndexModel]]] = {
    "conferences": (
        _index("same_conference", TENANT, "kind", "start_date", "title_key", unique=True),
        _index(BY_START_DATE, TENANT, "start_date", "_id"),
        # The public list of the whole network: the one query that asks for no coalition.
        _index(BY_START_DATE_IN_NETWORK, "start_date", "_id"),
    ),
    "seat_blocks": (_index("of_conference", TENANT, "conference_id", "taken"),),
    "registrations": (
        _index("same_email", TENANT, "conference_id", "email_key", unique=True, where={"status": "confirmed"}),
        _index(
            "place_of_member",
            *(TENANT, "conference_id", "member_id", "member_place"),
            unique=True,
            where={"status": "confirmed", "member_place": {"$type": "number"}},
        ),
        _index("of_conference", TENANT, "conference_id", "_id"),
        _index("of_member", TENANT, "member_id", "_id"),
    ),
    "conference_rules": (_index("valid_from", TENANT, "valid_from", unique=True),),
    "members": (_index("of_coalition", TENANT, "_id"),),
    "coalitions": (_index("of_coalition", TENANT, "_id"),),
}
