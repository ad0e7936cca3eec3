"""The commands of the membership service."""

from functools import partial

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.fields import expected_version, input_list, input_value, optional_list
from gateway.graphql.core.scalars import Date, LanguageTag, PartialDate
from gateway.graphql.core.text import LocalizedTextInput

from .enums import DecisionBody, DecisionOutcome, LegalType, MilestoneKind

_command = partial(command, service="membership")

MEMBER = ("member", "Member")


class ReportingRuleInput(graphene.InputObjectType):
    """How often members of a coalition report."""

    valid_from = input_value(Date, "From when it is valid; without it, from the beginning.")
    first_report_after_months = input_value(graphene.Int, "Months from admission to the first report.", required=True)
    interval_months = input_value(graphene.Int, "Months between reports.", required=True)
    is_sample = input_value(graphene.Boolean, "Whether this is only an example.", default_value=False)
    source = input_value(graphene.String, "Where this was found.")


class AdmissionRuleInput(graphene.InputObjectType):
    """Which bodies of a coalition decide about applications."""

    valid_from = input_value(Date, "From when it is valid; without it, from the beginning.")
    bodies = input_list(DecisionBody, "The bodies that may decide.", required=True)
    source = input_value(graphene.String, "Where this was found.")


class CommitmentInput(graphene.InputObjectType):
    """A commitment of a plan."""

    number = input_value(graphene.Int, "Its number; each once in a plan.", required=True)
    group = input_value(graphene.Int, "The place of its group among the plan's groups, from 1.")
    title = input_value(LocalizedTextInput, "Its title.", required=True)
    summary = input_value(LocalizedTextInput, "What it is about.")
    themes = optional_list(graphene.String, "Its themes.")
    concepts = optional_list(graphene.String, "URIs of concepts of the UNESCO Thesaurus.")


class MilestoneInput(graphene.InputObjectType):
    """A dated step in the history of a membership."""

    kind = input_value(MilestoneKind, "What happened.", required=True)
    date = input_value(PartialDate, "When it happened, as far as it is known.")
    source = input_value(graphene.String, "Where this was found.")
    note = input_value(graphene.String, "A remark.")


class VotesInput(graphene.InputObjectType):
    """How a body voted."""

    in_favour = input_value(graphene.Int, "Votes in favour.", required=True)
    against = input_value(graphene.Int, "Votes against.", required=True)
    abstentions = input_value(graphene.Int, "Abstentions.", required=True)


COALITION = input_value(graphene.String, "The coalition's key.", required=True)
CITIES = input_list(graphene.ID, "The cities, one or several that are one member together.", required=True)


class Mutations:
    """The membership service's part of Mutation."""

    register_coalition = _command(
        "RegisterCoalition",
        "Registers a coalition.",
        payload=("coalition", "Coalition"),
        inputs={
            "key": input_value(graphene.String, "A short name, unique: `eccar`.", required=True),
            "acronym": input_value(graphene.String, "Its acronym."),
            "name": input_value(LocalizedTextInput, "Its name.", required=True),
            "former_name": input_value(graphene.String, "A name it had before."),
            "region": input_value(graphene.String, "The region of the world it works in.", required=True),
            "m49": optional_list(graphene.String, "The UN M49 codes of that region."),
            "launched": input_value(PartialDate, "When it was launched."),
            "launched_in": input_value(graphene.String, "Where it was launched."),
            "languages": optional_list(LanguageTag, "The languages it works in."),
            "currency": input_value(graphene.String, "The currency of its fees, ISO 4217."),
            "legal_form": input_value(graphene.String, "Its legal form."),
            "office": input_value(graphene.String, "Where its office is."),
            "lead_city": input_value(graphene.String, "Its lead city."),
            "secretariat": input_value(graphene.String, "Who keeps its secretariat."),
            "members_claimed": input_value(graphene.Int, "How many members it says it has."),
            "sub_regional_leads": optional_list(graphene.String, "Lead cities of its sub-regions."),
            "national_arms": optional_list(graphene.String, "National coalitions within it."),
            "founders": optional_list(graphene.String, "Its founders."),
            "admits": optional_list(graphene.String, "The kinds of parties it admits."),
            "source": input_value(graphene.String, "Where this was found.", required=True),
            "reporting_rules": optional_list(ReportingRuleInput, "How often its members report."),
            "admission_rules": input_list(
                AdmissionRuleInput, "Which bodies decide about applications; all do without it."
            ),
        },
    )
    publish_plan = _command(
        "PublishPlan",
        "Publishes a version of a coalition's plan of action. A published version is never changed.",
        payload=("plan", "PlanVersion"),
        inputs={
            "coalition": COALITION,
            "version": input_value(graphene.String, "The name of the version, usually its year.", required=True),
            "adopted": input_value(PartialDate, "When it was adopted."),
            "adopted_in": input_value(graphene.String, "Where it was adopted."),
            "is_complete": input_value(graphene.Boolean, "Whether all its commitments are given.", required=True),
            "source": input_value(graphene.String, "Where this was found.", required=True),
            "groups": optional_list(LocalizedTextInput, "The titles of its groups, in their order."),
            "commitments": input_list(CommitmentInput, "Its commitments.", required=True),
        },
    )
    register_city = _command(
        "RegisterCity",
        "Enters a city, or another public body, into the registry.",
        payload=("city", "City"),
        inputs={
            "name": input_value(graphene.String, "Its name.", required=True),
            "alternative_names": optional_list(graphene.String, "Other names."),
            "country": input_value(graphene.String, "Its country, ISO 3166-1 alpha-2.", required=True),
            "legal_type": input_value(LegalType, "What kind of public body it is.", required=True),
            "geonames_id": input_value(graphene.Int, "Its id at geonames.org."),
            "population": input_value(graphene.Int, "Inhabitants."),
            "population_year": input_value(graphene.Int, "The year of the count or estimate."),
            "latitude": input_value(graphene.Float, "Degrees north of the equator."),
            "longitude": input_value(graphene.Float, "Degrees east of Greenwich."),
            "source": input_value(graphene.String, "Where this was found."),
        },
    )
    record_membership = _command(
        "RecordMembership",
        "Enters a membership with its history, as the archives tell it; its standing follows from the milestones.",
        payload=MEMBER,
        ids={"cities": "City"},
        inputs={
            "coalition": COALITION,
            "cities": CITIES,
            "milestones": input_list(MilestoneInput, "What is known of its history.", required=True),
            "plan_version": input_value(graphene.String, "The version of the plan it acceded to."),
            "source": input_value(graphene.String, "Where this was found."),
        },
    )
    apply_for_membership = _command(
        "ApplyForMembership",
        "Applies for membership. The city, or the cities together, are a candidate until the decision.",
        payload=MEMBER,
        ids={"cities": "City"},
        inputs={
            "coalition": COALITION,
            "cities": CITIES,
            "decided_on": input_value(PartialDate, "When the council decided to join."),
            "declared_on": input_value(PartialDate, "When the intention was declared."),
            "applied_on": input_value(Date, "When the coalition received the application.", required=True),
            "selected_commitments": input_list(graphene.Int, "The commitments chosen; without it, the whole plan."),
            "contact_note": input_value(graphene.String, "A remark for the secretariat."),
        },
    )
    record_decision = _command(
        "RecordDecision",
        "Records what a body of the coalition decided about an application.",
        payload=MEMBER,
        ids={"member_id": "Member"},
        inputs={
            "member_id": input_value(graphene.ID, "The candidate.", required=True),
            "outcome": input_value(DecisionOutcome, "What was decided.", required=True),
            "body": input_value(DecisionBody, "Who decided.", required=True),
            "decided_on": input_value(Date, "When it was decided.", required=True),
            "votes": input_value(VotesInput, "The votes, where they are known."),
            "note": input_value(graphene.String, "A remark."),
            "expected_version": expected_version(),
        },
    )
    record_milestone = _command(
        "RecordMilestone",
        "Adds a step to the history of a membership, such as its act of accession or its withdrawal.",
        payload=MEMBER,
        ids={"member_id": "Member"},
        inputs={
            "member_id": input_value(graphene.ID, "The membership.", required=True),
            "kind": input_value(MilestoneKind, "What happened.", required=True),
            "date": input_value(PartialDate, "When it happened, as far as it is known."),
            "source": input_value(graphene.String, "Where this was found."),
            "note": input_value(graphene.String, "A remark."),
            "expected_version": expected_version(),
        },
    )
