"""Coalitions as documents."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence import values

from ..domain.body import Body
from ..domain.coalition import AdmissionRule, Coalition, ReportingRule

_LISTS: Final = ("m49", "languages", "sub_regional_leads", "national_arms", "founders", "admits")
_CONVERTED: Final = frozenset({*_LISTS, "name", "launched", "reporting_rules", "admission_rules"})
_PLAIN: Final = tuple(field.name for field in fields(Coalition) if field.name not in _CONVERTED)


def to_document(coalition: Coalition) -> dict[str, Any]:
    return {
        "_id": coalition.key,
        **{name: getattr(coalition, name) for name in _PLAIN},
        **{name: list(getattr(coalition, name)) for name in _LISTS},
        "name": coalition.name.as_dict(),
        "launched": values.text_of(coalition.launched),
        "reporting_rules": [_reporting_document(rule) for rule in coalition.reporting_rules],
        "admission_rules": [_admission_document(rule) for rule in coalition.admission_rules],
    }


def from_document(document: Mapping[str, Any]) -> Coalition:
    lists: dict[str, Any] = {name: tuple(document[name]) for name in _LISTS}
    return Coalition(
        **{name: document[name] for name in _PLAIN},
        **lists,
        name=LocalizedText.from_dict(document["name"]),
        launched=values.partial_date(document["launched"]),
        reporting_rules=tuple(_reporting_rule(rule) for rule in document["reporting_rules"]),
        admission_rules=tuple(_admission_rule(rule) for rule in document["admission_rules"]),
    )


def _reporting_document(rule: ReportingRule) -> dict[str, Any]:
    return {
        "valid_from": values.text_of(rule.valid_from),
        "first_report_after_months": rule.first_report_after_months,
        "interval_months": rule.interval_months,
        "is_sample": rule.is_sample,
        "source": rule.source,
    }


def _reporting_rule(document: Mapping[str, Any]) -> ReportingRule:
    return ReportingRule(**{**document, "valid_from": values.day(document["valid_from"])})


def _admission_document(rule: AdmissionRule) -> dict[str, Any]:
    return {
        "valid_from": values.text_of(rule.valid_from),
        "bodies": [body.value for body in rule.bodies],
        "source": rule.source,
    }


def _admission_rule(document: Mapping[str, Any]) -> AdmissionRule:
    return AdmissionRule(
        valid_from=values.day(document["valid_from"]),
        bodies=tuple(Body(name) for name in document["bodies"]),
        source=document["source"],
    )
