"""Conferences and registrations: what the events service answers."""

from .conference import ConferenceFields
from .contributions import CoalitionConferences, MemberRegistrations
from .mutations import Mutations
from .nodes import NODES
from .queries import Queries
from .registration import RegistrationFields

__all__ = [
    "NODES",
    "CoalitionConferences",
    "ConferenceFields",
    "MemberRegistrations",
    "Mutations",
    "Queries",
    "RegistrationFields",
]
