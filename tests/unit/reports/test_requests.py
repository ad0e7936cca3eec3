"""What callers may send: each wrong field is named once."""

from datetime import date
from typing import Any

import pytest
from marshmallow import Schema

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.requests import GetByRefs
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.reports.domain import requests as asked
from services.reports.domain.statuses import AnswerStatus, ObligationStatus, ReportStatus
from services.reports.schemas import requests
from services.reports.schemas.fields import MAX_ANSWER

NAME = {"original": "en", "texts": {"en": "Reports 2025-2026"}}
CYCLE = {
    "coalition": "eccar",
    "name": NAME,
    "period_start": "2025-01-01",
    "period_end": "2026-12-31",
    "due_on": "2027-03-31",
}
ANSWER = {"coalition": "eccar", "report_id": "r", "commitment": 1, "status": "planned"}


def wrong_paths(schema: Schema, data: dict[str, Any]) -> set[tuple[str | int, ...]]:
    with pytest.raises(InvalidInput) as raised:
        load(schema, data)
    return {violation.path for violation in raised.value.violations}


def test_a_cycle_as_asked_for() -> None:
    assert load(requests.OpenCycle(), {**CYCLE, "opens_on": "2026-11-01", "plan_version": "2004"}) == asked.OpenCycle(
        coalition="eccar",
        name=LocalizedText.of("en", "Reports 2025-2026"),
        period_start=date(2025, 1, 1),
        period_end=date(2026, 12, 31),
        opens_on=date(2026, 11, 1),
        due_on=date(2027, 3, 31),
        plan_version="2004",
    )


def test_null_is_as_good_as_absent() -> None:
    with_nulls = {**CYCLE, "opens_on": None, "plan_version": None}
    assert load(requests.OpenCycle(), with_nulls) == load(requests.OpenCycle(), CYCLE)
    assert load(requests.SaveAnswer(), {**ANSWER, "text": None}).text is None
    page = load(requests.ListReports(), {"coalition": "eccar", "first": None, "after": None, "count": None})
    assert page == asked.ListReports(coalition="eccar", page=PageRequest(first=50))


def test_null_is_no_value_for_what_is_required() -> None:
    assert wrong_paths(requests.OpenCycle(), {**CYCLE, "coalition": None, "name": None}) == {("coalition",), ("name",)}


def test_every_wrong_field_is_named() -> None:
    data = {"coalition": "", "name": "Reports", "period_start": "2025", "period_end": 2026, "due": "2027-03-31"}
    assert wrong_paths(requests.OpenCycle(), data) == {
        ("coalition",), ("name",), ("period_start",), ("period_end",), ("due",), ("due_on",)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ({"original": "en", "texts": {"en": "  "}}, ("text", "texts", "en")),
        ({"original": "en", "texts": {"en": 7}}, ("text", "texts", "en")),
        ({"original": "en", "texts": {"en": "x" * (MAX_ANSWER + 1)}}, ("text", "texts", "en")),
        ({"original": "en", "texts": {"en": "Yes", "klingonish": "HIja'"}}, ("text", "texts", "klingonish")),
        ({"original": "en", "texts": {"en": "Yes", "de_AT": "Ja"}}, ("text", "texts", "de_AT")),
        ({"original": "en", "texts": {"en": "Yes", "": "Ja"}}, ("text", "texts", "")),
        ({"original": "fr", "texts": {"en": "Yes"}}, ("text", "original")),
        ({"original": "en", "texts": {}}, ("text", "texts")),
        ({"original": "en"}, ("text",)),
        ({"original": "en", "texts": ["Yes"]}, ("text", "texts")),
        ({"original": 1, "texts": {"en": "Yes"}}, ("text", "original")),
        ({"original": "en", "texts": {"en": "Yes"}, "language": "en"}, ("text",)),
        ("Yes", ("text",)),
    ],
)
def test_a_text_says_in_which_language_it_was_written(text: Any, path: tuple[str, ...]) -> None:
    assert wrong_paths(requests.SaveAnswer(), {**ANSWER, "text": text}) == {path}


def test_language_tags_are_brought_into_their_usual_case() -> None:
    text = {"original": "de-at", "texts": {"de-at": "Ja", "ZH-hant": "是"}}
    loaded = load(requests.SaveAnswer(), {**ANSWER, "text": text})
    assert loaded.text == LocalizedText(original="de-AT", texts={"de-AT": "Ja", "zh-Hant": "是"})


def test_an_answer_as_asked_for() -> None:
    text = {"original": "de", "texts": {"de": "Ja", "en": "Yes"}}
    loaded = load(requests.SaveAnswer(), {**ANSWER, "status": "not_applicable", "text": text, "expected_version": 3})
    assert loaded == asked.SaveAnswer(
        coalition="eccar",
        report_id="r",
        commitment=1,
        status=AnswerStatus.NOT_APPLICABLE,
        text=LocalizedText(original="de", texts={"de": "Ja", "en": "Yes"}),
        expected_version=3,
    )


def test_an_answer_has_a_known_status_and_a_whole_number() -> None:
    data = {**ANSWER, "status": "ACHIEVED", "commitment": "1.5", "expected_version": 1.5}
    assert wrong_paths(requests.SaveAnswer(), data) == {("status",), ("commitment",), ("expected_version",)}


def test_references_are_named_by_their_place() -> None:
    data = {"refs": [{"coalition": "eccar", "id": "a"}, {"coalition": "eccar"}, {"coalition": "", "id": "b"}]}
    assert wrong_paths(requests.GetByRefs(), data) == {("refs", 1, "id"), ("refs", 2, "coalition")}
    assert load(requests.GetByRefs(), {"refs": []}) == GetByRefs(refs=())


@pytest.mark.parametrize("first", [0, -1, 201, 1.5, "many"])
def test_a_page_has_1_to_200_rows(first: Any) -> None:
    assert wrong_paths(requests.ListReports(), {"coalition": "eccar", "first": first}) == {("first",)}


def test_filters_as_asked_for() -> None:
    given = {"cycle_id": "c", "member_id": "m", "status": "submitted", "first": 200, "count": True}
    assert load(requests.ListReports(), {**given, "coalition": "eccar"}) == asked.ListReports(
        coalition="eccar",
        cycle_id="c",
        member_id="m",
        status=ReportStatus.SUBMITTED,
        page=PageRequest(first=200, count=True),
    )
    obligations = {"due_before": "2027-01-01", "status": "open", "after": "cursor"}
    expected = asked.ListObligations(
        coalitions=("eccar",),
        due_before=date(2027, 1, 1),
        status=ObligationStatus.OPEN,
        page=PageRequest(first=50, after="cursor"),
    )
    assert load(requests.ListObligations(), {**obligations, "coalition": "eccar"}) == expected
    assert load(requests.ListObligationsOf(), {**obligations, "coalitions": ["eccar"]}) == expected


def test_a_coalition_is_never_empty() -> None:
    assert wrong_paths(requests.OfCoalitions(), {"coalitions": ["eccar", ""]}) == {("coalitions", 1)}
    assert wrong_paths(requests.ListProjectedMembers(), {}) == {("coalition",)}
