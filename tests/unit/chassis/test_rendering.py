"""Views are rendered as marshmallow dumps them, whatever is in them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields, post_dump

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.text import LocalizedText
from services.chassis.schemas.fields import Day, Instant, Localized, Name, PartialDay, Term
from services.chassis.schemas.views import View


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    name: Any
    size: Any = 1


@dataclass(frozen=True, slots=True)
class Thing:
    name: Any = "a thing"
    count: Any = 1
    weight: Any = 1.5
    good: Any = True
    colour: Any = Colour.RED
    day: Any = date(2026, 1, 31)
    part_of_day: Any = field(default_factory=lambda: PartialDate(2006, 9))
    at: Any = datetime(2026, 1, 31, 12, tzinfo=UTC)
    text: Any = field(default_factory=lambda: LocalizedText.of("en", "a text"))
    names: Any = ("one", "two")
    part: Any = Part("wheel")
    parts: Any = (Part("bell"), Part("saddle", 2))


class PartView(View):
    name = fields.String()
    size = fields.Integer()


class ThingView(View):
    name = Name()
    count = fields.Integer()
    weight = fields.Float()
    good = fields.Boolean()
    colour = Term(Colour)
    day = Day()
    part_of_day = PartialDay()
    at = Instant()
    text = Localized()
    names = fields.List(fields.String())
    part = fields.Nested(PartView)
    parts = fields.Nested(PartView, many=True)
    first = fields.String(attribute="part.name", data_key="firstName")
    length = fields.Function(lambda thing: len(thing.parts))
    secret = fields.String(load_only=True)


VIEW = ThingView()


def outcome(render: Any, thing: Any) -> str:
    """What came of it, the order of the fields and the types of values included."""
    try:
        return repr(render(thing))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_a_thing_as_it_should_be() -> None:
    assert VIEW.one(Thing()) == {
        "name": "a thing",
        "count": 1,
        "weight": 1.5,
        "good": True,
        "colour": "red",
        "day": "2026-01-31",
        "part_of_day": "2006-09",
        "at": "2026-01-31T12:00:00.000Z",
        "text": {"original": "en", "texts": {"en": "a text"}},
        "names": ["one", "two"],
        "part": {"name": "wheel", "size": 1},
        "parts": [{"name": "bell", "size": 1}, {"name": "saddle", "size": 2}],
        "firstName": "wheel",
        "length": 2,
    }
    assert outcome(VIEW.one, Thing()) == outcome(VIEW.dump, Thing())


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.sampled_from([Colour.BLUE, Part("p"), (), [None], (Part(1), None), {"name": "n"}, [{"name": 2}], object]),
)


@given(st.dictionaries(st.sampled_from([*Thing.__dataclass_fields__]), VALUES))
def test_whatever_a_thing_holds_it_is_shown_as_marshmallow_does(given_values: dict[str, Any]) -> None:
    thing = Thing(**given_values)
    assert outcome(VIEW.one, thing) == outcome(VIEW.dump, thing)


@pytest.mark.parametrize("thing", [{"name": "a dict"}, {}, object(), Part("other"), None, ("a", "tuple")])
def test_things_of_other_kinds_are_shown_as_marshmallow_does(thing: Any) -> None:
    assert outcome(VIEW.one, thing) == outcome(VIEW.dump, thing)


def test_a_schema_with_hooks_is_left_to_marshmallow() -> None:
    class Shouting(PartView):
        @post_dump
        def shout(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
            return {**data, "name": data["name"].upper()}

    class Holder(View):
        part = fields.Nested(Shouting)

    assert Shouting().one(Part("bell")) == {"name": "BELL", "size": 1}
    assert Holder().one(Thing()) == {"part": {"name": "WHEEL", "size": 1}}
