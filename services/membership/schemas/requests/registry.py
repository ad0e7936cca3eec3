"""Requests that register coalitions, plans and cities."""

from operator import attrgetter
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.kernel.errors import Violation

from ...domain.body import Body
from ...domain.city import CityFacts, LegalType
from ...domain.coalition import AdmissionRule, CoalitionFacts, ReportingRule
from ...domain.commands import PublishPlan, RegisterCity, RegisterCoalition
from ...domain.errors import UnknownCountry
from ...domain.plan import Commitment, PlanFacts
from .. import reference
from ..fields import (
    CurrencyCode,
    Day,
    LanguageTag,
    Localized,
    Name,
    PartialDay,
    Text,
    Tuple,
    itself,
    term,
    whole_number,
)
from ..themes import THEMES
from .base import Request

_KEY: Final = validate.Regexp(
    r"^[a-z][a-z0-9-]{1,31}\Z", error="2 to 32 small letters, digits and hyphens, a letter first."
)
_M49: Final = validate.Regexp(r"^[0-9]{3}\Z", error="Three digits: an area code of UN M.49.")
_TERM: Final = validate.Regexp(r"^[a-z][a-z0-9_]{0,63}\Z", error="A term of small letters, digits and underscores.")
_CONCEPT: Final = validate.Regexp(r"^https?://\S{1,400}\Z", error="The URI of a concept.")
_THEME: Final = validate.OneOf(sorted(THEMES), error="{input} is no theme. The themes are: {choices}.")


def _names() -> Tuple:
    return Tuple(Name(), max_items=500, load_default=())


class ReportingRuleSchema(Request):
    makes = ReportingRule

    valid_from = Day(load_default=None)
    first_report_after_months = whole_number(minimum=1, maximum=600, required=True)
    interval_months = whole_number(minimum=1, maximum=600, required=True)
    is_sample = fields.Boolean(required=True)
    source = Text(load_default=None)


class AdmissionRuleSchema(Request):
    makes = AdmissionRule

    valid_from = Day(load_default=None)
    bodies = Tuple(term(Body), min_items=1, max_items=20, distinct_by=itself, required=True)
    source = Text(load_default=None)


def _rules(schema: type[Request]) -> Tuple:
    return Tuple(fields.Nested(schema), max_items=50, distinct_by=attrgetter("valid_from"), load_default=())


class RegisterCoalitionSchema(Request):
    makes = RegisterCoalition

    key = fields.String(required=True, validate=_KEY)
    acronym = Name(load_default=None)
    name = Localized(required=True)
    former_name = Name(load_default=None)
    region = Name(required=True)
    m49 = Tuple(fields.String(validate=_M49), max_items=50, distinct_by=itself, load_default=())
    launched = PartialDay(load_default=None)
    launched_in = Name(load_default=None)
    languages = Tuple(LanguageTag(), max_items=50, distinct_by=itself, load_default=())
    currency = CurrencyCode(load_default=None)
    legal_form = Name(load_default=None)
    office = Name(load_default=None)
    lead_city = Name(load_default=None)
    secretariat = Name(load_default=None)
    members_claimed = whole_number(maximum=1_000_000, load_default=None)
    sub_regional_leads = _names()
    national_arms = _names()
    founders = _names()
    admits = Tuple(fields.String(validate=_TERM), max_items=20, distinct_by=itself, load_default=())
    source = Text(required=True)
    reporting_rules = _rules(ReportingRuleSchema)
    admission_rules = _rules(AdmissionRuleSchema)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": CoalitionFacts(**data)}


class CommitmentSchema(Request):
    makes = Commitment

    number = whole_number(minimum=1, maximum=1_000, required=True)
    group = whole_number(minimum=1, maximum=100, load_default=None)
    title = Localized(required=True)
    summary = Localized(load_default=None)
    themes = Tuple(fields.String(validate=_THEME), max_items=50, distinct_by=itself, load_default=())
    concepts = Tuple(fields.String(validate=_CONCEPT), max_items=100, distinct_by=itself, load_default=())


class PublishPlanSchema(Request):
    makes = PublishPlan

    coalition = Name(required=True)
    version = Name(required=True)
    adopted = PartialDay(load_default=None)
    adopted_in = Name(load_default=None)
    is_complete = fields.Boolean(required=True)
    source = Text(required=True)
    groups = Tuple(Localized(), max_items=100, load_default=())
    commitments = Tuple(
        fields.Nested(CommitmentSchema), min_items=1, max_items=1_000, distinct_by=attrgetter("number"), required=True
    )

    @validates_schema
    def check_groups(self, data: dict[str, Any], **_: Any) -> None:
        count = len(data["groups"])
        wrong = {
            index: {"group": [f"The plan has {count} groups."]}
            for index, commitment in enumerate(data["commitments"])
            if commitment.group is not None and commitment.group > count
        }
        if wrong:
            raise ValidationError({"commitments": wrong})

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": PlanFacts(**data)}


class RegisterCitySchema(Request):
    makes = RegisterCity

    name = Name(required=True)
    alternative_names = Tuple(Name(), max_items=100, distinct_by=itself, load_default=())
    country = Name(required=True)
    legal_type = term(LegalType, required=True)
    geonames_id = whole_number(minimum=1, maximum=2**31 - 1, load_default=None)
    population = whole_number(maximum=2_000_000_000, load_default=None)
    population_year = whole_number(minimum=1800, maximum=2200, load_default=None)
    latitude = fields.Float(validate=validate.Range(min=-90, max=90), load_default=None)
    longitude = fields.Float(validate=validate.Range(min=-180, max=180), load_default=None)
    source = Text(load_default=None)

    @validates_schema
    def check_pairs(self, data: dict[str, Any], **_: Any) -> None:
        for one, other in (("latitude", "longitude"), ("longitude", "latitude"), ("population_year", "population")):
            if data[one] is not None and data[other] is None:
                raise ValidationError(f"Needed with {one.replace('_', ' ')}.", other)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": CityFacts(**{**data, "country": _known_country(data["country"].upper())})}


def _known_country(code: str) -> str:
    """Raises UnknownCountry: a code of its own, because the caller may offer a list of countries."""
    if not reference.is_country(code):
        message = f"{code!r} is no country of ISO 3166-1 (two letters, such as AT)."
        raise UnknownCountry(
            message, path=("country",), violations=(Violation(("country",), message, UnknownCountry.code),)
        )
    return code
