"""Coalitions, their plans, the registry of cities, and who is a member: what the membership service answers."""

from .city import City
from .coalition import CoalitionFields
from .contributions import InCoalition, OfMember, OnPlan
from .member import MemberFields
from .mutations import Mutations
from .nodes import NODES
from .plan import PlanVersionFields
from .queries import Queries

__all__ = [
    "NODES",
    "City",
    "CoalitionFields",
    "InCoalition",
    "MemberFields",
    "Mutations",
    "OfMember",
    "OnPlan",
    "PlanVersionFields",
    "Queries",
]
