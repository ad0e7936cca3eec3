"""Reporting rules as parts of other documents."""

from datetime import date

from ..domain.coalitions import ReportingRule
from .aggregates import Document


def rule_to_document(rule: ReportingRule) -> Document:
    return {
        "valid_from": None if rule.valid_from is None else rule.valid_from.isoformat(),
        "first_report_after_months": rule.first_report_after_months,
        "interval_months": rule.interval_months,
        "is_sample": rule.is_sample,
    }


def rule_from_document(document: Document) -> ReportingRule:
    valid_from = document["valid_from"]
    return ReportingRule(**{**document, "valid_from": None if valid_from is None else date.fromisoformat(valid_from)})
