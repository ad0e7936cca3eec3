"""Live updates of what the events service owns."""

from typing import Final

from gateway.graphql.core.feeds import Feed, feed_field

from .loaders import RegistrationLoader

REGISTRATIONS: Final = Feed(
    service="events",
    changes={
        "delegate_registered": "It was made.",
        "delegate_unregistered": "It was cancelled.",
        "delegate_erased": "What told whose it is was erased.",
    },
    shown="registration",
    loader=RegistrationLoader,
    filters={"conference": "Conference", "member": "Member"},
    right="events.get_registrations",
)


class Subscriptions:
    """The events service's part of Subscription."""

    registration_changed = feed_field(
        "RegistrationChanged",
        "Tells when something happens to a registration for a conference of a coalition. Personal data: for the "
        "secretariat; for the event team of the `conference` that is named, and the city staff of the `member`.",
        feed=REGISTRATIONS,
        object_type="Registration",
        changed="registration",
    )
