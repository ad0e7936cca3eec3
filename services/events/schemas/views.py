"""What this service answers. Dates as YYYY-MM-DD, instants in UTC with Z."""

from collections.abc import Sequence
from typing import Any, Final

from marshmallow import Schema, fields

from ..domain.kinds import ConferenceKind
from ..domain.members import ProjectedMember
from ..domain.overview import ConferenceOverview
from ..domain.registrations import Registration, RegistrationStatus
from ..domain.rules import ConferenceRules
from ..domain.venue import Attendance, ConferenceMode
from .fields import HostCitySchema, Instant, LocalizedTextSchema


class ConferenceView(Schema):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    kind = fields.Enum(ConferenceKind, by_value=True)
    title = fields.Nested(LocalizedTextSchema)
    theme = fields.Nested(LocalizedTextSchema)
    start_date = fields.Date()
    end_date = fields.Date()
    mode = fields.Enum(ConferenceMode, by_value=True)
    host_city = fields.Nested(HostCitySchema)
    source = fields.String()


class RegistrationWindowView(Schema):
    opens_on = fields.Date()
    closes_on = fields.Date()
    capacity = fields.Integer()
    delegates_per_member = fields.Integer()


class RegistrationView(Schema):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    conference_id = fields.String()
    member_id = fields.String()
    name = fields.String()
    email = fields.String()
    function = fields.String()
    attendance = fields.Enum(Attendance, by_value=True)
    status = fields.Enum(RegistrationStatus, by_value=True)
    registered_at = Instant()


class ConferenceRulesView(Schema):
    valid_from = fields.Date()
    statutory_kinds = fields.List(fields.Enum(ConferenceKind, by_value=True))
    is_default = fields.Boolean()
    source = fields.String()


class ProjectedMemberView(Schema):
    id = fields.String()
    standing = fields.String()
    sequence = fields.Integer()


_CONFERENCE: Final = ConferenceView()
_WINDOW: Final = RegistrationWindowView()
_REGISTRATION: Final = RegistrationView()
_RULES: Final = ConferenceRulesView(many=True)
_MEMBERS: Final = ProjectedMemberView(many=True)


def conference(overview: ConferenceOverview) -> dict[str, Any]:
    return {
        **_CONFERENCE.dump(overview.conference),
        "registration": _window(overview),
        "is_statutory": overview.is_statutory,
    }


def conferences(overviews: Sequence[ConferenceOverview | None]) -> list[dict[str, Any] | None]:
    """Parallel to `overviews`: None stays None."""
    return [conference(overview) if overview else None for overview in overviews]


def registration(one: Registration) -> dict[str, Any]:
    dumped: dict[str, Any] = _REGISTRATION.dump(one)
    return dumped


def ref(one: Registration) -> dict[str, str]:
    """Where the registration is found: nothing personal."""
    return {"coalition": one.coalition, "id": one.id}


def registrations(many: Sequence[Registration | None]) -> list[dict[str, Any] | None]:
    """Parallel to `many`: None stays None."""
    return [registration(one) if one else None for one in many]


def rules(many: Sequence[ConferenceRules]) -> list[dict[str, Any]]:
    dumped: list[dict[str, Any]] = _RULES.dump(many)
    return dumped


def projected_members(members: Sequence[ProjectedMember]) -> dict[str, Any]:
    return {"items": _MEMBERS.dump(members)}


def _window(overview: ConferenceOverview) -> dict[str, Any] | None:
    window = overview.conference.registration
    if window is None:
        return None
    return {**_WINDOW.dump(window), "taken": overview.taken, "is_open": overview.is_open}
