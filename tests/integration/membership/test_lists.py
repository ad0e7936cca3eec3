"""Lists of members: order, filters, nearness, pages; counts; batches."""

from math import asin, cos, radians, sin, sqrt
from typing import Any

import pytest

from services.chassis.kernel.errors import InvalidInput

from .service import Membership, View

NUREMBERG = {"latitude": 49.4528, "longitude": 11.0778}

CITIES: list[dict[str, Any]] = [
    {"name": "Nürnberg", "country": "DE", "population": 499237, **NUREMBERG},
    {"name": "Erlangen", "country": "DE", "population": 102675, "latitude": 49.5910, "longitude": 11.0078},
    {"name": "Zürich", "country": "CH", "population": 341730, "latitude": 47.3667, "longitude": 8.55},
    {"name": "Fribourg", "country": "CH", "legal_type": "canton"},
    {"name": "Árborg", "country": "IS", "population": 0, "latitude": 63.93, "longitude": -21.0},
]
HISTORY: dict[str, list[dict[str, Any]]] = {
    "Nürnberg": [{"kind": "admission", "date": "2004"}],
    "Erlangen": [{"kind": "admission", "date": "2004-12-10"}],
    "Zürich": [{"kind": "admission"}, {"kind": "withdrawal"}],
    "Fribourg": [{"kind": "application", "date": "2025"}],
    "Árborg": [{"kind": "admission", "date": "2025-05-26"}],
}


@pytest.fixture
def eccar(service: Membership) -> Membership:
    for city in CITIES:
        city_id = service.register_city(**city)["id"]
        service.record_membership(cities=[city_id], milestones=HISTORY[city["name"]])
    service.member("Montevideo", coalition="lac", country="UY", latitude=-34.9, longitude=-56.19)
    return service


def names(page: View) -> list[str]:
    return [" / ".join(city["name"] for city in member["cities"]) for member in page["items"]]


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        ("name", False, ["Árborg", "Erlangen", "Fribourg", "Nürnberg", "Zürich"]),
        ("name", True, ["Zürich", "Nürnberg", "Fribourg", "Erlangen", "Árborg"]),
        ("country", False, ["Fribourg", "Zürich", "Erlangen", "Nürnberg", "Árborg"]),
        ("country", True, ["Árborg", "Nürnberg", "Erlangen", "Zürich", "Fribourg"]),
        # What is unknown comes last, in both directions.
        ("population", False, ["Árborg", "Erlangen", "Zürich", "Nürnberg", "Fribourg"]),
        ("population", True, ["Nürnberg", "Zürich", "Erlangen", "Árborg", "Fribourg"]),
        ("admitted_on", False, ["Nürnberg", "Erlangen", "Árborg", "Zürich", "Fribourg"]),
        ("admitted_on", True, ["Árborg", "Erlangen", "Nürnberg", "Fribourg", "Zürich"]),
    ],
)
def test_every_order_at_every_page_size(eccar: Membership, order: str, descending: bool, expected: list[str]) -> None:
    whole = eccar.list_members(order_by=order, descending=descending, count=True)
    assert names(whole) == expected
    assert (whole["has_next"], whole["total"]) == (False, 5)
    for size in (1, 2, 3):
        assert walk(eccar, size, order_by=order, descending=descending) == expected


def walk(service: Membership, size: int, **arguments: Any) -> list[str]:
    """All names, page by page."""
    found: list[str] = []
    after = None
    while True:
        page = service.list_members(first=size, after=after, **arguments)
        assert len(page["items"]) <= size
        assert len(page["cursors"]) == len(page["items"])
        found += names(page)
        if not page["has_next"]:
            return found
        after = page["cursors"][-1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"country": "DE"}, ["Erlangen", "Nürnberg"]),
        ({"country": "FR"}, []),
        ({"standing": ["member"]}, ["Árborg", "Erlangen", "Nürnberg"]),
        ({"standing": ["candidate", "former"]}, ["Fribourg", "Zürich"]),
        ({"standing": []}, []),
        ({"legal_type": "canton"}, ["Fribourg"]),
        ({"search": "nurn"}, ["Nürnberg"]),
        ({"search": "ZÜR"}, ["Zürich"]),
        ({"search": "nothing"}, []),
        ({"search": "erl", "country": "CH"}, []),
        ({"country": "CH", "standing": ["former"], "search": "zu"}, ["Zürich"]),
        ({"near": {**NUREMBERG, "within_km": 20}}, ["Erlangen", "Nürnberg"]),
        ({"near": {**NUREMBERG, "within_km": 20}, "search": "erl"}, ["Erlangen"]),
        ({"near": {**NUREMBERG, "within_km": 1}}, ["Nürnberg"]),
        ({"near": {**NUREMBERG, "within_km": 20_037}}, ["Árborg", "Erlangen", "Nürnberg", "Zürich"]),
    ],
)
def test_filters(eccar: Membership, filters: dict[str, Any], expected: list[str]) -> None:
    page = eccar.list_members(**filters, count=True)
    assert names(page) == expected
    assert page["total"] == len(expected)


def test_nearest_first(eccar: Membership) -> None:
    near = {**NUREMBERG, "within_km": 20_000}
    expected = ["Nürnberg", "Erlangen", "Zürich", "Árborg"]
    assert walk(eccar, 50, near=near, order_by="distance") == expected
    assert walk(eccar, 1, near=near, order_by="distance") == expected
    assert walk(eccar, 3, near=near, order_by="distance", descending=True) == expected[::-1]
    page = eccar.list_members(near=near, order_by="distance", first=2, count=True)
    # Without a position nobody is near.
    assert (page["total"], page["has_next"]) == (4, True)
    members = eccar.list_members(near=near, order_by="distance", standing=["member"])
    assert names(members) == ["Nürnberg", "Erlangen", "Árborg"]


def test_filter_and_order_agree_on_what_is_near(eccar: Membership) -> None:
    """At the very distance of Zürich, a few metres decide, and both ways decide alike."""
    away = great_circle_km(49.4528, 11.0778, 47.3667, 8.55)
    for within_km, found in ((away - 0.005, False), (away + 0.005, True)):
        near = {**NUREMBERG, "within_km": within_km}
        for order in ("name", "distance"):
            assert ("Zürich" in names(eccar.list_members(near=near, order_by=order))) is found


def great_circle_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    one, other = radians(latitude), radians(other_latitude)
    half = sin((other - one) / 2) ** 2 + cos(one) * cos(other) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * 6378.1 * asin(sqrt(half))


def test_a_joint_member_is_as_near_as_its_nearest_city_and_listed_once(service: Membership) -> None:
    far = service.register_city(name="Zürich", latitude=47.3667, longitude=8.55)["id"]
    near = service.register_city(name="Erlangen", latitude=49.5910, longitude=11.0078)["id"]
    joint = service.apply_for_membership(cities=[far, near])
    service.member("Kitzingen", latitude=49.7397, longitude=10.1507)
    for within_km, expected in ((20, ["Zürich / Erlangen"]), (1000, ["Zürich / Erlangen", "Kitzingen"])):
        circle = {**NUREMBERG, "within_km": within_km}
        assert names(service.list_members(near=circle, order_by="distance")) == expected
        assert sorted(names(service.list_members(near=circle))) == sorted(expected)
    assert joint["standing"] == "candidate"


def test_a_joint_member_is_found_by_each_city_and_sorted_by_its_largest(service: Membership) -> None:
    small = service.register_city(name="Small", country="DE", population=10)["id"]
    large = service.register_city(name="Large", country="CH", legal_type="canton", population=1000)["id"]
    service.apply_for_membership(cities=[small, large])
    service.member("Middle", population=500)
    assert names(service.list_members(order_by="population")) == ["Middle", "Small / Large"]
    for filters in ({"country": "DE"}, {"country": "CH"}, {"legal_type": "canton"}, {"search": "large small"}):
        assert names(service.list_members(**filters)) == ["Small / Large"]


def test_a_cursor_belongs_to_its_own_list(eccar: Membership) -> None:
    cursor = eccar.list_members(order_by="name", first=1)["cursors"][0]
    for arguments in ({"order_by": "country"}, {"order_by": "name", "descending": True}, {"order_by": "population"}):
        with pytest.raises(InvalidInput) as caught:
            eccar.list_members(after=cursor, **arguments)
        assert caught.value.violations[0].code == "INVALID_CURSOR"
    with pytest.raises(InvalidInput):
        eccar.list_members(after="nonsense")


def test_a_page_goes_on_where_it_was_although_members_come_and_go(eccar: Membership) -> None:
    first = eccar.list_members(first=2)
    assert names(first) == ["Árborg", "Erlangen"]
    eccar.member("Aachen")
    eccar.member("Fürth")
    rest = eccar.list_members(first=50, after=first["cursors"][-1])
    assert names(rest) == ["Fribourg", "Fürth", "Nürnberg", "Zürich"]


def test_members_of_several_coalitions_at_once(eccar: Membership) -> None:
    eccar.member("Bogotá", coalition="lac", country="CO")
    lac, nowhere, again = eccar.list_members_of("lac", "nowhere", "lac", first=1, count=True)
    assert names(lac) == ["Bogotá"]
    assert (lac["has_next"], lac["total"]) == (True, 2)
    assert again == lac
    assert nowhere == {"items": [], "cursors": [], "has_next": False, "total": 0}
    rest = eccar.list_members_of("lac", first=1, after=lac["cursors"][-1], standing=["member"])
    assert names(rest[0]) == ["Montevideo"]


def test_members_are_counted_by_standing(eccar: Membership) -> None:
    nothing = dict.fromkeys(("declared_intent", "candidate", "member", "refused", "former", "dormant"), 0)
    assert eccar.member_counts("eccar", "nowhere", "lac") == [
        {"by_standing": nothing | {"candidate": 1, "member": 3, "former": 1}, "total": 5},
        {"by_standing": nothing, "total": 0},
        {"by_standing": nothing | {"member": 1}, "total": 1},
    ]


def test_a_batch_answers_in_the_order_it_was_asked(eccar: Membership) -> None:
    eccar_member = eccar.list_members()["items"][0]
    (lac_member,) = eccar.list_members(coalition="lac")["items"]
    asked = (
        ("lac", lac_member["id"]),
        ("eccar", "nobody"),
        ("eccar", eccar_member["id"]),
        ("nowhere", eccar_member["id"]),
        ("lac", lac_member["id"]),
    )
    assert eccar.get_members(*asked) == [lac_member, None, eccar_member, None, lac_member]
    assert eccar.get_members() == []


def test_a_citys_memberships_in_all_coalitions(service: Membership) -> None:
    city, other = service.register_city(name="Nowhere")["id"], service.register_city()["id"]
    over = [{"kind": "admission"}, {"kind": "withdrawal"}]
    service.record_membership(cities=[city], milestones=over)
    service.apply_for_membership(cities=[city, other])
    service.record_membership(coalition="lac", cities=[city], milestones=[{"kind": "admission"}])
    found, of_other, of_nobody = service.list_memberships_of_city(city, other, "nobody")
    assert [(each["coalition"], each["standing"]) for each in found if each] == [
        ("eccar", "former"),
        ("eccar", "candidate"),
        ("lac", "member"),
    ]
    assert [each["standing"] for each in of_other if each] == ["candidate"]
    assert of_nobody == []
