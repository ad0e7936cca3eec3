"""Conferences and registrations: what the events service answers."""

from .conference import ConferenceFields
from .contributions import CoalitionConferences, MemberRegistrations
from .minutes import ConferenceMinutes
from .mutations import Mutations
from .nodes import NODES
from .personal_mutations import PersonalDataMutations
from .queries import Queries
from .registration import RegistrationFields
from .special_needs import RegistrationSpecialNeeds
from .subscriptions import Subscriptions

__all__ = [
    "NODES",
    "CoalitionConferences",
    "ConferenceFields",
    "ConferenceMinutes",
    "MemberRegistrations",
    "Mutations",
    "PersonalDataMutations",
    "Queries",
    "RegistrationFields",
    "RegistrationSpecialNeeds",
    "Subscriptions",
]
