"""The part of the membership service that is about personal data; `service` inherits it."""

from services.chassis.kernel.requests import GetByRefs, OfCoalitions, Ref
from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Received
from services.chassis.schemas.views import Answer
from services.personal.data_subject import DataSubject
from services.personal.entrypoints import Exports
from services.personal.messages import DATA_REQUEST_MESSAGES

from .application import consents, contacts, data_requests, personal_data, retention
from .domain import personal_requests as asked
from .domain.requests import GetByIds
from .schemas import consumed, personal_views, requests
from .wiring import DATA_REQUESTS, RECEIPTS


class PersonalData(Exports):
    unit_of_work = Composition[UnitOfWork]()

    @rpc(requests.RecordContact())
    def record_contact(self, request: asked.RecordContact) -> Answer | None:
        # Read again by its ref: answers are kept for repeated requests, and personal data must not be kept twice.
        ref = self.unit_of_work.answer(contacts.record_contact, request, personal_views.contact_ref)
        found = self.unit_of_work.look(contacts.get_contact, Ref(**ref))
        return personal_views.CONTACT.batch([found])[0]

    @rpc(requests.RemoveContact())
    def remove_contact(self, request: asked.RemoveContact) -> Answer:
        return self.unit_of_work.answer(contacts.remove_contact, request, personal_views.contact_ref)

    @rpc(requests.GetByRefs())
    def list_public_contacts_of_members(self, request: GetByRefs) -> Answer:
        return personal_views.CONTACT.lists(self.unit_of_work.read(contacts.list_public_contacts, request))

    @rpc(requests.GetByRefs())
    def list_contacts_of_members(self, request: GetByRefs) -> Answer:
        return personal_views.CONTACT.lists(self.unit_of_work.read(contacts.list_contacts, request))

    @rpc(requests.PublishConsentText())
    def publish_consent_text(self, request: asked.PublishConsentText) -> Answer:
        return self.unit_of_work.answer(consents.publish_consent_text, request, personal_views.CONSENT_TEXT.one)

    @rpc(requests.GiveConsent())
    def give_consent(self, request: asked.GiveConsent) -> Answer:
        return self.unit_of_work.answer(consents.give_consent, request, personal_views.CONSENT.one)

    @rpc(requests.WithdrawConsent())
    def withdraw_consent(self, request: asked.WithdrawConsent) -> Answer:
        return self.unit_of_work.answer(consents.withdraw_consent, request, personal_views.CONSENT.one)

    @rpc(requests.OfCoalitions())
    def list_consent_texts(self, request: OfCoalitions) -> Answer:
        return personal_views.CONSENT_TEXT.lists(self.unit_of_work.read(consents.list_consent_texts, request))

    @rpc(requests.ListOwnConsents())
    def list_own_consents(self, request: asked.ListOwnConsents) -> Answer:
        return personal_views.CONSENT.items(self.unit_of_work.read(consents.list_own_consents, request))

    @rpc(requests.AdoptRetentionRules())
    def adopt_retention_rules(self, request: asked.AdoptRetentionRules) -> Answer:
        return self.unit_of_work.answer(retention.adopt_retention_rules, request, personal_views.RETENTION_RULES.one)

    @rpc(requests.OfCoalitions())
    def get_retention_rules(self, request: OfCoalitions) -> Answer:
        return personal_views.RETENTION_RULES.lists(self.unit_of_work.read(retention.get_retention_rules, request))

    @rpc(requests.RequestData())
    def request_export(self, request: asked.RequestData) -> Answer:
        return self.unit_of_work.answer(data_requests.request_export, request, personal_views.DATA_REQUEST.one)

    @rpc(requests.RequestData())
    def request_erasure(self, request: asked.RequestData) -> Answer:
        return self.unit_of_work.answer(data_requests.request_erasure, request, personal_views.DATA_REQUEST.one)

    @rpc(requests.GetByIds())
    def get_data_requests(self, request: GetByIds) -> Answer:
        return personal_views.DATA_REQUEST.items(self.unit_of_work.read(data_requests.get_data_requests, request))

    @rpc(requests.ListDataRequests())
    def list_data_requests(self, request: asked.ListDataRequests) -> Answer:
        return personal_views.DATA_REQUEST.page(self.unit_of_work.read(data_requests.list_data_requests, request))

    @rpc(requests.ListOwnDataRequests())
    def list_own_data_requests(self, request: asked.ListOwnDataRequests) -> Answer:
        return personal_views.DATA_REQUEST.page(self.unit_of_work.read(data_requests.list_own_data_requests, request))

    @subscribe(DATA_REQUESTS, DATA_REQUEST_MESSAGES)
    def data_requests(self, received: Received[DataSubject]) -> None:
        self.unit_of_work.handle(DATA_REQUESTS, personal_data.HOLDINGS.answer, received)

    @subscribe(RECEIPTS, consumed.RECEIPT_MESSAGES)
    def data_request_receipts(self, received: Received[consumed.ReceiptState]) -> None:
        self.unit_of_work.handle(RECEIPTS, data_requests.note_receipt, received)
