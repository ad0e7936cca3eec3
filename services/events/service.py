"""The events service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from collections.abc import Callable
from typing import Any

from services.chassis.kernel.requests import GetByRefs, OfCoalitions, Ref
from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.chassis.protocol.envelope import Received
from services.chassis.runtime.message_log import MessageLog
from services.chassis.runtime.trail import AuditTrail
from services.chassis.schemas.views import Answer, View
from services.personal.data_subject import DataSubject
from services.personal.entrypoints import Exports
from services.personal.messages import DATA_REQUEST_MESSAGES, RETENTION_MESSAGES
from services.personal.retention import AdoptedRetentionRules
from services.personal.retention_store import project_retention_rules

from .application import commands, minutes, personal_data, queries, special_needs, subscribers
from .domain import personal_requests as asked_of_people
from .domain import requests as asked
from .schemas import consumed, personal_requests, personal_views, requests, views
from .wiring import (
    COALITION_PROJECTION,
    CONSENT_TEXT_PROJECTION,
    CONSENT_WITHDRAWAL,
    DATA_REQUESTS,
    MEMBER_PROJECTION,
    NAME,
    RETENTION_PROJECTION,
)

Query = Callable[[Work, GetByRefs], list[Any]]


class EventsService(Exports, AuditTrail, MessageLog):
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

    @rpc(personal_requests.RecordSpecialNeeds())
    def record_special_needs(self, request: asked_of_people.RecordSpecialNeeds) -> Answer | None:
        kept = self.unit_of_work.answer(special_needs.record_special_needs, request, views.ref)
        return self._one(special_needs.get_special_needs, kept, personal_views.SPECIAL_NEEDS)

    @rpc(personal_requests.WithdrawSpecialNeeds())
    def withdraw_special_needs(self, request: asked_of_people.WithdrawSpecialNeeds) -> Answer | None:
        return self._registration(self.unit_of_work.answer(special_needs.withdraw_special_needs, request, views.ref))

    @rpc(requests.GetByRefs())
    def get_special_needs(self, request: GetByRefs) -> Answer:
        return personal_views.SPECIAL_NEEDS.items(self.unit_of_work.read(special_needs.get_special_needs, request))

    @rpc(personal_requests.RecordMinutes())
    def record_minutes(self, request: asked_of_people.RecordMinutes) -> Answer | None:
        kept = self.unit_of_work.answer(minutes.record_minutes, request, views.ref)
        return self._one(minutes.get_minutes, kept, personal_views.MINUTES)

    @rpc(requests.GetByRefs())
    def list_minutes(self, request: GetByRefs) -> Answer:
        return personal_views.MINUTES.lists(self.unit_of_work.read(minutes.list_minutes, request))

    @rpc(requests.ListProjectedMembers())
    def projected_members(self, request: asked.ListProjectedMembers) -> Answer:
        return views.MEMBER.items(self.unit_of_work.read(queries.projected_members, request))

    @subscribe(COALITION_PROJECTION, consumed.COALITION_MESSAGES)
    def coalition_projection(self, received: Received[consumed.CoalitionState]) -> None:
        self.unit_of_work.handle(COALITION_PROJECTION, subscribers.project_coalition, received)

    @subscribe(MEMBER_PROJECTION, consumed.MEMBER_MESSAGES)
    def member_projection(self, received: Received[consumed.MemberState]) -> None:
        self.unit_of_work.handle(MEMBER_PROJECTION, subscribers.project_member, received)

    @subscribe(CONSENT_TEXT_PROJECTION, consumed.CONSENT_TEXT_MESSAGES)
    def consent_text_projection(self, received: Received[consumed.ConsentTextState]) -> None:
        self.unit_of_work.handle(CONSENT_TEXT_PROJECTION, subscribers.project_consent_text, received)

    @subscribe(CONSENT_WITHDRAWAL, consumed.CONSENT_MESSAGES)
    def consent_withdrawal(self, received: Received[consumed.ConsentState]) -> None:
        self.unit_of_work.handle(CONSENT_WITHDRAWAL, special_needs.follow_withdrawal, received)

    @subscribe(RETENTION_PROJECTION, RETENTION_MESSAGES)
    def retention_projection(self, received: Received[AdoptedRetentionRules]) -> None:
        self.unit_of_work.handle(RETENTION_PROJECTION, project_retention_rules, received)

    @subscribe(DATA_REQUESTS, DATA_REQUEST_MESSAGES)
    def data_requests(self, received: Received[DataSubject]) -> None:
        self.unit_of_work.handle(DATA_REQUESTS, personal_data.HOLDINGS.answer, received)

    def _registration(self, ref: dict[str, str]) -> Answer | None:
        return self._one(queries.get_registrations, ref, views.REGISTRATION)

    def _one(self, query: Query, ref: dict[str, str], view: View) -> Answer | None:
        """Read again by its ref: answers are kept for repeated requests, and personal data must not be kept twice."""
        [found] = self.unit_of_work.look(query, GetByRefs(refs=(Ref(**ref),)))
        return view.batch([found])[0]
