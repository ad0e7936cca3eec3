"""What comes through the door: its form, one violation per wrong field."""

from datetime import date
from typing import Any

import pytest
from marshmallow import Schema

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.requests import Ref
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.events.domain import requests as asked
from services.events.domain.kinds import ConferenceKind
from services.events.domain.venue import Attendance, ConferenceMode, HostCity
from services.events.schemas import requests

ANNOUNCE: dict[str, Any] = {
    "coalition": "eccar",
    "kind": "general_assembly",
    "title": {"original": "en", "texts": {"en": "General Assembly", "pt-BR": "Assembleia Geral"}},
    "start_date": "2026-10-21",
    "end_date": "2026-10-23",
    "mode": "hybrid",
    "host_city": {"name": " Graz ", "country": "AT"},
}
REGISTER: dict[str, Any] = {
    "coalition": "eccar",
    "conference_id": "c1",
    "name": "Ada Example",
    "email": "ada@graz.example",
    "attendance": "online",
}
OPEN: dict[str, Any] = {"coalition": "eccar", "conference_id": "c1", "closes_on": "2026-10-10"}


def wrong_fields(schema: Schema, data: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load(schema, data)
    return sorted(".".join(str(part) for part in each.path) for each in refused.value.violations)


def test_an_announcement() -> None:
    assert load(requests.AnnounceConference(), ANNOUNCE) == asked.AnnounceConference(
        coalition="eccar",
        kind=ConferenceKind.GENERAL_ASSEMBLY,
        title=LocalizedText("en", {"en": "General Assembly", "pt-BR": "Assembleia Geral"}),
        theme=None,
        start_date=date(2026, 10, 21),
        end_date=date(2026, 10, 23),
        mode=ConferenceMode.HYBRID,
        host_city=HostCity(name="Graz", country="AT"),
        source=None,
    )


def test_what_is_optional_may_be_absent_or_null() -> None:
    absent = {name: value for name, value in ANNOUNCE.items() if name != "host_city"}

    assert load(requests.AnnounceConference(), absent) == load(
        requests.AnnounceConference(), {**absent, "theme": None, "host_city": None, "source": None}
    )


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"kind": "party"}, ["kind"]),
        ({"mode": None}, ["mode"]),
        ({"coalition": ""}, ["coalition"]),
        ({"coalition": "   "}, ["coalition"]),
        ({"start_date": "2026-02-30", "end_date": "soon"}, ["end_date", "start_date"]),
        ({"start_date": 20261021}, ["start_date"]),
        ({"title": "General Assembly"}, ["title"]),
        ({"title": {"original": "de", "texts": {"en": "General Assembly"}}}, ["title.original"]),
        ({"title": {"original": "en", "texts": {"en": " "}}}, ["title.texts.en"]),
        ({"title": {"original": "en", "texts": {"en": "x" * 501}}}, ["title.texts.en"]),
        ({"title": {"original": "$x", "texts": {"$x": "General Assembly"}}}, ["title.texts.$x"]),
        ({"host_city": {"name": "Graz", "country": "Austria"}}, ["host_city.country"]),
        ({"host_city": {"name": "Graz"}}, ["host_city.country"]),
        ({"colour": "green"}, ["colour"]),
    ],
)
def test_a_wrong_announcement(changes: dict[str, Any], wrong: list[str]) -> None:
    assert wrong_fields(requests.AnnounceConference(), {**ANNOUNCE, **changes}) == wrong


def test_an_empty_announcement_names_every_field_that_is_missing() -> None:
    assert wrong_fields(requests.AnnounceConference(), {}) == [
        "coalition",
        "end_date",
        "kind",
        "mode",
        "start_date",
        "title",
    ]


@pytest.mark.parametrize("number", [0, -1, 1.5, "3", True, 2**31])
@pytest.mark.parametrize("field", ["capacity", "delegates_per_member", "expected_version"])
def test_numbers_are_whole_and_from_one(field: str, number: Any) -> None:
    assert wrong_fields(requests.OpenRegistration(), {**OPEN, field: number}) == [field]


def test_a_delegate() -> None:
    assert load(requests.RegisterDelegate(), REGISTER) == asked.RegisterDelegate(
        coalition="eccar",
        conference_id="c1",
        member_id=None,
        name="Ada Example",
        email="ada@graz.example",
        function=None,
        attendance=Attendance.ONLINE,
    )


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@graz.example", "ada@graz", "a b@graz.example", f"{'a' * 250}@graz.example", None, 7]
)
def test_an_address_nobody_can_be_reached_at(email: Any) -> None:
    assert set(wrong_fields(requests.RegisterDelegate(), {**REGISTER, "email": email})) == {"email"}


def test_a_refused_request_does_not_repeat_personal_data() -> None:
    with pytest.raises(InvalidInput) as refused:
        load(requests.RegisterDelegate(), {**REGISTER, "email": "ada graz.example", "name": "N" * 501})

    told = refused.value.message + "".join(each.message for each in refused.value.violations)
    assert "graz" not in told
    assert "NNN" not in told


def test_rules_name_each_kind_once() -> None:
    data = {"coalition": "eccar", "statutory_kinds": ["workshop", "general_assembly", "workshop"]}

    assert load(requests.AdoptConferenceRules(), data).statutory_kinds == (
        ConferenceKind.GENERAL_ASSEMBLY,
        ConferenceKind.WORKSHOP,
    )
    assert load(requests.AdoptConferenceRules(), {**data, "statutory_kinds": []}).statutory_kinds == ()
    assert wrong_fields(requests.AdoptConferenceRules(), {**data, "statutory_kinds": ["party"]}) == [
        "statutory_kinds.0"
    ]


def test_a_list_of_conferences() -> None:
    data = {"kind": ["workshop"], "from": "2024-01-01", "to": "2024-12-31", "search": "Graz", "first": 5}

    assert load(requests.ListConferences(), data) == asked.ListConferences(
        filter=asked.ConferenceFilter(
            kinds=(ConferenceKind.WORKSHOP,),
            from_date=date(2024, 1, 1),
            to_date=date(2024, 12, 31),
            search="Graz",
        ),
        page=PageRequest(first=5, after=None, count=False),
        coalition=None,
        order_by="start_date",
        descending=False,
    )


@pytest.mark.parametrize("first", [0, -1, 201, "5", 1.5])
def test_pages_are_bounded(first: Any) -> None:
    assert wrong_fields(requests.ListConferences(), {"first": first}) == ["first"]


def test_a_page_without_a_size_has_fifty_rows() -> None:
    assert load(requests.ListConferences(), {}).page.first == 50
    assert load(requests.ListConferences(), {"first": None}).page.first == 50


def test_only_known_orders() -> None:
    assert wrong_fields(requests.ListConferences(), {"order_by": "title"}) == ["order_by"]


def test_wrong_filters_are_named_as_they_were_sent() -> None:
    data = {"kind": ["party"], "from": "x", "to": "y", "search": "s" * 101}

    assert wrong_fields(requests.ListConferences(), data) == ["from", "kind.0", "search", "to"]


def test_refs() -> None:
    data = {"refs": [{"coalition": "eccar", "id": "c1"}, {"coalition": "lac", "id": "c2"}]}

    assert load(requests.GetByRefs(), data).refs == (
        Ref(coalition="eccar", id="c1"),
        Ref(coalition="lac", id="c2"),
    )
    broken = [{"coalition": "eccar", "id": "c1"}, {"id": "c2"}, "c3", None]
    assert wrong_fields(requests.GetByRefs(), {"refs": broken}) == ["refs.1.coalition", "refs.2", "refs.3"]


def test_a_batch_is_bounded() -> None:
    refs = [{"coalition": "eccar", "id": str(number)} for number in range(1001)]

    assert wrong_fields(requests.GetByRefs(), {"refs": refs}) == ["refs"]
