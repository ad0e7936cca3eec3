"""What all services share at their boundary: fields, requests, views."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.kernel.requests import GetByRefs, OfCoalitions, Ref
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.chassis.schemas import requests
from services.chassis.schemas.fields import (
    CountryCode,
    Day,
    Instant,
    Key,
    LanguageTag,
    Localized,
    PartialDay,
    Term,
    Text,
    Tuple,
    WholeNumber,
    itself,
)
from services.chassis.schemas.views import View


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (Text(), "  Malmo\u0308 ", "Malm\u00f6"),
        (Key(), " eccar ", "eccar"),
        (WholeNumber(), 0, 0),
        (WholeNumber(minimum=1), 2**31 - 1, 2**31 - 1),
        (Term(Colour), "red", Colour.RED),
        (Day(), "2006-09-20", date(2006, 9, 20)),
        (PartialDay(), "2006-09", PartialDate(2006, 9)),
        (Instant(), "2026-11-24T10:30:00+01:00", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        (LanguageTag(), "PT-br", "pt-BR"),
        (CountryCode(), "at", "AT"),
        (Tuple(Key(), max_items=2), ["a", "b"], ("a", "b")),
    ],
)
def test_what_a_field_makes_of_its_text(field: fields.Field[Any], given: Any, value: Any) -> None:
    assert field.deserialize(given) == value


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        (Text(), " "),
        (Text(max_length=3), "four"),
        (Key(), "k" * 65),
        (WholeNumber(), -1),
        (WholeNumber(), 2**31),
        (WholeNumber(), "1"),
        (WholeNumber(), True),
        (Term(Colour), "blue"),
        (Term(Colour), "RED"),
        (Day(), "20060920"),
        (Day(), "2006-W38-3"),
        (Day(), "2006"),
        (PartialDay(), 2006),
        (PartialDay(), "2006-13"),
        (Instant(), "2026-11-24T10:30:00"),
        (LanguageTag(), "klingonish"),
        (CountryCode(), "XK"),
        (CountryCode(), "AUT"),
        (Tuple(Key(), max_items=1), ["a", "b"]),
        (Tuple(Key(), min_items=1, max_items=1), []),
        (Tuple(Key(), max_items=2, distinct_by=itself), ["a", "a"]),
    ],
)
def test_what_a_field_refuses(field: fields.Field[Any], wrong: Any) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(wrong)


class Written(Schema):
    at = Instant()
    text = Localized(max_length=10)


def test_an_instant_is_written_in_utc_to_the_millisecond() -> None:
    moment = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert Written().dump({"at": moment, "text": None}) == {"at": "2026-11-24T08:30:00.123Z", "text": None}


def test_a_localized_text_gets_its_usual_tags() -> None:
    text = {"original": "de-at", "texts": {"de-at": " Ja ", "ZH-hant": "是"}}
    loaded = load(Written(), {"text": text})["text"]
    assert loaded == LocalizedText(original="de-AT", texts={"de-AT": "Ja", "zh-Hant": "是"})
    assert Written().dump({"text": loaded})["text"] == {"original": "de-AT", "texts": {"de-AT": "Ja", "zh-Hant": "是"}}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Yes", ("text",)),
        ({"original": "en"}, ("text",)),
        ({"original": "en", "texts": {"en": "Yes"}, "more": 1}, ("text",)),
        ({"original": "en", "texts": {}}, ("text", "texts")),
        ({"original": "en", "texts": ["Yes"]}, ("text", "texts")),
        ({"original": "en", "texts": {"en": " "}}, ("text", "texts", "en")),
        ({"original": "en", "texts": {"en": None}}, ("text", "texts", "en")),
        ({"original": "en", "texts": {"en": "more than ten"}}, ("text", "texts", "en")),
        ({"original": "en", "texts": {"en": "Yes", "xx": "x"}}, ("text", "texts", "xx")),
        ({"original": "en", "texts": {"en": "Yes", 7: "x"}}, ("text", "texts", 7)),
        ({"original": 1, "texts": {"en": "Yes"}}, ("text", "original")),
        ({"original": "fr", "texts": {"en": "Yes"}}, ("text", "original")),
    ],
)
def test_what_is_wrong_in_a_localized_text_is_named_where_it_stands(text: Any, path: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidInput) as raised:
        load(Written(), {"text": text})
    assert [violation.path for violation in raised.value.violations] == [path]


@dataclass(frozen=True, kw_only=True)
class Part:
    number: int
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListParts:
    coalition: str
    parts: tuple[Part, ...] = ()
    page: PageRequest


class PartRequest(requests.Request):
    makes = Part

    number = WholeNumber(required=True)
    note = Text()


class ListPartsRequest(requests.PagedRequest):
    makes = ListParts

    coalition = Key(required=True)
    parts = Tuple(fields.Nested(PartRequest), max_items=5)


def test_null_is_as_good_as_absent_at_every_level() -> None:
    expected = ListParts(coalition="eccar", parts=(Part(number=1),), page=PageRequest(first=50))
    data = {"coalition": "eccar", "parts": [{"number": 1}]}
    nulls = {**data, "parts": [{"number": 1, "note": None}], "first": None, "after": None, "count": None}
    assert load(ListPartsRequest(), data) == load(ListPartsRequest(), nulls) == expected
    assert load(ListPartsRequest(), {"coalition": "eccar", "parts": None}).parts == ()


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"coalition": None}, ("coalition",)),
        ({"coalition": "eccar", "surprise": 1}, ("surprise",)),
        ({"coalition": "eccar", "first": 0}, ("first",)),
        ({"coalition": "eccar", "first": 201}, ("first",)),
        ({"coalition": "eccar", "parts": ["x"]}, ("parts", 0)),
        ({"coalition": "eccar", "parts": [{"number": 1}, {"number": None}]}, ("parts", 1, "number")),
    ],
)
def test_a_wrong_request_is_named_where_it_is_wrong(data: dict[str, Any], path: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidInput) as raised:
        load(ListPartsRequest(), data)
    assert [violation.path for violation in raised.value.violations] == [path]


def test_batches_are_bounded() -> None:
    refs = [{"coalition": "eccar", "id": "a"}]
    assert load(requests.GetByRefs(), {"refs": refs}) == GetByRefs(refs=(Ref("eccar", "a"),))
    assert load(requests.OfCoalitions(), {"coalitions": ["lac"]}) == OfCoalitions(coalitions=("lac",))
    for schema, data in (
        (requests.GetByRefs(), {"refs": refs * 1001}),
        (requests.OfCoalitions(), {"coalitions": None}),
    ):
        with pytest.raises(InvalidInput):
            load(schema, data)


class PartView(View):
    number = fields.Integer()


ONE, TWO = {"number": 1}, {"number": 2}


def test_what_is_missing_in_a_batch_stays_null_in_its_place() -> None:
    part = PartView()
    assert part.one(Part(number=1)) == ONE
    assert part.items([None, Part(number=1), None]) == {"items": [None, ONE, None]}
    assert part.lists([[Part(number=1)], [], [Part(number=2)]]) == {"items": [[ONE], [], [TWO]]}


def test_a_page_is_rendered_with_its_cursors() -> None:
    page = Page(items=(Part(number=1), Part(number=2)), cursors=("a", "b"), has_next=True, total=7)
    rendered = {"items": [ONE, TWO], "cursors": ["a", "b"], "has_next": True, "total": 7}
    assert PartView().page(page) == rendered
    assert PartView().pages([page, page]) == {"items": [rendered, rendered]}


@pytest.mark.parametrize(
    "given",
    [
        {"coalition": "eccar", "id": "x"},
        {"coalition": " eccar ", "id": "x"},
        {"coalition": "e\u0301ccar", "id": "x" * 64},
        {"coalition": "eccar", "id": "x" * 65},
        {"coalition": "", "id": "x"},
        {"coalition": "eccar"},
        {"coalition": "eccar", "id": None},
        {"coalition": "eccar", "id": 7},
        {"coalition": "eccar", "id": "x", "more": "y"},
        "eccar/x",
        None,
        [],
    ],
)
def test_a_ref_in_a_batch_is_what_its_schema_makes_of_it(given: Any) -> None:
    def made(field: fields.Field[Any]) -> Any:
        try:
            return field.deserialize(given)
        except ValidationError as error:
            return error.messages

    assert made(requests.OneRef()) == made(fields.Nested(requests.Ref))
