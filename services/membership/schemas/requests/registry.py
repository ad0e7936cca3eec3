"""Requests that register coalitions, plans and cities."""

from operator import attrgetter
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.kernel.errors import Violation
from services.chassis.schemas import standards
from services.chassis.schemas.fields import (
    Day,
    Key,
    LanguageTag,
    Localized,
    Name,
    PartialDay,
    Term,
    Text,
    Tuple,
    WholeNumber,
    itself,
)
from services.chassis.schemas.requests import Request

from ...domain import requests as asked
from ...domain.body import Body
from ...domain.city import CityFacts, LegalType
from ...domain.coalition import AdmissionRule, CoalitionFacts, ReportingRule
from ...domain.errors import UnknownCountry
from ...domain.plan import Commitment, PlanFacts
from ..fields import CurrencyCode
from ..themes import THEMES

_KEY: Final = validate.Regexp(
    r"^[a-z][a-z0-9-]{1,31}\Z", error="2 to 32 small letters, digits and hyphens, a letter first."
)
_M49: Final = validate.Regexp(r"^[0-9]{3}\Z", error="Three digits: an area code of UN M.49.")
_TERM: Final = validate.Regexp(r"^[a-z][a-z0-9_]{0,63}\Z", error="A term of small letters, digits and underscores.")
_CONCEPT: Final = validate.Regexp(r"^https?://\S{1,400}\Z", error="The URI of a concept.")
_THEME: Final = validate.OneOf(sorted(THEMES), error="{input} is no theme. The themes are: {choices}.")


def _names() -> Tuple:
    return Tuple(Name(), max_items=500)


class _ReportingRule(Request):
    makes = ReportingRule

    valid_from = Day()
    first_report_after_months = WholeNumber(minimum=1, maximum=600, required=True)
    interval_months = WholeNumber(minimum=1, maximum=600, required=True)
    is_sample = fields.Boolean(required=True)
    source = Text()


class _AdmissionRule(Request):
    makes = AdmissionRule

    valid_from = Day()
    bodies = Tuple(Term(Body), min_items=1, max_items=20, distinct_by=itself, required=True)
    source = Text()


def _rules(schema: type[Request]) -> Tuple:
    return Tuple(fields.Nested(schema), max_items=50, distinct_by=attrgetter("valid_from"))


class RegisterCoalition(Request):
    makes = asked.RegisterCoalition

    key = fields.String(required=True, validate=_KEY)
    acronym = Name()
    name = Localized(required=True)
    former_name = Name()
    region = Name(required=True)
    m49 = Tuple(fields.String(validate=_M49), max_items=50, distinct_by=itself)
    launched = PartialDay()
    launched_in = Name()
    languages = Tuple(LanguageTag(), max_items=50, distinct_by=itself)
    currency = CurrencyCode()
    legal_form = Name()
    office = Name()
    lead_city = Name()
    secretariat = Name()
    members_claimed = WholeNumber(maximum=1_000_000)
    sub_regional_leads = _names()
    national_arms = _names()
    founders = _names()
    admits = Tuple(fields.String(validate=_TERM), max_items=20, distinct_by=itself)
    source = Text(required=True)
    reporting_rules = _rules(_ReportingRule)
    admission_rules = _rules(_AdmissionRule)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": CoalitionFacts(**data)}


class _Commitment(Request):
    makes = Commitment

    number = WholeNumber(minimum=1, maximum=1_000, required=True)
    group = WholeNumber(minimum=1, maximum=100)
    title = Localized(required=True)
    summary = Localized()
    themes = Tuple(fields.String(validate=_THEME), max_items=50, distinct_by=itself)
    concepts = Tuple(fields.String(validate=_CONCEPT), max_items=100, distinct_by=itself)


class PublishPlan(Request):
    makes = asked.PublishPlan

    coalition = Key(required=True)
    version = Name(required=True)
    adopted = PartialDay()
    adopted_in = Name()
    is_complete = fields.Boolean(required=True)
    source = Text(required=True)
    groups = Tuple(Localized(), max_items=100)
    commitments = Tuple(
        fields.Nested(_Commitment), min_items=1, max_items=1_000, distinct_by=attrgetter("number"), required=True
    )

    @validates_schema
    def check_groups(self, data: dict[str, Any], **_: Any) -> None:
        count = len(data.get("groups", ()))
        wrong = {
            index: {"group": [f"The plan has {count} groups."]}
            for index, commitment in enumerate(data["commitments"])
            if commitment.group is not None and commitment.group > count
        }
        if wrong:
            raise ValidationError({"commitments": wrong})

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": PlanFacts(**data)}


class RegisterCity(Request):
    makes = asked.RegisterCity

    name = Name(required=True)
    alternative_names = Tuple(Name(), max_items=100, distinct_by=itself)
    country = Name(required=True)
    legal_type = Term(LegalType, required=True)
    geonames_id = WholeNumber(minimum=1)
    population = WholeNumber(maximum=2_000_000_000)
    population_year = WholeNumber(minimum=1800, maximum=2200)
    latitude = fields.Float(validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(validate=validate.Range(min=-180, max=180))
    source = Text()

    @validates_schema
    def check_pairs(self, data: dict[str, Any], **_: Any) -> None:
        for one, other in (("latitude", "longitude"), ("longitude", "latitude"), ("population_year", "population")):
            if one in data and other not in data:
                raise ValidationError(f"Needed with {one.replace('_', ' ')}.", other)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"facts": CityFacts(**{**data, "country": _known_country(data["country"].upper())})}


def _known_country(code: str) -> str:
    """Raises UnknownCountry: a code of its own, because the caller may offer a list of countries."""
    if not standards.is_country(code):
        message = f"{code!r} is no country of ISO 3166-1 (two letters, such as AT)."
        raise UnknownCountry(
            message, path=("country",), violations=(Violation(("country",), message, UnknownCountry.code),)
        )
    return code
