"""Reporting rules as parts of other documents."""

from services.chassis.persistence import values
from services.chassis.persistence.collection import Document

from ..domain.coalitions import ReportingRule


def to_document(rule: ReportingRule) -> Document:
    return {
        "valid_from": values.text_of(rule.valid_from),
        "first_report_after_months": rule.first_report_after_months,
        "interval_months": rule.interval_months,
        "is_sample": rule.is_sample,
    }


def from_document(document: Document) -> ReportingRule:
    return ReportingRule(**{**document, "valid_from": values.day(document["valid_from"])})
