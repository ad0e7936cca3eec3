"""The messages that this service owns."""

from collections.abc import Mapping
from typing import Final

from marshmallow import fields

from services.chassis.schemas.fields import Localized, PartialDay, Term
from services.chassis.schemas.messages import Event, MessageType, Publishing, State, says

from ..domain import events
from ..domain.city import LegalType
from ..domain.milestones import MilestoneKind
from ..domain.standing import Standing

SOURCE: Final = "membership"


class ReportingRuleState(State):
    valid_from = fields.Date(**says("First day of the rule; null: since ever", nullable=True))
    first_report_after_months = fields.Integer(**says("Months from admission to the first report"))
    interval_months = fields.Integer(**says("Months between reports"))
    is_sample = fields.Boolean(**says("No public source gives this rule; the coalition must confirm it"))
    source = fields.String(**says("Where it is written; null: nowhere public", nullable=True))


class CoalitionState(State):
    key = fields.String(**says("The coalition's key, its tenant"))
    name = Localized(**says("Its official name"))
    languages = fields.List(fields.String(), **says("BCP 47 tags of the languages it works in"))
    reporting_rules = fields.List(fields.Nested(ReportingRuleState), **says("When its members report"))


class CommitmentState(State):
    number = fields.Integer(**says("Its number in the plan"))
    title = Localized(**says("Its title"))


class PlanState(State):
    plan_id = fields.String(attribute="id", **says("The plan"))
    coalition = fields.String(**says("Key of the coalition"))
    version = fields.String(**says("The coalition's own name for this version"))
    adopted = PartialDay(**says("When the coalition adopted it; null: unknown", nullable=True))
    is_complete = fields.Boolean(**says("Whether public sources give all of it"))
    commitments = fields.List(fields.Nested(CommitmentState), **says("What is known of its commitments"))


class CityState(State):
    city_id = fields.String(attribute="id", **says("The registry's entry"))
    name = fields.String(**says("Its name"))
    alternative_names = fields.List(fields.String(), **says("Names in other languages, and former ones"))
    country = fields.String(**says("ISO 3166-1 alpha-2"))
    legal_type = Term(LegalType, **says("What it is by law"))
    geonames_id = fields.Integer(**says("Its GeoNames id; null: unknown", nullable=True))
    population = fields.Integer(**says("Inhabitants; null: unknown", nullable=True))
    population_year = fields.Integer(**says("The year of that count; null: unknown", nullable=True))
    latitude = fields.Float(**says("Degrees, WGS 84; null: unknown", nullable=True))
    longitude = fields.Float(**says("Degrees, WGS 84; null: unknown", nullable=True))


class LinkedCityState(State):
    id = fields.String(**says("The registry's entry"))
    name = fields.String(**says("Its name"))
    country = fields.String(**says("ISO 3166-1 alpha-2"))
    legal_type = Term(LegalType, **says("What it is by law"))


class MilestoneState(State):
    kind = Term(MilestoneKind, **says("The step"))
    date = PartialDay(**says("Its date, as far as it is known; null: unknown", nullable=True))


class MemberState(State):
    member_id = fields.String(attribute="id", **says("The membership"))
    coalition = fields.String(**says("Key of the coalition"))
    standing = Term(Standing, **says("What the milestones make of it"))
    cities = fields.List(fields.Nested(LinkedCityState), **says("The body, or joint bodies, that it links"))
    applied_on = PartialDay(**says("Date of the application; null: none, or unknown", nullable=True))
    admitted_on = PartialDay(**says("Date of the admission; null: none, or unknown", nullable=True))
    plan_id = fields.String(**says("The plan in force when it acceded; null: unknown", nullable=True))
    plan_version = fields.String(**says("That plan's version; null: unknown", nullable=True))
    selected_commitments = fields.List(
        fields.Integer(), **says("Numbers of the commitments it chose; null: the whole plan", nullable=True)
    )
    milestones = fields.List(fields.Nested(MilestoneState), **says("What happened, in the order of a full course"))


_MEMBER: Final = MemberState()

MESSAGES: Final[Mapping[type[Event], MessageType]] = {
    events.CoalitionRegistered: MessageType(
        "membership.coalition_registered.v1", CoalitionState(), "A coalition is on the platform, with its rules."
    ),
    events.PlanPublished: MessageType(
        "membership.plan_published.v1", PlanState(), "A coalition published a version of its plan; it never changes."
    ),
    events.CityRegistered: MessageType(
        "membership.city_registered.v1", CityState(), "A city is in the registry of the whole network."
    ),
    events.MemberApplied: MessageType("membership.member_applied.v1", _MEMBER, "A city, or several together, applied."),
    events.MemberAdmitted: MessageType("membership.member_admitted.v1", _MEMBER, "A city is a member in standing."),
    events.MemberRefused: MessageType("membership.member_refused.v1", _MEMBER, "An application was refused."),
    events.MemberWithdrawn: MessageType(
        "membership.member_withdrawn.v1", _MEMBER, "A city is no member any more, or no longer listed as one."
    ),
    events.MemberRecorded: MessageType(
        "membership.member_recorded.v1", _MEMBER, "Other history of a membership was entered."
    ),
}

publishing: Final = Publishing(SOURCE, MESSAGES)
