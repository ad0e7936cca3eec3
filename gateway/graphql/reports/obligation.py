"""Obligations to report."""

import graphene

from gateway.graphql.core.fields import Field, global_id, leaf, version_field
from gateway.graphql.core.ids import Ref
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import View, loaded_by
from gateway.graphql.core.scalars import Date

from .enums import DuePrecision, ObligationStatus
from .loaders import ReportLoader


class ObligationRule(graphene.ObjectType):
    """The rule of the coalition that an obligation follows from."""

    first_report_after_months = leaf(graphene.Int, "Months from admission to the first report.", required=True)
    interval_months = leaf(graphene.Int, "Months between reports.", required=True)
    is_sample = leaf(
        graphene.Boolean, "Whether this is an example, for want of the coalition's own rule.", required=True
    )


def _report(obligation: View) -> Ref | None:
    report_id = obligation.get("report_id")
    return Ref(obligation["coalition"], report_id) if report_id else None


class ObligationFields:
    """What its own service says of a Obligation."""

    id = global_id("Obligation")
    version = version_field()
    due_on = leaf(Date, "When the report is due; null when the date of admission is not known.")
    due_precision = leaf(DuePrecision, "How exactly the date of admission is known.", required=True)
    status = leaf(ObligationStatus, "Whether the report is still owed.", required=True)
    report = Field(lazy("Report"), "The report that fulfilled it.", resolver=loaded_by(ReportLoader, _report))
    rule = Field(ObligationRule, "The rule it follows from.")
