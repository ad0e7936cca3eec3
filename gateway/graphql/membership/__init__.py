"""Coalitions, their plans, the registry of cities, and who is a member: what the membership service answers."""

from .applications import ApplicationFields, ApplicationMutations, CoalitionApplications
from .city import City
from .coalition import CoalitionFields
from .consents import CoalitionPersonalData
from .contacts import MemberContacts
from .contributions import InCoalition, OfMember, OnPlan
from .data_requests import CoalitionDataRequests, DataRequestFields, DataRequestQueries
from .member import MemberFields
from .mutations import Mutations
from .nodes import NODES
from .people import CoalitionPeople, MemberPeople, PeopleQueries
from .people_mutations import PeopleMutations
from .personal_mutations import PersonalDataMutations
from .plan import PlanVersionFields
from .queries import Queries
from .subscriptions import Subscriptions

__all__ = [
    "NODES",
    "ApplicationFields",
    "ApplicationMutations",
    "City",
    "CoalitionApplications",
    "CoalitionDataRequests",
    "CoalitionFields",
    "CoalitionPeople",
    "CoalitionPersonalData",
    "DataRequestFields",
    "DataRequestQueries",
    "InCoalition",
    "MemberContacts",
    "MemberFields",
    "MemberPeople",
    "Mutations",
    "OfMember",
    "OnPlan",
    "PeopleMutations",
    "PeopleQueries",
    "PersonalDataMutations",
    "PlanVersionFields",
    "Queries",
    "Subscriptions",
]
