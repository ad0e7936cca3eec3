"""Requests at the door of this service: their form is checked here, and only their form."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import Schema, fields, post_load, pre_load, validate

from ..domain import commands, questions
from ..domain.kinds import ConferenceKind
from ..domain.venue import Attendance, ConferenceMode
from .fields import OPTIONAL, REQUIRED, Count, HostCitySchema, Key, LocalizedTextSchema, Text

PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 200
MAX_BATCH: Final = 1000
MAX_EMAIL: Final = 254
MAX_SEARCH: Final = 100
ORDERS: Final = ("start_date",)


class RequestSchema(Schema):
    """Loads to the dataclass `makes`, lists as tuples. Null is as good as absent; unknown fields are refused."""

    makes: ClassVar[type]

    @pre_load
    def leave_out_null(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data  # refused afterwards, as what it is
        return {name: value for name, value in data.items() if value is not None}

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})


def _kinds(**options: Any) -> fields.List[Any]:
    return fields.List(fields.Enum(ConferenceKind, by_value=True), **options)


class AnnounceConference(RequestSchema):
    makes = commands.AnnounceConference

    coalition = Key(**REQUIRED)
    kind = fields.Enum(ConferenceKind, by_value=True, **REQUIRED)
    title = fields.Nested(LocalizedTextSchema, **REQUIRED)
    theme = fields.Nested(LocalizedTextSchema, **OPTIONAL)
    start_date = fields.Date(**REQUIRED)
    end_date = fields.Date(**REQUIRED)
    mode = fields.Enum(ConferenceMode, by_value=True, **REQUIRED)
    host_city = fields.Nested(HostCitySchema, **OPTIONAL)
    source = Text(**OPTIONAL)


class OpenRegistration(RequestSchema):
    makes = commands.OpenRegistration

    coalition = Key(**REQUIRED)
    conference_id = Key(**REQUIRED)
    opens_on = fields.Date(**OPTIONAL)
    closes_on = fields.Date(**REQUIRED)
    capacity = Count(**OPTIONAL)
    delegates_per_member = Count(**OPTIONAL)
    expected_version = Count(**OPTIONAL)


class CloseRegistration(RequestSchema):
    makes = commands.CloseRegistration

    coalition = Key(**REQUIRED)
    conference_id = Key(**REQUIRED)
    expected_version = Count(**OPTIONAL)


class RegisterDelegate(RequestSchema):
    makes = commands.RegisterDelegate

    coalition = Key(**REQUIRED)
    conference_id = Key(**REQUIRED)
    member_id = Key(**OPTIONAL)
    name = Text(**REQUIRED)
    email = fields.Email(validate=validate.Length(max=MAX_EMAIL), **REQUIRED)
    function = Text(**OPTIONAL)
    attendance = fields.Enum(Attendance, by_value=True, **REQUIRED)


class CancelRegistration(RequestSchema):
    makes = commands.CancelRegistration

    coalition = Key(**REQUIRED)
    registration_id = Key(**REQUIRED)
    reason = Text(**OPTIONAL)
    expected_version = Count(**OPTIONAL)


class AdoptConferenceRules(RequestSchema):
    makes = commands.AdoptConferenceRules

    coalition = Key(**REQUIRED)
    valid_from = fields.Date(**OPTIONAL)
    statutory_kinds = _kinds(**REQUIRED)
    source = Text(**OPTIONAL)

    @post_load
    def make(self, data: dict[str, Any], **options: Any) -> Any:
        return super().make({**data, "statutory_kinds": sorted(set(data["statutory_kinds"]))}, **options)


class RefSchema(RequestSchema):
    makes = questions.Ref

    coalition = Key(**REQUIRED)
    id = Key(**REQUIRED)


class PagedSchema(RequestSchema):
    first = fields.Integer(strict=True, validate=validate.Range(min=1, max=MAX_PAGE_SIZE), load_default=PAGE_SIZE)
    after = fields.String(**OPTIONAL)
    count = fields.Boolean(load_default=False)


class FilteredSchema(PagedSchema):
    kinds = _kinds(data_key="kind", **OPTIONAL)
    from_date = fields.Date(data_key="from", **OPTIONAL)
    to_date = fields.Date(data_key="to", **OPTIONAL)
    search = fields.String(validate=validate.Length(max=MAX_SEARCH), **OPTIONAL)
    order_by = fields.String(validate=validate.OneOf(ORDERS), load_default=ORDERS[0])
    descending = fields.Boolean(load_default=False)


class ListConferences(FilteredSchema):
    makes = questions.ListConferences

    coalition = Key(**OPTIONAL)


class ListConferencesOf(FilteredSchema):
    makes = questions.ListConferencesOf

    coalitions = fields.List(Key(), validate=validate.Length(max=MAX_BATCH), **REQUIRED)


class GetByRefs(RequestSchema):
    makes = questions.GetByRefs

    refs = fields.List(fields.Nested(RefSchema), validate=validate.Length(max=MAX_BATCH), **REQUIRED)


class ListRegistrations(PagedSchema):
    makes = questions.ListRegistrations

    refs = fields.List(fields.Nested(RefSchema), validate=validate.Length(max=MAX_BATCH), **REQUIRED)


class GetConferenceRules(RequestSchema):
    makes = questions.GetConferenceRules

    coalitions = fields.List(Key(), validate=validate.Length(max=MAX_BATCH), **REQUIRED)


class ListProjectedMembers(RequestSchema):
    makes = questions.ListProjectedMembers

    coalition = Key(**REQUIRED)
