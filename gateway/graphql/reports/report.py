"""Reports and their answers."""

import graphene

from gateway.graphql.core.fields import Field, global_id, leaf, objects, version_field
from gateway.graphql.core.ids import GlobalId, Ref
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import View, derived, loaded_by
from gateway.graphql.core.scalars import DateTime
from gateway.graphql.core.text import localized, translations

from .enums import AnswerStatus, ReportStatus
from .loaders import CycleLoader


class ReportCommitment(graphene.ObjectType):
    """A commitment as it stood in the plan when the report was started."""

    number = leaf(graphene.Int, "Its number in the plan.", required=True)
    title = localized("title", "Its title, in the plan's own words.", required=True)
    title_translations = translations("title", "The title")


class ReportAnswer(graphene.ObjectType):
    """What a report says about one commitment."""

    commitment = Field(graphene.NonNull(ReportCommitment), "The commitment it answers.")
    status = leaf(AnswerStatus, "How far the city is.", required=True)
    text = localized("text", "What was done, in the city's words.")
    text_translations = translations("text", "The text")
    updated_at = leaf(DateTime, "When the answer was last changed.", required=True)


def _cycle(report: View) -> Ref:
    return Ref(report["coalition"], report["cycle_id"])


def _answers(report: View) -> list[View]:
    commitments = {commitment["number"]: commitment for commitment in report["commitments"]}
    return [{**answer, "commitment": commitments[answer["commitment"]]} for answer in report["answers"]]


def _responsible_id(report: View) -> str | None:
    responsible = report.get("responsible")
    return str(GlobalId("Person", responsible)) if responsible else None


class ReportFields:
    """What its own service says of a Report."""

    id = global_id("Report")
    version = version_field()
    cycle = Field(lazy("Cycle"), "The reporting cycle.", resolver=loaded_by(CycleLoader, _cycle))
    plan_version = leaf(graphene.String, "The version of the plan that it answers.", required=True)
    status = leaf(ReportStatus, "How far it is.", required=True)
    commitments = objects(ReportCommitment, "What it must answer, by the commitments' numbers.", required=True)
    answers = objects(
        ReportAnswer,
        "Its answers so far, by the commitments' numbers.",
        required=True,
        resolver=derived(lambda report: _answers(report)),
    )
    responsible_id = leaf(
        graphene.ID,
        "The id of the Person who works on the draft; null when nobody in person does, and when it was submitted.",
        resolver=derived(lambda report: _responsible_id(report)),
    )
    started_at = leaf(DateTime, "When it was started.", required=True)
    submitted_at = leaf(DateTime, "When it was submitted.")
