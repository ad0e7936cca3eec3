"""The messages that this service owns. Each carries the whole public state of its aggregate, so that any later message
heals a projection. An addition keeps the version; any other change is a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, fields

from services.chassis.kernel import context
from services.chassis.kernel.ids import new_id
from services.chassis.protocol.envelope import Envelope

from ..domain import events
from ..domain.city import LegalType
from ..domain.events import DomainEvent
from ..domain.milestones import MilestoneKind
from ..domain.standing import Standing
from .fields import Localized, PartialDay, term

SOURCE: Final = "membership"


def _says(description: str, *, nullable: bool = False) -> dict[str, Any]:
    return {"required": True, "allow_none": nullable, "metadata": {"description": description}}


class StateSchema(Schema):
    class Meta:
        unknown = RAISE


class ReportingRuleState(StateSchema):
    valid_from = fields.Date(**_says("First day of the rule; null: since ever", nullable=True))
    first_report_after_months = fields.Integer(**_says("Months from admission to the first report"))
    interval_months = fields.Integer(**_says("Months between reports"))
    is_sample = fields.Boolean(**_says("No public source gives this rule; the coalition must confirm it"))
    source = fields.String(**_says("Where it is written; null: nowhere public", nullable=True))


class CoalitionState(StateSchema):
    key = fields.String(**_says("The coalition's key, its tenant"))
    name = Localized(**_says("Its official name"))
    languages = fields.List(fields.String(), **_says("BCP 47 tags of the languages it works in"))
    reporting_rules = fields.List(fields.Nested(ReportingRuleState), **_says("When its members report"))


class CommitmentState(StateSchema):
    number = fields.Integer(**_says("Its number in the plan"))
    title = Localized(**_says("Its title"))


class PlanState(StateSchema):
    plan_id = fields.String(attribute="id", **_says("The plan"))
    coalition = fields.String(**_says("Key of the coalition"))
    version = fields.String(**_says("The coalition's own name for this version"))
    adopted = PartialDay(**_says("When the coalition adopted it; null: unknown", nullable=True))
    is_complete = fields.Boolean(**_says("Whether public sources give all of it"))
    commitments = fields.List(fields.Nested(CommitmentState), **_says("What is known of its commitments"))


class CityState(StateSchema):
    city_id = fields.String(attribute="id", **_says("The registry's entry"))
    name = fields.String(**_says("Its name"))
    alternative_names = fields.List(fields.String(), **_says("Names in other languages, and former ones"))
    country = fields.String(**_says("ISO 3166-1 alpha-2"))
    legal_type = term(LegalType, **_says("What it is by law"))
    geonames_id = fields.Integer(**_says("Its GeoNames id; null: unknown", nullable=True))
    population = fields.Integer(**_says("Inhabitants; null: unknown", nullable=True))
    population_year = fields.Integer(**_says("The year of that count; null: unknown", nullable=True))
    latitude = fields.Float(**_says("Degrees, WGS 84; null: unknown", nullable=True))
    longitude = fields.Float(**_says("Degrees, WGS 84; null: unknown", nullable=True))


class LinkedCityState(StateSchema):
    id = fields.String(**_says("The registry's entry"))
    name = fields.String(**_says("Its name"))
    country = fields.String(**_says("ISO 3166-1 alpha-2"))
    legal_type = term(LegalType, **_says("What it is by law"))


class MilestoneState(StateSchema):
    kind = term(MilestoneKind, **_says("The step"))
    date = PartialDay(**_says("Its date, as far as it is known; null: unknown", nullable=True))


class MemberState(StateSchema):
    member_id = fields.String(attribute="id", **_says("The membership"))
    coalition = fields.String(**_says("Key of the coalition"))
    standing = term(Standing, **_says("What the milestones make of it"))
    cities = fields.List(fields.Nested(LinkedCityState), **_says("The body, or joint bodies, that it links"))
    applied_on = PartialDay(**_says("Date of the application; null: none, or unknown", nullable=True))
    admitted_on = PartialDay(**_says("Date of the admission; null: none, or unknown", nullable=True))
    plan_id = fields.String(**_says("The plan in force when it acceded; null: unknown", nullable=True))
    plan_version = fields.String(**_says("That plan's version; null: unknown", nullable=True))
    selected_commitments = fields.List(
        fields.Integer(), **_says("Numbers of the commitments it chose; null: the whole plan", nullable=True)
    )
    milestones = fields.List(fields.Nested(MilestoneState), **_says("What happened, in the order of a full course"))


@dataclass(frozen=True, slots=True)
class Message:
    """A message type: its name on the wire, the schema of its data, what it tells."""

    name: str
    schema: Schema
    description: str


_MEMBER: Final = MemberState()

MESSAGES: Final[Mapping[type[DomainEvent], Message]] = {
    events.CoalitionRegistered: Message(
        "membership.coalition_registered.v1", CoalitionState(), "A coalition is on the platform, with its rules."
    ),
    events.PlanPublished: Message(
        "membership.plan_published.v1", PlanState(), "A coalition published a version of its plan; it never changes."
    ),
    events.CityRegistered: Message(
        "membership.city_registered.v1", CityState(), "A city is in the registry of the whole network."
    ),
    events.MemberApplied: Message("membership.member_applied.v1", _MEMBER, "A city, or several together, applied."),
    events.MemberAdmitted: Message("membership.member_admitted.v1", _MEMBER, "A city is a member in standing."),
    events.MemberRefused: Message("membership.member_refused.v1", _MEMBER, "An application was refused."),
    events.MemberWithdrawn: Message(
        "membership.member_withdrawn.v1", _MEMBER, "A city is no member any more, or no longer listed as one."
    ),
    events.MemberRecorded: Message(
        "membership.member_recorded.v1", _MEMBER, "Other history of a membership was entered."
    ),
}


def publishing(event: DomainEvent, *, time: datetime) -> Envelope:
    """The message that tells of `event`, in the story of the running call."""
    message, running = MESSAGES[type(event)], context.current()
    return Envelope(
        id=new_id(),
        source=SOURCE,
        type=message.name,
        subject=event.subject,
        time=time,
        sequence=event.sequence,
        coalition=event.coalition,
        correlationid=running.correlation_id,
        causationid=running.causation_id,
        traceparent=running.traceparent,
        data=message.schema.dump(event.state),
    )
