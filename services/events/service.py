"""The door of this service on the bus: each entrypoint gets a checked request, calls one use case, answers a view."""

from typing import Any

from ..chassis.messaging.provider import Composition
from ..chassis.messaging.rpc import rpc
from ..chassis.messaging.subscriber import subscribe
from ..chassis.persistence.pagination import page_to_dict
from ..chassis.protocol.envelope import Received
from .application import commands, queries, subscribers
from .domain import questions
from .schemas import consumed, requests, views
from .wiring import COALITION_PROJECTION, MEMBER_PROJECTION


class EventsService:
    name = "events"
    unit_of_work = Composition()

    @rpc(requests.AnnounceConference())
    def announce_conference(self, command: Any) -> Any:
        return self.unit_of_work.answer(commands.announce_conference, command, views.conference)

    @rpc(requests.OpenRegistration())
    def open_registration(self, command: Any) -> Any:
        return self.unit_of_work.answer(commands.open_registration, command, views.conference)

    @rpc(requests.CloseRegistration())
    def close_registration(self, command: Any) -> Any:
        return self.unit_of_work.answer(commands.close_registration, command, views.conference)

    @rpc(requests.RegisterDelegate())
    def register_delegate(self, command: Any) -> Any:
        return self._registration(self.unit_of_work.answer(commands.register_delegate, command, views.ref))

    @rpc(requests.CancelRegistration())
    def cancel_registration(self, command: Any) -> Any:
        return self._registration(self.unit_of_work.answer(commands.cancel_registration, command, views.ref))

    @rpc(requests.AdoptConferenceRules())
    def adopt_conference_rules(self, command: Any) -> Any:
        return self.unit_of_work.answer(commands.adopt_conference_rules, command, views.rules)

    @rpc(requests.GetByRefs())
    def get_conferences(self, question: Any) -> Any:
        return {"items": views.conferences(self.unit_of_work.read(queries.get_conferences, question))}

    @rpc(requests.ListConferences())
    def list_conferences(self, question: Any) -> Any:
        return page_to_dict(self.unit_of_work.read(queries.list_conferences, question), views.conferences)

    @rpc(requests.ListConferencesOf())
    def list_conferences_of(self, question: Any) -> Any:
        pages = self.unit_of_work.read(queries.list_conferences_of, question)
        return {"items": [page_to_dict(page, views.conferences) for page in pages]}

    @rpc(requests.GetByRefs())
    def get_registrations(self, question: Any) -> Any:
        return {"items": views.registrations(self.unit_of_work.read(queries.get_registrations, question))}

    @rpc(requests.ListRegistrations())
    def list_registrations(self, question: Any) -> Any:
        pages = self.unit_of_work.read(queries.list_registrations, question)
        return {"items": [page_to_dict(page, views.registrations) for page in pages]}

    @rpc(requests.ListRegistrations())
    def list_registrations_of_members(self, question: Any) -> Any:
        pages = self.unit_of_work.read(queries.list_registrations_of_members, question)
        return {"items": [page_to_dict(page, views.registrations) for page in pages]}

    @rpc(requests.GetConferenceRules())
    def get_conference_rules(self, question: Any) -> Any:
        return {"items": [views.rules(each) for each in self.unit_of_work.read(queries.get_conference_rules, question)]}

    @rpc(requests.ListProjectedMembers())
    def projected_members(self, question: Any) -> Any:
        return views.projected_members(self.unit_of_work.read(queries.projected_members, question))

    @subscribe(MEMBER_PROJECTION, consumed.MEMBER_MESSAGES)
    def project_member(self, received: Received[consumed.MemberState]) -> None:
        subscriber = MEMBER_PROJECTION.subscriber
        self.unit_of_work.write_once(subscriber, received.envelope.id, subscribers.project_member, received)

    @subscribe(COALITION_PROJECTION, consumed.COALITION_MESSAGES)
    def project_coalition(self, received: Received[consumed.CoalitionState]) -> None:
        subscriber = COALITION_PROJECTION.subscriber
        self.unit_of_work.write_once(subscriber, received.envelope.id, subscribers.project_coalition, received)

    def _registration(self, ref: dict[str, str]) -> Any:
        """Read again by its ref: answers are kept for repeated requests, and personal data must not be kept twice."""
        question = questions.GetByRefs(refs=(questions.Ref(**ref),))
        return views.registrations(self.unit_of_work.read(queries.get_registrations, question))[0]
