"""Domain events: what happened, with the aggregate as it is since. Each makes one message (`schemas.published`)."""

from dataclasses import dataclass

from .conferences import Conference
from .registrations import Registration
from .rules import AdoptedRules


@dataclass(frozen=True, slots=True)
class ConferenceAnnounced:
    conference: Conference


@dataclass(frozen=True, slots=True)
class RegistrationOpened:
    conference: Conference


@dataclass(frozen=True, slots=True)
class RegistrationClosed:
    conference: Conference


@dataclass(frozen=True, slots=True)
class DelegateRegistered:
    registration: Registration


@dataclass(frozen=True, slots=True)
class DelegateUnregistered:
    registration: Registration


@dataclass(frozen=True, slots=True)
class ConferenceRulesAdopted:
    adopted: AdoptedRules
