"""What the events service gives in batches."""

from gateway.graphql.core.ids import Ref
from gateway.graphql.core.loaders import ArgumentsLoader, ServiceLoader


class ConferenceLoader(ServiceLoader[Ref]):
    """Conference by id."""

    service, method, parameter = "events", "get_conferences", "refs"


class RegistrationLoader(ServiceLoader[Ref]):
    """Registration by id."""

    service, method, parameter = "events", "get_registrations", "refs"


class ConferencesOfCoalitionLoader(ArgumentsLoader):
    """A page of conferences, by the coalition's key and the arguments of the field."""

    service, method, parameter = "events", "list_conferences_of", "coalitions"


class RegistrationsOfConferenceLoader(ArgumentsLoader):
    """A page of registrations, by the conference's id and the arguments of the field."""

    service, method, parameter = "events", "list_registrations", "refs"


class RegistrationsOfMemberLoader(ArgumentsLoader):
    """A page of registrations, by the member's id and the arguments of the field."""

    service, method, parameter = "events", "list_registrations_of_members", "refs"


class SpecialNeedsLoader(ServiceLoader[Ref]):
    """What a delegate eats and needs, by the registration's id."""

    service, method, parameter = "events", "get_special_needs", "refs"


class MinutesOfConferenceLoader(ServiceLoader[Ref]):
    """The adopted minutes of a conference, by its id."""

    service, method, parameter = "events", "list_minutes", "refs"
