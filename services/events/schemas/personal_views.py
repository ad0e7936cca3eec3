"""What callers see of special needs and of minutes."""

from marshmallow import fields

from services.chassis.schemas.fields import Day, Instant, Localized
from services.chassis.schemas.views import View


class SpecialNeedsView(View):
    registration_id = fields.String(attribute="id")
    coalition = fields.String()
    dietary = fields.String()
    access_needs = fields.String()
    consent_version = fields.String()
    entered_at = Instant()


class PresentView(View):
    name = fields.String()
    person_id = fields.String()


class MinutesHeadView(View):
    id = fields.String()
    coalition = fields.String()
    conference_id = fields.String()
    title = Localized()
    adopted_on = Day()


class MinutesView(MinutesHeadView):
    present = fields.Nested(PresentView, many=True)


SPECIAL_NEEDS = SpecialNeedsView()
MINUTES_HEAD = MinutesHeadView()
MINUTES = MinutesView()
