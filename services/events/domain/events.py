"""What happened here that others may want to know."""

from services.chassis.kernel.events import DomainEvent

from .conferences import Conference
from .minutes import Minutes
from .registrations import Registration
from .rules import AdoptedRules


class ConferenceAnnounced(DomainEvent[Conference]):
    pass


class RegistrationOpened(DomainEvent[Conference]):
    pass


class RegistrationClosed(DomainEvent[Conference]):
    pass


class DelegateRegistered(DomainEvent[Registration]):
    pass


class DelegateUnregistered(DomainEvent[Registration]):
    pass


class DelegateErased(DomainEvent[Registration]):
    """The registration stands as it did, but tells no more whose it is."""


class MinutesRecorded(DomainEvent[Minutes]):
    pass


class ConferenceRulesAdopted(DomainEvent[AdoptedRules]):
    pass
