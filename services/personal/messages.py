"""The messages of exports, erasures and retention: the receipts that each service publishes, and tolerant copies of
what the membership service tells."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from services.chassis.schemas.fields import Day
from services.chassis.schemas.messages import Copy, Event, MessageType, State, says

from .data_subject import DataSubject
from .receipts import PersonalDataErased, PersonalDataExported
from .retention import AdoptedRetentionRules, Category, RetentionRule, RetentionRules


class CountedState(State):
    what = fields.String(**says("The collection"))
    count = fields.Integer(**says("How many documents of it"))


class KeptState(State):
    what = fields.String(**says("The collection"))
    count = fields.Integer(**says("How many documents of it"))
    reason = fields.String(**says("Why they are kept, for the person whom they are about"))


class ReceiptState(State):
    receipt_id = fields.String(attribute="id", **says("The receipt"))
    request_id = fields.String(**says("The request that it answers"))
    coalition = fields.String(**says("Key of the one coalition that it is about; empty: of all"))
    counts = fields.List(fields.Nested(CountedState), **says("What was found and given out, or erased"))
    kept = fields.List(fields.Nested(KeptState), **says("What was not erased, and why"))


def receipt_messages(service: str) -> Mapping[type[Event], MessageType]:
    """The two messages by which `service` answers requests."""
    state = ReceiptState()
    return {
        PersonalDataExported: MessageType(
            f"{service}.personal_data_exported.v1",
            state,
            "What the service holds of a person is ready to be read by who asked for it. Only numbers are told.",
        ),
        PersonalDataErased: MessageType(
            f"{service}.personal_data_erased.v1",
            state,
            "The service has erased what it held of a person, but for what it says it keeps.",
        ),
    }


class DataRequestCopy(Copy):
    makes = DataSubject

    request_id = fields.String(required=True)
    requested_by = fields.String(required=True)
    coalition = fields.String(required=True, allow_none=True)
    person_ids = fields.List(fields.String(), required=True)
    pseudonym = fields.String(required=True, allow_none=True)


EXPORT_REQUESTED: Final = "membership.export_requested.v1"
ERASURE_REQUESTED: Final = "membership.erasure_requested.v1"
DATA_REQUEST_MESSAGES: Final[Mapping[str, Schema]] = {
    EXPORT_REQUESTED: DataRequestCopy(),
    ERASURE_REQUESTED: DataRequestCopy(),
}


_KNOWN: Final = frozenset(category.value for category in Category)


class RetentionRuleCopy(Schema):
    class Meta:
        unknown = EXCLUDE

    category = fields.String(required=True)
    keep_days = fields.Integer(required=True, validate=validate.Range(min=0))


class RetentionRulesCopy(Schema):
    """Loads into AdoptedRetentionRules. Categories that this service has never heard of are none of its business."""

    class Meta:
        unknown = EXCLUDE

    rules_id = fields.String(required=True)
    coalition = fields.String(required=True)
    valid_from = Day(required=True, allow_none=True)
    rules = fields.List(fields.Nested(RetentionRuleCopy), required=True)
    is_sample = fields.Boolean(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AdoptedRetentionRules:
        known = tuple(
            RetentionRule(category=Category(each["category"]), keep_days=each["keep_days"])
            for each in data["rules"]
            if each["category"] in _KNOWN
        )
        rules = RetentionRules(valid_from=data["valid_from"], rules=known, is_sample=data["is_sample"])
        return AdoptedRetentionRules(id=data["rules_id"], coalition=data["coalition"], version=1, rules=rules)


RETENTION_MESSAGES: Final[Mapping[str, Schema]] = {"membership.retention_rules_adopted.v1": RetentionRulesCopy()}
