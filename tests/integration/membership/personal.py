"""The membership service's part about personal data, as its callers see it: whoever acts is named."""

from collections.abc import Callable
from typing import Any

from services.chassis.kernel.ids import new_id
from services.chassis.messaging.validation import load
from services.chassis.persistence.event_log import EventLog
from services.chassis.protocol.envelope import Envelope, Received
from services.membership.application import consents, contacts, data_requests, personal_data, retaining, retention
from services.membership.schemas import consumed, personal_views, requests
from services.personal import parts
from services.personal.messages import DATA_REQUEST_MESSAGES
from services.personal.retaining import retain

from .rights import Rights, acting
from .service import View

_COMMANDS: dict[str, tuple[Any, Callable[..., Any], Callable[[Any], Any]]] = {
    "record_contact": (requests.RecordContact, contacts.record_contact, personal_views.contact_ref),
    "remove_contact": (requests.RemoveContact, contacts.remove_contact, personal_views.contact_ref),
    "publish_consent_text": (
        requests.PublishConsentText,
        consents.publish_consent_text,
        personal_views.CONSENT_TEXT.one,
    ),
    "give_consent": (requests.GiveConsent, consents.give_consent, personal_views.CONSENT.one),
    "withdraw_consent": (requests.WithdrawConsent, consents.withdraw_consent, personal_views.CONSENT.one),
    "adopt_retention_rules": (
        requests.AdoptRetentionRules,
        retention.adopt_retention_rules,
        personal_views.RETENTION_RULES.one,
    ),
    "request_export": (requests.RequestData, data_requests.request_export, personal_views.DATA_REQUEST.one),
    "request_erasure": (requests.RequestData, data_requests.request_erasure, personal_views.DATA_REQUEST.one),
}
_QUERIES: dict[str, tuple[Any, Callable[..., Any], Callable[[Any], Any]]] = {
    "list_public_contacts_of_members": (
        requests.GetByRefs,
        contacts.list_public_contacts,
        personal_views.CONTACT.lists,
    ),
    "list_contacts_of_members": (requests.GetByRefs, contacts.list_contacts, personal_views.CONTACT.lists),
    "list_consent_texts": (requests.OfCoalitions, consents.list_consent_texts, personal_views.CONSENT_TEXT.lists),
    "list_own_consents": (requests.ListOwnConsents, consents.list_own_consents, personal_views.CONSENT.items),
    "get_retention_rules": (
        requests.OfCoalitions,
        retention.get_retention_rules,
        personal_views.RETENTION_RULES.lists,
    ),
    "get_data_requests": (requests.GetByIds, data_requests.get_data_requests, personal_views.DATA_REQUEST.items),
    "list_data_requests": (
        requests.ListDataRequests,
        data_requests.list_data_requests,
        personal_views.DATA_REQUEST.page,
    ),
    "list_own_data_requests": (
        requests.ListOwnDataRequests,
        data_requests.list_own_data_requests,
        personal_views.DATA_REQUEST.page,
    ),
    "get_export_part": (parts.GetExportPartRequest, parts.get_export_part, parts.EXPORT_PART.items),
}


class Personal(Rights):
    """`by` is the name of who signs in, None of nobody."""

    def tell(self, by: str | None, name: str, /, **values: Any) -> Any:
        schema, command, view = _COMMANDS[name]
        with self._acting(by, name):
            return self.unit_of_work.answer(command, load(schema(), values), view)

    def question(self, by: str | None, name: str, /, **values: Any) -> Any:
        schema, query, view = _QUERIES[name]
        with self._acting(by, name):
            return view(self.unit_of_work.read(query, load(schema(), values)))

    def _acting(self, by: str | None, name: str) -> Any:
        return acting(None, name) if by is None else self.as_person(by, name)

    def id_of(self, name: str) -> str:
        return self.principal(name).id

    def contacts(self, by: str | None, *members: str, coalition: str = "eccar", method: str = "") -> list[Any]:
        refs = [{"coalition": coalition, "id": member} for member in members]
        found: list[Any] = self.question(by, method or "list_contacts_of_members", refs=refs)["items"]
        return found

    def request(self, by: str, kind: str, **values: Any) -> View:
        asked: View = self.tell(by, f"request_{kind}", **values)
        return asked

    def status(self, by: str, request_id: str) -> View:
        [found] = self.question(by, "get_data_requests", ids=[request_id])["items"]
        return found  # type: ignore[no-any-return]

    def part(self, by: str, request_id: str) -> Any:
        [found] = self.question(by, "get_export_part", request_id=request_id)["items"]
        return found and found["data"]

    def hand_over_messages(self) -> None:
        """Give the service's own messages to its own subscribers, until there are no new ones."""
        while new := [each for each in self._told() if self._receive(each)]:
            assert new

    def receipt(self, service: str, request_id: str, kind: str = "erased", **values: Any) -> bool:
        """Another service answers. False: nothing came of it, the message was handled before."""
        content = {"request_id": request_id, "coalition": "", "counts": [], "kept": [], **values}
        envelope = Envelope(
            id=values.pop("id", new_id()),
            source=service,
            type=f"{service}.personal_data_{kind}.v1",
            subject=new_id(),
            time=self.unit_of_work._clock(),
            sequence=1,
            coalition=content["coalition"],
            correlationid="story",
            data={name: value for name, value in content.items() if name != "id"},
        )
        return self._receive(envelope)

    def retained(self, *, dry_run: bool = False) -> list[tuple[str, str | None, int]]:
        done = retain(self.unit_of_work, retaining.RETAINING, dry_run=dry_run)
        return [(each.category.value, each.coalition, each.count) for each in done]

    def _told(self) -> list[Envelope]:
        return list(EventLog(self.database).messages([*DATA_REQUEST_MESSAGES, *consumed.RECEIPT_MESSAGES]))

    def _receive(self, envelope: Envelope) -> bool:
        with acting(None, "message"):
            if envelope.type in DATA_REQUEST_MESSAGES:
                received = Received(envelope, load(DATA_REQUEST_MESSAGES[envelope.type], envelope.data))
                answer = personal_data.HOLDINGS.answer
                return self.unit_of_work.write_once("data_requests", envelope.id, answer, received)
            noted = Received(envelope, load(consumed.RECEIPT_MESSAGES[envelope.type], envelope.data))
            return self.unit_of_work.write_once("receipts", envelope.id, data_requests.note_receipt, noted)
