"""Lists of conferences and registrations: filters, order, pages."""

import base64
import csv
from pathlib import Path
from typing import Any

import pytest

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.paging import Page
from services.chassis.persistence import children

from .conftest import Service

MEETINGS = Path(__file__).parents[3] / "deploy" / "seed" / "data" / "conferences.csv"


@pytest.fixture
def meetings(service: Service) -> Service:
    """Knows the eighteen meetings of ECCAR that the seed has, entered out of their order."""
    with MEETINGS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in sorted(rows, key=lambda row: row["title"]):
        service.tell("announce_conference", coalition="eccar", **_announcement(row))
    return service


def _announcement(row: dict[str, str]) -> dict[str, Any]:
    def text(value: str) -> dict[str, Any] | None:
        return {"original": "en", "texts": {"en": value}} if value else None

    city = {"name": row["host_city"], "country": row["country"]}
    copied = {name: row[name] for name in ("start_date", "end_date", "kind", "mode", "source")}
    return {**copied, "title": text(row["title"]), "theme": text(row["theme"]), "host_city": city}


def found(service: Service, **question: Any) -> list[str]:
    """First days of the conferences found."""
    page = service.ask("list_conferences", coalition="eccar", **question)
    return [each.conference.start_date.isoformat() for each in page.items]


def test_all_meetings_in_their_order(meetings: Service) -> None:
    page = meetings.ask("list_conferences", coalition="eccar", count=True)

    days = [each.conference.start_date for each in page.items]
    assert page.total == len(days) == 18
    assert days == sorted(days)
    assert found(meetings, descending=True) == [day.isoformat() for day in reversed(days)]
    assert page.has_next is False


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"kind": ["founding_meeting", "members_session"]}, ["2004-12-10", "2014-10-17"]),
        ({"kind": []}, []),
        ({"from": "2025-01-01"}, ["2025-05-26", "2025-10-23"]),
        ({"from": "2025-05-27"}, ["2025-05-26", "2025-10-23"]),
        ({"from": "2025-05-28"}, ["2025-10-23"]),
        ({"to": "2007-05-10"}, ["2004-12-10", "2007-05-10"]),
        ({"to": "2007-05-09"}, ["2004-12-10"]),
        ({"from": "2018-04-28", "to": "2018-10-21"}, ["2018-04-26", "2018-10-21"]),
        ({"search": "kadikoy"}, ["2022-10-13"]),
        ({"search": "NÜRNBERG"}, ["2004-12-10", "2007-05-10", "2014-10-17"]),
        ({"search": "don't let europe"}, ["2024-09-23"]),
        ({"search": "assembly zurich"}, ["2025-10-23"]),
        ({"search": "karlsr"}, ["2015-10-08"]),
        ({"search": ".*"}, None),
        ({"search": "atlantis"}, []),
        ({"search": "graz", "kind": ["general_conference"]}, []),
    ],
)
def test_filters(meetings: Service, question: dict[str, Any], expected: list[str] | None) -> None:
    days = found(meetings, **question)

    assert days == (expected if expected is not None else found(meetings))
    page = meetings.ask("list_conferences", coalition="eccar", first=1, count=True, **question)
    assert page.total == len(days)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("coalition", [None, "eccar"])
@pytest.mark.parametrize("size", [1, 5, 18])
def test_pages_follow_each_other_without_gap_or_repetition(
    meetings: Service, size: int, coalition: str | None, descending: bool
) -> None:
    days, after = [], None
    while True:
        page: Page[Any] = meetings.ask(
            "list_conferences", coalition=coalition, first=size, after=after, descending=descending
        )
        days += [each.conference.start_date for each in page.items]
        if not page.has_next:
            break
        after = page.cursors[-1]

    assert len(days) == len(set(days)) == 18
    assert days == sorted(days, reverse=descending)


def test_conferences_of_one_day_are_not_lost_between_pages(service: Service) -> None:
    ids = {service.announce() for _ in range(7)}
    seen: list[str] = []
    after = None
    for _ in range(4):
        page = service.ask("list_conferences", coalition="eccar", first=2, after=after)
        seen += [each.conference.id for each in page.items]
        after = page.cursors[-1]

    assert set(seen) == ids
    assert len(seen) == 7
    assert page.has_next is False


@pytest.mark.parametrize("after", ["", "x", "bm90IGpzb24", "W10"])
def test_a_cursor_that_is_none(service: Service, after: str) -> None:
    ref = {"coalition": "eccar", "id": service.announce()}
    for name, question in (
        ("list_conferences", {}),
        ("list_conferences_of", {"coalitions": ["eccar"]}),
        ("list_registrations", {"refs": [ref]}),
        ("list_registrations_of_members", {"refs": [ref]}),
    ):
        with pytest.raises(InvalidInput) as refused:
            service.ask(name, after=after, **question)
        assert [(each.path, each.code) for each in refused.value.violations] == [(("after",), "INVALID_CURSOR")]


def test_pages_of_registrations_for_several_conferences_at_once(service: Service) -> None:
    conferences = [service.announce_open() for _ in range(3)]
    expected = [
        [service.register(conference_id).id for _ in range(5 - 2 * n)] for n, conference_id in enumerate(conferences)
    ]
    refs = [{"coalition": "eccar", "id": id} for id in (*conferences, new_id(), conferences[0])]

    pages = service.ask("list_registrations", refs=refs, first=3, count=True)

    assert [[each.id for each in page.items] for page in pages] == [
        expected[0][:3],
        expected[1],
        expected[2],
        [],
        expected[0][:3],
    ]
    assert [page.has_next for page in pages] == [True, False, False, False, True]
    assert [page.total for page in pages] == [5, 3, 1, 0, 5]
    [rest] = service.ask("list_registrations", refs=refs[:1], first=3, after=pages[0].cursors[-1])
    assert [each.id for each in rest.items] == expected[0][3:]
    assert (rest.has_next, rest.total) == (False, None)


@pytest.mark.parametrize("method", ["list_registrations", "list_registrations_of_members"])
def test_few_rows_and_many_are_the_same_pages(service: Service, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """What is few is put in order here, what is more by the server."""
    conferences, members = [service.announce_open() for _ in range(2)], [service.know_member() for _ in range(2)]
    for number in range(5):
        service.register(conferences[number % 2], member_id=members[number // 3])
    parents = conferences if method == "list_registrations" else members
    refs = [{"coalition": "eccar", "id": id} for id in (*parents, new_id())]

    def pages(after: str | None = None) -> list[Page[Any]]:
        found: list[Page[Any]] = service.ask(method, refs=refs, first=2, after=after)
        return found

    few = [pages(), pages(pages()[0].cursors[0])]
    monkeypatch.setattr(children, "FEW", 4)
    many = [pages(), pages(pages()[0].cursors[0])]
    assert few == many
    assert [len(page.items) for page in few[0]] == [2, 2, 0]
    assert few[0][0].has_next is True


def test_registrations_of_members_come_newest_first_cancelled_ones_too(service: Service) -> None:
    members = [service.know_member(), service.know_member(coalition="lac"), service.know_member()]
    conference_id, foreign = service.announce_open(), service.announce(coalition="lac")
    service.open(foreign, coalition="lac")
    mine = [service.register(conference_id, member_id=members[0]) for _ in range(3)]
    theirs = service.register(foreign, coalition="lac", member_id=members[1])
    service.cancel(mine[1])
    coalitions = ["eccar", "lac", "eccar"]
    refs = [{"coalition": key, "id": id} for key, id in zip(coalitions, members, strict=True)]

    pages = service.ask("list_registrations_of_members", refs=refs)

    assert [[each.id for each in page.items] for page in pages] == [
        [each.id for each in reversed(mine)],
        [theirs.id],
        [],
    ]
    assert [each.status.value for each in pages[0].items] == ["confirmed", "cancelled", "confirmed"]
    [rest] = service.ask("list_registrations_of_members", refs=refs[:1], after=pages[0].cursors[0])
    assert [each.id for each in rest.items] == [mine[1].id, mine[0].id]


def test_no_cursor_carries_a_name(service: Service) -> None:
    conference_id = service.announce_open()
    registration = service.register(conference_id)

    [page] = service.ask("list_registrations", refs=[{"coalition": "eccar", "id": conference_id}])

    assert base64.urlsafe_b64decode(page.cursors[0] + "==").decode() == (
        f'["oldest","{registration.id}","{registration.id}"]'
    )
