"""Memberships as documents: the aggregate, and beside it what members are found and sorted by.

The second part (`findable_by`) is made anew from the registry's cities at every write, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.chassis.kernel.text import fold
from services.chassis.persistence import values

from ..domain.body import Body
from ..domain.city import City, CitySummary, LegalType
from ..domain.decision import Decision, Outcome, Votes
from ..domain.membership import Membership
from ..domain.milestones import Milestone, MilestoneKind
from .search import search_terms

# Sort keys are never null. What is unknown comes last in both directions, so each direction has its own key.
_AFTER_EVERY_DATE: Final = "9999-99-99"
_BEFORE_EVERY_DATE: Final = ""
_ABOVE_EVERY_POPULATION: Final = 2**53
_BELOW_EVERY_POPULATION: Final = -1


def to_document(membership: Membership, cities: Sequence[City]) -> dict[str, Any]:
    """`cities` are the registry's entries of the membership's cities, in its order."""
    selected = membership.selected_commitments
    return {
        "_id": membership.id,
        "coalition": membership.coalition,
        "version": membership.version,
        "standing": membership.standing.value,
        "cities": [_city_document(city) for city in membership.cities],
        "milestones": [_milestone_document(milestone) for milestone in membership.milestones],
        "decision": _decision_document(membership.decision),
        "plan_id": membership.plan_id,
        "plan_version": membership.plan_version,
        "selected_commitments": None if selected is None else list(selected),
        "source": membership.source,
        "contact_note": membership.contact_note,
        **_findable_by(membership, cities),
    }


def from_document(document: Mapping[str, Any]) -> Membership:
    selected = document["selected_commitments"]
    return Membership(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        cities=tuple(_city(city) for city in document["cities"]),
        milestones=tuple(_milestone(milestone) for milestone in document["milestones"]),
        decision=_decision(document["decision"]),
        plan_id=document["plan_id"],
        plan_version=document["plan_version"],
        selected_commitments=None if selected is None else tuple(selected),
        source=document["source"],
        contact_note=document["contact_note"],
    )


def _findable_by(membership: Membership, cities: Sequence[City]) -> dict[str, Any]:
    ids = list(membership.city_ids)
    return {
        "city_ids": ids,
        # Absent when the membership is not living: the unique index holds only what is there.
        **({"open_city_ids": ids} if membership.is_living else {}),
        "countries": sorted({city.country for city in cities}),
        "legal_types": sorted({city.legal_type.value for city in cities}),
        "search_terms": search_terms(name for city in cities for name in city.names),
        "places": [_place(city) for city in cities if city.latitude is not None],
        "sort": _sort_keys(membership, cities),
    }


def _place(city: City) -> dict[str, Any]:
    # Wrapped: a 2dsphere index reads several points from an array of documents, not from an array of points.
    return {"position": {"type": "Point", "coordinates": [city.longitude, city.latitude]}}


def _sort_keys(membership: Membership, cities: Sequence[City]) -> dict[str, Any]:
    name = fold(membership.label)
    admitted = values.text_of(membership.admitted_on)
    # Of joint bodies the largest counts: one may lie inside the other, so a sum would count people twice.
    population = max((city.population for city in cities if city.population is not None), default=None)
    return {
        "name": name,
        "country": f"{cities[0].country} {name}",
        "admitted_ascending": admitted or _AFTER_EVERY_DATE,
        "admitted_descending": admitted or _BEFORE_EVERY_DATE,
        "population_ascending": _ABOVE_EVERY_POPULATION if population is None else population,
        "population_descending": _BELOW_EVERY_POPULATION if population is None else population,
    }


def _city_document(city: CitySummary) -> dict[str, Any]:
    return {"id": city.id, "name": city.name, "country": city.country, "legal_type": city.legal_type.value}


def _city(document: Mapping[str, Any]) -> CitySummary:
    return CitySummary(**{**document, "legal_type": LegalType(document["legal_type"])})


def _milestone_document(milestone: Milestone) -> dict[str, Any]:
    return {
        "kind": milestone.kind.value,
        "date": values.text_of(milestone.date),
        "source": milestone.source,
        "note": milestone.note,
    }


def _milestone(document: Mapping[str, Any]) -> Milestone:
    kind, day = MilestoneKind(document["kind"]), values.partial_date(document["date"])
    return Milestone(kind=kind, date=day, source=document["source"], note=document["note"])


def _decision_document(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome.value,
        "body": decision.body.value,
        "decided_on": values.text_of(decision.decided_on),
        "votes": _votes_document(decision.votes),
        "note": decision.note,
    }


def _decision(document: Mapping[str, Any] | None) -> Decision | None:
    if document is None:
        return None
    return Decision(
        outcome=Outcome(document["outcome"]),
        body=Body(document["body"]),
        decided_on=date.fromisoformat(document["decided_on"]),
        votes=document["votes"] and Votes(**document["votes"]),
        note=document["note"],
    )


def _votes_document(votes: Votes | None) -> dict[str, int] | None:
    if votes is None:
        return None
    return {"in_favour": votes.in_favour, "against": votes.against, "abstentions": votes.abstentions}
