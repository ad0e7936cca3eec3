"""Tolerant copies: what this service reads of the membership service's messages."""

from datetime import date
from typing import Any

import pytest
from marshmallow import Schema

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.reports.domain.coalitions import ReportingRule
from services.reports.domain.plans import Commitment
from services.reports.schemas import consumed
from services.reports.schemas.consumed import CoalitionState, MemberState, PlanState

SCHEMAS: dict[str, Schema] = {
    **consumed.COALITION_MESSAGES,
    **consumed.PLAN_MESSAGES,
    **consumed.MEMBER_MESSAGES,
}
RULE = {
    "valid_from": "2004-12-10",
    "first_report_after_months": 24,
    "interval_months": 24,
    "is_sample": False,
    "source": "act of accession",
}
COALITION = {"key": "eccar", "name": {"original": "en", "texts": {"en": "ECCAR"}}, "reporting_rules": [RULE]}
PLAN = {
    "plan_id": "p",
    "coalition": "eccar",
    "version": "2004",
    "is_complete": True,
    "commitments": [{"number": 1, "title": {"original": "tlh-fantasy", "texts": {"tlh-fantasy": "batlh"}}}],
}
MEMBER = {"member_id": "m", "coalition": "eccar", "standing": "member", "admitted_on": "2006-09", "cities": []}


def loaded(name: str, data: dict[str, Any]) -> Any:
    return load(SCHEMAS[f"membership.{name}.v1"], data)


def test_a_coalitions_rules_are_read_and_the_rest_is_left() -> None:
    rule = ReportingRule(
        valid_from=date(2004, 12, 10), first_report_after_months=24, interval_months=24, is_sample=False
    )
    assert loaded("coalition_registered", COALITION) == CoalitionState(key="eccar", reporting_rules=(rule,))


def test_a_rule_may_hold_from_the_beginning() -> None:
    told = {**COALITION, "reporting_rules": [{**RULE, "valid_from": None}]}
    [rule] = loaded("coalition_registered", told).reporting_rules
    assert rule.valid_from is None


@pytest.mark.parametrize(
    "wrong", [{"interval_months": 0}, {"first_report_after_months": -1}, {"interval_months": None}]
)
def test_a_rule_by_which_nothing_could_be_counted_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        loaded("coalition_registered", {**COALITION, "reporting_rules": [{**RULE, **wrong}]})


def test_a_plans_commitments_are_read_in_whatever_language() -> None:
    commitment = Commitment(1, LocalizedText.of("tlh-fantasy", "batlh"))
    assert loaded("plan_published", PLAN) == PlanState(
        plan_id="p", coalition="eccar", version="2004", commitments=(commitment,)
    )


@pytest.mark.parametrize("title", ["batlh", None, {"texts": {}}, {"original": "en", "texts": {}}])
def test_a_title_that_is_no_localized_text_is_refused(title: Any) -> None:
    with pytest.raises(InvalidInput):
        loaded("plan_published", {**PLAN, "commitments": [{"number": 1, "title": title}]})


@pytest.mark.parametrize("name", ["applied", "admitted", "refused", "withdrawn", "recorded"])
def test_all_messages_about_a_member_are_read_alike(name: str) -> None:
    assert loaded(f"member_{name}", MEMBER) == MemberState(
        member_id="m", coalition="eccar", standing="member", admitted_on=PartialDate(2006, 9)
    )


def test_an_admission_date_may_be_unknown_but_not_nonsense() -> None:
    assert loaded("member_admitted", {**MEMBER, "admitted_on": None}).admitted_on is None
    for wrong in ("soon", 2006, "2006-13"):
        with pytest.raises(InvalidInput):
            loaded("member_admitted", {**MEMBER, "admitted_on": wrong})
