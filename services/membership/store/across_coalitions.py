"""The few questions that are asked across coalitions on purpose. They concern public facts only, and only read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from services.chassis.persistence.collection import NetworkCollection
from services.chassis.persistence.repository import NetworkRepository
from services.chassis.persistence.unit_of_work import Work
from services.personal.retention import AdoptedRetentionRules

from ..domain.city import City
from ..domain.coalition import Coalition
from ..domain.consents import ConsentText
from ..domain.hand_overs import HandOver
from ..domain.membership import Membership
from ..domain.plan import Plan
from ..domain.standing import Standing
from . import city_documents, coalition_documents, hand_overs, plan_documents
from . import membership_documents as documents
from .cities import Cities
from .coalitions import Coalitions
from .consents import ConsentTexts, text_from_document
from .memberships import Memberships
from .plans import Plans
from .retention import AdoptedRules, adopted_from_document

Counts = dict[Standing, int]


class MembershipsOfAllCoalitions(NetworkRepository):
    collection = Memberships.collection

    def counts(self, coalitions: Sequence[str]) -> dict[str, Counts]:
        """Memberships per coalition and standing, in one aggregation; every standing is there, with 0 if need be."""
        stages: list[dict[str, Any]] = [
            {"$match": {"coalition": {"$in": list(coalitions)}}},
            {"$group": {"_id": {"coalition": "$coalition", "standing": "$standing"}, "count": {"$sum": 1}}},
        ]
        counts = {coalition: dict.fromkeys(Standing, 0) for coalition in coalitions}
        for row in self._documents.aggregate(stages):
            counts[row["_id"]["coalition"]][Standing(row["_id"]["standing"])] = row["count"]
        return counts

    def of_cities(self, city_ids: Iterable[str]) -> dict[str, list[Membership]]:
        """Every membership of each city, in every coalition, oldest first within a coalition."""
        asked: dict[str, list[Membership]] = {city_id: [] for city_id in city_ids}
        rows = self._documents.find({"city_ids": {"$in": list(asked)}}).sort([("coalition", 1), ("_id", 1)])
        for membership in map(documents.from_document, rows):
            for city_id in asked.keys() & set(membership.city_ids):
                asked[city_id].append(membership)
        return asked


def every_coalition(work: Work) -> Iterator[Coalition]:
    return map(coalition_documents.from_document, NetworkCollection(work, Coalitions.collection).find({}))


def every_plan(work: Work) -> Iterator[Plan]:
    return map(plan_documents.from_document, NetworkCollection(work, Plans.collection).find({}))


def every_city(work: Work) -> Iterator[City]:
    return map(city_documents.from_document, NetworkCollection(work, Cities.collection).find({}))


def every_membership(work: Work) -> Iterator[Membership]:
    return map(documents.from_document, NetworkCollection(work, Memberships.collection).find({}))


def every_hand_over(work: Work) -> Iterator[HandOver]:
    return map(hand_overs.from_document, NetworkCollection(work, hand_overs.HandOvers.collection).find({}))


def every_consent_text(work: Work) -> Iterator[ConsentText]:
    return map(text_from_document, NetworkCollection(work, ConsentTexts.collection).find({}))


def all_retention_rules(work: Work) -> Iterator[AdoptedRetentionRules]:
    return map(adopted_from_document, NetworkCollection(work, AdoptedRules.collection).find({}))
