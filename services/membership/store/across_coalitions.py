"""The few questions that are asked across coalitions on purpose. They concern public facts only, and only read."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..domain.membership import Membership
from ..domain.standing import Standing
from . import membership_documents as documents
from .network import NetworkRepository

Counts = dict[Standing, int]


class MembershipsOfAllCoalitions(NetworkRepository):
    collection = "memberships"

    def counts(self, coalitions: Sequence[str]) -> dict[str, Counts]:
        """Memberships per coalition and standing, in one aggregation; every standing is there, with 0 if need be."""
        stages: list[dict[str, Any]] = [
            {"$match": {"coalition": {"$in": list(coalitions)}}},
            {"$group": {"_id": {"coalition": "$coalition", "standing": "$standing"}, "count": {"$sum": 1}}},
        ]
        counts = {coalition: dict.fromkeys(Standing, 0) for coalition in coalitions}
        for row in self._collection.aggregate(stages, session=self._session):
            counts[row["_id"]["coalition"]][Standing(row["_id"]["standing"])] = row["count"]
        return counts

    def of_cities(self, city_ids: Iterable[str]) -> dict[str, list[Membership]]:
        """Every membership of each city, in every coalition, oldest first within a coalition."""
        asked: dict[str, list[Membership]] = {city_id: [] for city_id in city_ids}
        rows = self._find({"city_ids": {"$in": list(asked)}}).sort([("coalition", 1), ("_id", 1)])
        for membership in map(documents.from_document, rows):
            for city_id in asked.keys() & set(membership.city_ids):
                asked[city_id].append(membership)
        return asked
