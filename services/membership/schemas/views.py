"""What callers see of an aggregate."""

from typing import Any

from marshmallow import fields

from services.chassis.schemas.fields import Localized, PartialDay, Term
from services.chassis.schemas.views import Answer, View

from ..domain.body import Body
from ..domain.city import LegalType
from ..domain.decision import Outcome
from ..domain.milestones import MilestoneKind
from ..domain.standing import Standing


def _texts() -> fields.List[Any]:
    return fields.List(fields.String())


class ReportingRuleView(View):
    valid_from = fields.Date()
    first_report_after_months = fields.Integer()
    interval_months = fields.Integer()
    is_sample = fields.Boolean()
    source = fields.String()


class AdmissionRuleView(View):
    valid_from = fields.Date()
    bodies = fields.List(Term(Body))
    source = fields.String()


class CoalitionView(View):
    key = fields.String()
    version = fields.Integer()
    acronym = fields.String()
    name = Localized()
    former_name = fields.String()
    region = fields.String()
    m49 = _texts()
    launched = PartialDay()
    launched_in = fields.String()
    languages = _texts()
    currency = fields.String()
    legal_form = fields.String()
    office = fields.String()
    lead_city = fields.String()
    secretariat = fields.String()
    members_claimed = fields.Integer()
    sub_regional_leads = _texts()
    national_arms = _texts()
    founders = _texts()
    admits = _texts()
    source = fields.String()
    reporting_rules = fields.Nested(ReportingRuleView, many=True)
    admission_rules = fields.Nested(AdmissionRuleView, many=True)


class CommitmentView(View):
    number = fields.Integer()
    group = fields.Integer()
    title = Localized()
    summary = Localized()
    themes = _texts()
    concepts = _texts()


class PlanView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.String()
    adopted = PartialDay()
    adopted_in = fields.String()
    is_complete = fields.Boolean()
    source = fields.String()
    groups = fields.List(Localized())
    commitments = fields.Nested(CommitmentView, many=True)


class CityView(View):
    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    alternative_names = _texts()
    country = fields.String()
    legal_type = Term(LegalType)
    geonames_id = fields.Integer()
    population = fields.Integer()
    population_year = fields.Integer()
    latitude = fields.Float()
    longitude = fields.Float()
    source = fields.String()


class LinkedCityView(View):
    id = fields.String()
    name = fields.String()
    country = fields.String()


class MilestoneView(View):
    kind = Term(MilestoneKind)
    date = PartialDay()
    source = fields.String()
    note = fields.String()


class VotesView(View):
    in_favour = fields.Integer()
    against = fields.Integer()
    abstentions = fields.Integer()


class DecisionView(View):
    outcome = Term(Outcome)
    body = Term(Body)
    decided_on = fields.Date()
    votes = fields.Nested(VotesView)
    note = fields.String()


class MemberView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    cities = fields.Nested(LinkedCityView, many=True)
    milestones = fields.Nested(MilestoneView, many=True)
    standing = Term(Standing)
    applied_on = PartialDay()
    admitted_on = PartialDay()
    plan_id = fields.String()
    selected_commitments = fields.List(fields.Integer())
    decision = fields.Nested(DecisionView)
    source = fields.String()


COALITION = CoalitionView()
PLAN = PlanView()
CITY = CityView()
MEMBER = MemberView()


def counts(by_standing: dict[Standing, int]) -> Answer:
    """Every standing with its number of memberships, and their sum."""
    named = {standing.value: count for standing, count in by_standing.items()}
    return {"by_standing": named, "total": sum(named.values())}
