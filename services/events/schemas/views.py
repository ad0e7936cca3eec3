"""What callers see. Dates as YYYY-MM-DD, instants in UTC with Z."""

from marshmallow import fields

from services.chassis.schemas.fields import Day, Instant, Localized, Term
from services.chassis.schemas.views import Answer, View

from ..domain.kinds import ConferenceKind
from ..domain.minutes import Minutes
from ..domain.overview import ConferenceOverview
from ..domain.registrations import Registration, RegistrationStatus
from ..domain.special_needs import SpecialNeeds
from ..domain.venue import Attendance, ConferenceMode
from .fields import HostCitySchema


class RegistrationWindowView(View):
    """Of an overview of a conference that has a window."""

    opens_on = Day(attribute="conference.registration.opens_on")
    closes_on = Day(attribute="conference.registration.closes_on")
    capacity = fields.Integer(attribute="conference.registration.capacity")
    delegates_per_member = fields.Integer(attribute="conference.registration.delegates_per_member")
    taken = fields.Integer()
    is_open = fields.Boolean()


def _window(overview: ConferenceOverview) -> Answer | None:
    return _WINDOW.one(overview) if overview.conference.registration else None


class ConferenceView(View):
    id = fields.String(attribute="conference.id")
    coalition = fields.String(attribute="conference.coalition")
    version = fields.Integer(attribute="conference.version")
    kind = Term(ConferenceKind, attribute="conference.kind")
    title = Localized(attribute="conference.title")
    theme = Localized(attribute="conference.theme")
    start_date = Day(attribute="conference.start_date")
    end_date = Day(attribute="conference.end_date")
    mode = Term(ConferenceMode, attribute="conference.mode")
    host_city = fields.Nested(HostCitySchema, attribute="conference.host_city")
    source = fields.String(attribute="conference.source")
    registration = fields.Function(_window)
    is_statutory = fields.Boolean()


class RegistrationView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    conference_id = fields.String()
    member_id = fields.String()
    name = fields.String()
    email = fields.String()
    function = fields.String()
    attendance = Term(Attendance)
    status = Term(RegistrationStatus)
    registered_at = Instant()
    erased_at = Instant()


class ConferenceRulesView(View):
    valid_from = Day()
    statutory_kinds = fields.List(Term(ConferenceKind))
    is_default = fields.Boolean()
    source = fields.String()


class ProjectedMemberView(View):
    id = fields.String()
    standing = fields.String()
    sequence = fields.Integer()


_WINDOW = RegistrationWindowView()
CONFERENCE = ConferenceView()
REGISTRATION = RegistrationView()
RULES = ConferenceRulesView()
MEMBER = ProjectedMemberView()


def ref(thing: Registration | SpecialNeeds | Minutes) -> dict[str, str]:
    """Where it is found: nothing personal."""
    return {"coalition": thing.coalition, "id": thing.id}
