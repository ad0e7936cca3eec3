"""The events service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from services.chassis.kernel.requests import GetByRefs, OfCoalitions, Ref
from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Received
from services.chassis.schemas.views import Answer

from .application import commands, queries, subscribers
from .domain import requests as asked
from .schemas import consumed, requests, views
from .wiring import COALITION_PROJECTION, MEMBER_PROJECTION, NAME


class EventsService:
    name = NAME
    unit_of_work = Composition[UnitOfWork]()

    @rpc(requests.AnnounceConference())
    def announce_conference(self, request: asked.AnnounceConference) -> Answer:
        return self.unit_of_work.answer(commands.announce_conference, request, views.CONFERENCE.one)

    @rpc(requests.OpenRegistration())
    def open_registration(self, request: asked.OpenRegistration) -> Answer:
        return self.unit_of_work.answer(commands.open_registration, request, views.CONFERENCE.one)

    @rpc(requests.CloseRegistration())
    def close_registration(self, request: asked.CloseRegistration) -> Answer:
        return self.unit_of_work.answer(commands.close_registration, request, views.CONFERENCE.one)

    @rpc(requests.RegisterDelegate())
    def register_delegate(self, request: asked.RegisterDelegate) -> Answer | None:
        return self._registration(self.unit_of_work.answer(commands.register_delegate, request, views.ref))

    @rpc(requests.CancelRegistration())
    def cancel_registration(self, request: asked.CancelRegistration) -> Answer | None:
        return self._registration(self.unit_of_work.answer(commands.cancel_registration, request, views.ref))

    @rpc(requests.AdoptConferenceRules())
    def adopt_conference_rules(self, request: asked.AdoptConferenceRules) -> list[Answer | None]:
        return self.unit_of_work.answer(commands.adopt_conference_rules, request, views.RULES.batch)

    @rpc(requests.GetByRefs())
    def get_conferences(self, request: GetByRefs) -> Answer:
        return views.CONFERENCE.items(self.unit_of_work.read(queries.get_conferences, request))

    @rpc(requests.ListConferences())
    def list_conferences(self, request: asked.ListConferences) -> Answer:
        return views.CONFERENCE.page(self.unit_of_work.read(queries.list_conferences, request))

    @rpc(requests.ListConferencesOf())
    def list_conferences_of(self, request: asked.ListConferencesOf) -> Answer:
        return views.CONFERENCE.pages(self.unit_of_work.read(queries.list_conferences_of, request))

    @rpc(requests.GetByRefs())
    def get_registrations(self, request: GetByRefs) -> Answer:
        return views.REGISTRATION.items(self.unit_of_work.read(queries.get_registrations, request))

    @rpc(requests.ListRegistrations())
    def list_registrations(self, request: asked.ListRegistrations) -> Answer:
        return views.REGISTRATION.pages(self.unit_of_work.read(queries.list_registrations, request))

    @rpc(requests.ListRegistrations())
    def list_registrations_of_members(self, request: asked.ListRegistrations) -> Answer:
        return views.REGISTRATION.pages(self.unit_of_work.read(queries.list_registrations_of_members, request))

    @rpc(requests.OfCoalitions())
    def get_conference_rules(self, request: OfCoalitions) -> Answer:
        return views.RULES.lists(self.unit_of_work.read(queries.get_conference_rules, request))

    @rpc(requests.ListProjectedMembers())
    def projected_members(self, request: asked.ListProjectedMembers) -> Answer:
        return views.MEMBER.items(self.unit_of_work.read(queries.projected_members, request))

    @subscribe(COALITION_PROJECTION, consumed.COALITION_MESSAGES)
    def coalition_projection(self, received: Received[consumed.CoalitionState]) -> None:
        subscriber = COALITION_PROJECTION.subscriber
        self.unit_of_work.write_once(subscriber, received.envelope.id, subscribers.project_coalition, received)

    @subscribe(MEMBER_PROJECTION, consumed.MEMBER_MESSAGES)
    def member_projection(self, received: Received[consumed.MemberState]) -> None:
        subscriber = MEMBER_PROJECTION.subscriber
        self.unit_of_work.write_once(subscriber, received.envelope.id, subscribers.project_member, received)

    def _registration(self, ref: dict[str, str]) -> Answer | None:
        """Read again by its ref: answers are kept for repeated requests, and personal data must not be kept twice."""
        [found] = self.unit_of_work.read(queries.get_registrations, GetByRefs(refs=(Ref(**ref),)))
        return views.REGISTRATION.one(found)
