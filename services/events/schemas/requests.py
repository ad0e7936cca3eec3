"""What callers send, validated: its form, and only its form."""

from typing import Any, Final, get_args

from marshmallow import fields, validate

from services.chassis.schemas.fields import Day, Key, Term, Tuple, WholeNumber
from services.chassis.schemas.requests import GetByRefs, OfCoalitions, OneRef, PagedRequest, Request, batch, gathered

from ..domain import requests as asked
from ..domain.kinds import ConferenceKind
from ..domain.venue import Attendance, ConferenceMode
from .fields import HostCitySchema, line, localized_line

__all__ = [
    "AdoptConferenceRules",
    "AnnounceConference",
    "CancelRegistration",
    "CloseRegistration",
    "GetByRefs",
    "ListConferences",
    "ListConferencesOf",
    "ListProjectedMembers",
    "ListRegistrations",
    "OfCoalitions",
    "OpenRegistration",
    "RegisterDelegate",
]

MAX_EMAIL: Final = 254
MAX_SEARCH: Final = 100
MAX_KINDS: Final = 50


class AnnounceConference(Request):
    makes = asked.AnnounceConference

    coalition = Key(required=True)
    kind = Term(ConferenceKind, required=True)
    title = localized_line(required=True)
    theme = localized_line()
    start_date = Day(required=True)
    end_date = Day(required=True)
    mode = Term(ConferenceMode, required=True)
    host_city = fields.Nested(HostCitySchema)
    source = line()


class OpenRegistration(Request):
    makes = asked.OpenRegistration

    coalition = Key(required=True)
    conference_id = Key(required=True)
    opens_on = Day()
    closes_on = Day(required=True)
    capacity = WholeNumber(minimum=1)
    delegates_per_member = WholeNumber(minimum=1)
    expected_version = WholeNumber(minimum=1)


class CloseRegistration(Request):
    makes = asked.CloseRegistration

    coalition = Key(required=True)
    conference_id = Key(required=True)
    expected_version = WholeNumber(minimum=1)


class RegisterDelegate(Request):
    makes = asked.RegisterDelegate

    coalition = Key(required=True)
    conference_id = Key(required=True)
    member_id = Key()
    name = line(required=True)
    email = fields.Email(validate=validate.Length(max=MAX_EMAIL), required=True)
    function = line()
    attendance = Term(Attendance, required=True)


class CancelRegistration(Request):
    makes = asked.CancelRegistration

    coalition = Key(required=True)
    registration_id = Key(required=True)
    reason = line()
    expected_version = WholeNumber(minimum=1)


class AdoptConferenceRules(Request):
    makes = asked.AdoptConferenceRules

    coalition = Key(required=True)
    valid_from = Day()
    statutory_kinds = Tuple(Term(ConferenceKind), max_items=MAX_KINDS, required=True)
    source = line()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "statutory_kinds": tuple(sorted(set(data["statutory_kinds"])))}


class _ConferenceList(PagedRequest):
    kinds = Tuple(Term(ConferenceKind), max_items=MAX_KINDS, data_key="kind")
    from_date = Day(data_key="from")
    to_date = Day(data_key="to")
    search = fields.String(validate=validate.Length(max=MAX_SEARCH))
    order_by = fields.String(validate=validate.OneOf(get_args(asked.ConferenceOrder)))
    descending = fields.Boolean()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        keys = ("kinds", "from_date", "to_date", "search")
        return gathered(super().arrange(data), "filter", asked.ConferenceFilter, keys)


class ListConferences(_ConferenceList):
    makes = asked.ListConferences

    coalition = Key()


class ListConferencesOf(_ConferenceList):
    makes = asked.ListConferencesOf

    coalitions = batch(Key())


class ListRegistrations(PagedRequest):
    makes = asked.ListRegistrations

    refs = batch(OneRef())


class ListProjectedMembers(Request):
    makes = asked.ListProjectedMembers

    coalition = Key(required=True)
