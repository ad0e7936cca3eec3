"""The commands of the reports service."""

from functools import partial

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.fields import expected_version, input_value
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import LocalizedTextInput

from .enums import AnswerStatus

_command = partial(command, service="reports")

REPORT = ("report", "Report")
EVIDENCE = ("evidence", "Evidence")


class Mutations:
    """The reports service's part of Mutation."""

    open_cycle = _command(
        "OpenCycle",
        "Opens a reporting cycle for all members of a coalition.",
        payload=("cycle", "Cycle"),
        inputs={
            "coalition": input_value(graphene.String, "The coalition's key.", required=True),
            "name": input_value(LocalizedTextInput, "Its name.", required=True),
            "period_start": input_value(Date, "The first day reported on.", required=True),
            "period_end": input_value(Date, "The last day reported on.", required=True),
            "opens_on": input_value(Date, "From when reports can be started; at once without it."),
            "due_on": input_value(Date, "Until when reports are to be submitted.", required=True),
            "plan_version": input_value(graphene.String, "The version of the plan; the newest one without it."),
        },
    )
    start_report = _command(
        "StartReport",
        "Starts a member's report in a cycle.",
        payload=REPORT,
        ids={"member_id": "Member", "cycle_id": "Cycle"},
        inputs={
            "member_id": input_value(graphene.ID, "The member that reports.", required=True),
            "cycle_id": input_value(graphene.ID, "The reporting cycle.", required=True),
        },
    )
    save_answer = _command(
        "SaveAnswer",
        "Saves the answer to one commitment in a report that is not submitted yet.",
        payload=REPORT,
        ids={"report_id": "Report"},
        inputs={
            "report_id": input_value(graphene.ID, "The report.", required=True),
            "commitment": input_value(graphene.Int, "The number of the commitment in the plan.", required=True),
            "status": input_value(AnswerStatus, "How far the city is.", required=True),
            "text": input_value(LocalizedTextInput, "What was done."),
            "expected_version": expected_version(),
        },
    )
    submit_report = _command(
        "SubmitReport",
        "Submits a report. It is not changed any more, and the member has reported.",
        payload=REPORT,
        ids={"report_id": "Report"},
        inputs={
            "report_id": input_value(graphene.ID, "The report.", required=True),
            "expected_version": expected_version(),
        },
    )
    stage_evidence = _command(
        "StageEvidence",
        "Announces a file for a report that is not submitted yet. Its bytes are sent as `upload` of the evidence says.",
        payload=EVIDENCE,
        ids={"report_id": "Report"},
        inputs={
            "report_id": input_value(graphene.ID, "The report.", required=True),
            "name": input_value(graphene.String, "Its name, with its ending and without a path.", required=True),
            "media_type": input_value(graphene.String, "Its type, such as `application/pdf`.", required=True),
            "size": input_value(graphene.Int, "Its size in bytes.", required=True),
            "sha256": input_value(
                graphene.String, "SHA-256 of its bytes, in hexadecimal; what comes is compared with it."
            ),
        },
    )
    remove_evidence = _command(
        "RemoveEvidence",
        "Removes a file from a report that is not submitted yet.",
        payload=EVIDENCE,
        ids={"evidence_id": "Evidence"},
        inputs={
            "evidence_id": input_value(graphene.ID, "The file.", required=True),
            "expected_version": expected_version(),
        },
    )
