"""What callers send, validated: each schema loads into the command or question of its name."""

from .accession import ApplyForMembershipSchema, RecordDecisionSchema, RecordMembershipSchema, RecordMilestoneSchema
from .questions import (
    GetByIdsSchema,
    GetByKeysSchema,
    GetByReferencesSchema,
    ListCitiesSchema,
    ListCoalitionsSchema,
    ListMembersOfSchema,
    ListMembersSchema,
    MembershipsOfCitySchema,
    OfCoalitionsSchema,
)
from .registry import PublishPlanSchema, RegisterCitySchema, RegisterCoalitionSchema

__all__ = [
    "ApplyForMembershipSchema",
    "GetByIdsSchema",
    "GetByKeysSchema",
    "GetByReferencesSchema",
    "ListCitiesSchema",
    "ListCoalitionsSchema",
    "ListMembersOfSchema",
    "ListMembersSchema",
    "MembershipsOfCitySchema",
    "OfCoalitionsSchema",
    "PublishPlanSchema",
    "RecordDecisionSchema",
    "RecordMembershipSchema",
    "RecordMilestoneSchema",
    "RegisterCitySchema",
    "RegisterCoalitionSchema",
]
