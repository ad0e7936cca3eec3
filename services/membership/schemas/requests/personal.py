"""Requests about contacts, consent, retention, exports and erasures."""

from operator import attrgetter
from typing import Any, Final

from marshmallow import fields, validate

from services.chassis.schemas.fields import Day, Key, Localized, Name, Term, Text, Tuple, WholeNumber
from services.chassis.schemas.requests import PagedRequest, Request, gathered
from services.personal.retention import Category, RetentionRule

from ...domain import personal_requests as asked
from ...domain.consents import ConsentTextFacts, Purpose
from ...domain.contacts import ContactFacts, FieldVisibility, Visibility
from ...domain.data_requests import RequestKind, RequestStatus

MAX_EMAIL: Final = 254
LONGEST_DAYS: Final = 36_500

_PHONE: Final = validate.Regexp(
    r"^\+[0-9][0-9 ()/.-]{3,30}\Z", error="A telephone number with its country code, such as +43 316 872 0."
)
_OF_CONTACT: Final = ("coalition", "member_id", "role", "name", "email", "phone", "person_id", "visibility")


def _email(**options: Any) -> fields.Email:
    return fields.Email(validate=validate.Length(max=MAX_EMAIL), **options)


class _FieldVisibility(Request):
    makes = FieldVisibility

    name = Term(Visibility)
    email = Term(Visibility)
    phone = Term(Visibility)


class RecordContact(Request):
    makes = asked.RecordContact

    coalition = Key(required=True)
    member_id = Key(required=True)
    contact_id = Key()
    role = Name(required=True)
    name = Name(required=True)
    email = _email()
    phone = fields.String(validate=_PHONE)
    person_id = Key()
    visibility = fields.Nested(_FieldVisibility)
    expected_version = WholeNumber(minimum=1)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "facts", ContactFacts, _OF_CONTACT)


class RemoveContact(Request):
    makes = asked.RemoveContact

    coalition = Key(required=True)
    contact_id = Key(required=True)


class PublishConsentText(Request):
    makes = asked.PublishConsentText

    coalition = Key(required=True)
    purpose = Term(Purpose, required=True)
    version = Name(required=True)
    text = Localized(max_length=20_000, required=True)
    valid_from = Day(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": ConsentTextFacts(**data)}


class GiveConsent(Request):
    makes = asked.GiveConsent

    coalition = Key(required=True)
    purpose = Term(Purpose, required=True)
    text_version = Name(required=True)


class WithdrawConsent(Request):
    makes = asked.WithdrawConsent

    coalition = Key(required=True)
    purpose = Term(Purpose, required=True)


class ListOwnConsents(Request):
    makes = asked.ListOwnConsents


class _RetentionRule(Request):
    makes = RetentionRule

    category = Term(Category, required=True)
    keep_days = WholeNumber(maximum=LONGEST_DAYS, required=True)


class AdoptRetentionRules(Request):
    makes = asked.AdoptRetentionRules

    coalition = Key()
    valid_from = Day()
    rules = Tuple(
        fields.Nested(_RetentionRule),
        min_items=1,
        max_items=len(Category),
        distinct_by=attrgetter("category"),
        required=True,
    )
    is_sample = fields.Boolean(required=True)
    source = Text()


class RequestData(Request):
    makes = asked.RequestData

    coalition = Key()
    person_id = Key()
    email = _email()


class ListDataRequests(PagedRequest):
    makes = asked.ListDataRequests

    coalition = Key()
    kind = Term(RequestKind)
    status = Term(RequestStatus)
    overdue = fields.Boolean()


class ListOwnDataRequests(PagedRequest):
    makes = asked.ListOwnDataRequests
