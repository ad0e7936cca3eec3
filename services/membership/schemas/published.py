"""The messages that this service owns."""

from collections.abc import Mapping
from typing import Final

from marshmallow import fields

from services.chassis.schemas.fields import Day, Instant, Localized, PartialDay, Term
from services.chassis.schemas.messages import Event, MessageType, Publishing, State, says
from services.personal.messages import receipt_messages
from services.personal.retention import Category
from services.rights.roles import Role

from ..domain import events
from ..domain.city import LegalType
from ..domain.consents import Purpose
from ..domain.data_requests import RequestKind, RequestStatus
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


class HandOverState(State):
    hand_over_id = fields.String(attribute="id", **says("The hand-over"))
    coalition = fields.String(**says("Key of the coalition"))
    member_id = fields.String(**says("The membership"))
    number = fields.Integer(**says("Counts the member's hand-overs, from 1"))
    from_person = fields.String(**says("Id of the person who was its focal point"))
    to_person = fields.String(**says("Id of the person who follows"))
    at = Instant(**says("When"))


class GrantState(State):
    grant_id = fields.String(attribute="id", **says("The right"))
    coalition = fields.String(**says("Key of the coalition; empty: in the whole network"))
    person_id = fields.String(**says("Id of the person whose right it is, or was"))
    role = Term(Role, **says("What it lets do"))


class ConsentTextState(State):
    text_id = fields.String(attribute="id", **says("The text"))
    coalition = fields.String(**says("Key of the coalition"))
    purpose = Term(Purpose, **says("What it is about"))
    version = fields.String(**says("The coalition's own name for this version"))
    text = Localized(**says("The text itself"))
    valid_from = Day(**says("First day on which it is the one to agree to"))


class ConsentState(State):
    consent_id = fields.String(attribute="id", **says("All that one person says to one purpose of one coalition"))
    coalition = fields.String(**says("Key of the coalition"))
    purpose = Term(Purpose, **says("What it is about"))
    person_id = fields.String(**says("Id of the person"))
    pseudonym = fields.String(**says("Pseudonym of the person's address; null: none was verified", nullable=True))
    text_version = fields.String(**says("The text agreed to; null: there is no consent", nullable=True))


class RetentionRuleState(State):
    category = Term(Category, **says("Kind of personal data"))
    keep_days = fields.Integer(**says("Days for which it is kept"))


class RetentionRulesState(State):
    rules_id = fields.String(attribute="id", **says("The rules"))
    coalition = fields.String(**says("Key of the coalition; empty: about what belongs to none"))
    valid_from = Day(attribute="rules.valid_from", **says("First day of the rules; null: since ever", nullable=True))
    rules = fields.List(
        fields.Nested(RetentionRuleState), attribute="rules.rules", **says("For what is not named, the default holds")
    )
    is_sample = fields.Boolean(attribute="rules.is_sample", **says("Nobody has decided it; it is there as an example"))
    source = fields.String(attribute="rules.source", **says("Where it is written; null: nowhere", nullable=True))


class DataRequestState(State):
    request_id = fields.String(attribute="id", **says("The request"))
    coalition = fields.String(attribute="within", **says("Of what it is about; null: all coalitions", nullable=True))
    requested_by = fields.String(**says("Id of the person who asks"))
    person_ids = fields.List(fields.String(), **says("Ids of the person whom it is about, one for each issuer"))
    pseudonym = fields.String(**says("Pseudonym of the person's address; null: it is not known", nullable=True))


class DataRequestProgressState(State):
    request_id = fields.String(attribute="id", **says("The request"))
    coalition = fields.String(attribute="within", **says("Of what it is about; null: all coalitions", nullable=True))
    kind = Term(RequestKind, **says("What was asked for"))
    status = Term(RequestStatus, **says("Whether all services have answered"))
    missing = fields.List(fields.String(), **says("The services that have not answered yet"))


_MEMBER: Final = MemberState()
_CONSENT: Final = ConsentState()
_REQUEST: Final = DataRequestState()

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
    events.GrantRevoked: MessageType(
        "membership.grant_revoked.v1",
        GrantState(),
        "A right was taken away: what was let be done because of it must stop. A term that runs out sends no message.",
    ),
    events.FocalPointHandedOver: MessageType(
        "membership.focal_point_handed_over.v1",
        HandOverState(),
        "Somebody follows as a member's focal point, and is responsible for what was still open.",
    ),
    events.ConsentTextPublished: MessageType(
        "membership.consent_text_published.v1",
        ConsentTextState(),
        "A coalition published a text to consent to; it never changes.",
    ),
    events.ConsentGiven: MessageType(
        "membership.consent_given.v1", _CONSENT, "A person agreed to a text of a coalition."
    ),
    events.ConsentWithdrawn: MessageType(
        "membership.consent_withdrawn.v1",
        _CONSENT,
        "A person took back a consent: what was kept because of it must go.",
    ),
    events.RetentionRulesAdopted: MessageType(
        "membership.retention_rules_adopted.v1",
        RetentionRulesState(),
        "A coalition, or the network, said how long which personal data is kept.",
    ),
    events.ExportRequested: MessageType(
        "membership.export_requested.v1",
        _REQUEST,
        "A person is to be given what is held of them: every service does its part and sends a receipt.",
    ),
    events.ErasureRequested: MessageType(
        "membership.erasure_requested.v1",
        _REQUEST,
        "What is held of a person is to be erased: every service does its part and sends a receipt.",
    ),
    events.DataRequestAnswered: MessageType(
        "membership.data_request_answered.v1",
        DataRequestProgressState(),
        "A service has answered a request for an export or an erasure; with the last one it is done.",
    ),
    **receipt_messages(SOURCE),
}

publishing: Final = Publishing(SOURCE, MESSAGES)
