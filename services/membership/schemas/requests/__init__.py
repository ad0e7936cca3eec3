"""What callers send, validated."""

from services.chassis.schemas.requests import GetByRefs, OfCoalitions

from .accession import ApplyForMembership, RecordDecision, RecordMembership, RecordMilestone
from .questions import (
    GetByIds,
    GetByKeys,
    ListCities,
    ListCoalitions,
    ListMembers,
    ListMembershipsOfCity,
    ListMembersOf,
)
from .registry import PublishPlan, RegisterCity, RegisterCoalition

__all__ = [
    "ApplyForMembership",
    "GetByIds",
    "GetByKeys",
    "GetByRefs",
    "ListCities",
    "ListCoalitions",
    "ListMembers",
    "ListMembersOf",
    "ListMembershipsOfCity",
    "OfCoalitions",
    "PublishPlan",
    "RecordDecision",
    "RecordMembership",
    "RecordMilestone",
    "RegisterCity",
    "RegisterCoalition",
]
