"""The indexes of the events database: unique keys make uniqueness, and every query finds its rows through one."""

from typing import Final

from services.chassis.persistence.indexes import IndexesByCollection, index, tenant_index
from services.personal import exports, retention_store

BY_START_DATE: Final = "by_start_date"
BY_START_DATE_IN_NETWORK: Final = "by_start_date_in_network"
"""Lists are read along these two whatever their filters: another index would have to sort in memory, page by page."""

INDEXES: Final[IndexesByCollection] = {
    "conferences": (
        tenant_index("kind", "start_date", "title_key", name="same_conference", unique=True),
        tenant_index("start_date", "_id", name=BY_START_DATE),
        # The public list of the whole network: the one query that asks for no coalition.
        index("start_date", "_id", name=BY_START_DATE_IN_NETWORK),
    ),
    "seat_blocks": (tenant_index("conference_id", "taken", name="of_conference"),),
    "registrations": (
        tenant_index("conference_id", "email_key", name="same_email", unique=True, where={"status": "confirmed"}),
        tenant_index(
            "conference_id",
            "member_id",
            "member_place",
            name="place_of_member",
            unique=True,
            where={"status": "confirmed", "member_place": {"$type": "number"}},
        ),
        tenant_index("conference_id", "_id", name="of_conference"),
        tenant_index("member_id", "_id", name="of_member"),
        tenant_index("conference_id", name="with_names", where={"erased_at": None}),
        # A person asks what all coalitions hold of them.
        index("email_pseudonym", name="of_person"),
    ),
    "special_needs": (tenant_index("conference_id", name="of_conference"),),
    "minutes": (
        tenant_index("conference_id", "title_key", name="same_minutes", unique=True),
        tenant_index("conference_id", "_id", name="of_conference"),
        # A person asks where they are named, in all coalitions.
        index("present.person_id", name="of_person"),
        index("present.email_pseudonym", name="of_pseudonym"),
    ),
    "consent_texts": (tenant_index("purpose", name="of_purpose"),),
    **exports.INDEXES,
    **retention_store.INDEXES,
    "conference_rules": (tenant_index("valid_from", name="valid_from", unique=True),),
    "members": (tenant_index("_id", name="of_coalition"),),
    "coalitions": (tenant_index("_id", name="of_coalition"),),
}
