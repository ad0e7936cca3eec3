"""Live updates of what the reports service owns."""

from typing import Final

from gateway.graphql.core.feeds import Feed, feed_field

from .loaders import ReportLoader

REPORTS: Final = Feed(
    service="reports",
    changes={
        "report_started": "It was begun.",
        "report_answered": "A commitment was answered in it.",
        "report_submitted": "It was submitted.",
        "report_handed_over": "Somebody else works on it.",
        "report_vacated": "Nobody in person works on it any more.",
    },
    shown="report",
    loader=ReportLoader,
    filters={"member": "Member", "cycle": "Cycle"},
    right="reports.get_reports",
)


class Subscriptions:
    """The reports service's part of Subscription."""

    report_changed = feed_field(
        "ReportChanged",
        "Tells when something happens to a report to a coalition. Confidential until publication: for who may read "
        "submitted reports there, or those of the `member` that is named; of drafts only those are told who may see "
        "them.",
        feed=REPORTS,
        object_type="Report",
        changed="report",
    )
