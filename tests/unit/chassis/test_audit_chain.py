"""The hash chain: whatever is done to it afterwards shows, at the place where it was done."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Timestamp
from bson.int64 import Int64
from hypothesis import assume, given
from hypothesis import strategies as st

from services.chassis.persistence.audit.chain import BreakKind, Broken, Head, canonical, digest, followed, seals

Entry = dict[str, Any]

BEGINNING = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def entry(number: int, **fields: Any) -> Entry:
    return {
        "_id": f"entry-{number}",
        "created": Timestamp(1_700_000_000 + number, 1),
        "at": BEGINNING + timedelta(minutes=number),
        "actor": {"kind": "person", "id": "p1"},
        "seal": None,
        **fields,
    }


def sealed(entries: list[Entry], head: Head | None = None) -> list[Entry]:
    made = seals(head or Head(), entries)
    return [{**each, "seal": seal.as_dict()} for each, seal in zip(entries, made, strict=True)]


def chain(length: int) -> list[Entry]:
    return sealed([entry(number) for number in range(1, length + 1)])


def verified(entries: list[Entry], head: Head | None = None) -> Head:
    beginning = head or Head()
    return [beginning, *followed(beginning, entries)][-1]


def broken(entries: list[Entry]) -> tuple[str, int]:
    with pytest.raises(Broken) as raised:
        verified(entries)
    return raised.value.kind.value, raised.value.number


def test_a_seal_is_what_the_documentation_says() -> None:
    """Computed here with nothing but the standard library: so can whoever does not trust this code."""
    first, second = chain(2)
    text = json.dumps(
        {
            "_id": "entry-1",
            "actor": {"id": "p1", "kind": "person"},
            "at": {"$date": {"$numberLong": str(int((BEGINNING + timedelta(minutes=1)).timestamp() * 1000))}},
            "created": {"$timestamp": {"i": 1, "t": 1_700_000_001}},
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    expected = hashlib.sha256(("0" * 64 + text).encode()).hexdigest()
    assert first["seal"] == {"number": 1, "previous": "0" * 64, "hash": expected}
    assert (second["seal"]["number"], second["seal"]["previous"]) == (2, expected)


def test_a_chain_can_be_followed_in_pieces() -> None:
    entries = chain(5)
    half = verified(entries[:2])
    assert half == Head(2, entries[1]["seal"]["hash"])
    assert verified(entries[2:], half) == verified(entries) == Head(5, entries[4]["seal"]["hash"])


def test_sealing_goes_on_where_it_stopped() -> None:
    entries = [entry(number) for number in range(1, 6)]
    first = sealed(entries[:2])
    rest = sealed(entries[2:], verified(first))
    assert first + rest == sealed(entries)


def test_an_empty_chain_is_sound() -> None:
    assert verified([]) == Head(0, "0" * 64)


def test_the_canonical_text_tells_types_apart_and_ignores_the_order_of_names() -> None:
    one = canonical({"a": 1, "b": {"x": "ü", "y": None}})
    assert one == canonical({"b": {"y": None, "x": "ü"}, "a": 1})
    assert one == b'{"a":{"$numberInt":"1"},"b":{"x":"\\u00fc","y":null}}'
    assert len({canonical({"a": value}) for value in (1, 1.0, Int64(1), "1", True, [1], {"0": 1})}) == 7


def test_the_seal_is_no_part_of_what_it_seals() -> None:
    assert digest("x", entry(1)) == digest("x", entry(1, seal={"number": 9}))


def test_a_missing_entry_is_named() -> None:
    entries = chain(4)
    assert broken([entries[0], entries[2], entries[3]]) == (BreakKind.MISSING, 2)


def test_two_entries_that_changed_places_are_found() -> None:
    one, two, three = chain(3)
    swapped = [one, {**three, "seal": two["seal"]}, {**two, "seal": three["seal"]}]
    assert broken(swapped) == (BreakKind.CHANGED, 2)


def test_an_entry_written_anew_with_its_own_new_hash_does_not_fit_the_next() -> None:
    one, _, three = chain(3)
    [forged] = sealed([entry(2, actor={"kind": "person", "id": "p2"})], verified([one]))
    assert broken([one, forged, three]) == (BreakKind.UNLINKED, 3)


def test_a_rewritten_hash_is_found() -> None:
    one, two, three = chain(3)
    assert broken([one, {**two, "seal": {**two["seal"], "hash": "f" * 64}}, three]) == (BreakKind.CHANGED, 2)


SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3)
)
ENTRIES = st.lists(st.dictionaries(st.sampled_from(["kind", "method", "changes"]), VALUES), min_size=1, max_size=8)


@given(ENTRIES, st.data())
def test_any_changed_value_breaks_the_chain_at_its_entry(contents: list[Entry], data: st.DataObject) -> None:
    entries = sealed([entry(number, **content) for number, content in enumerate(contents, start=1)])
    assert verified(entries).number == len(entries)
    place = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(sorted(entries[place].keys() - {"seal"})))
    value = data.draw(VALUES)
    assume(canonical({"": value}) != canonical({"": entries[place][name]}))
    changed = [{**each, name: value} if at == place else each for at, each in enumerate(entries)]
    assert broken(changed) == (BreakKind.CHANGED, place + 1)


@given(st.integers(2, 8), st.data())
def test_whatever_is_left_out_or_moved_is_found(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    order = data.draw(st.lists(st.sampled_from(range(length)), unique=True, min_size=1))
    assume(order != list(range(len(order))))
    with pytest.raises(Broken) as raised:
        verified([entries[place] for place in order])
    first_wrong = next(at for at, place in enumerate(order) if place != at)
    assert raised.value.number == first_wrong + 1


@given(st.integers(1, 6), st.sampled_from(["number", "previous", "hash"]), st.data())
def test_any_change_of_a_seal_is_found(length: int, name: str, data: st.DataObject) -> None:
    entries = chain(length)
    place = data.draw(st.integers(0, length - 1))
    value: Any = data.draw(st.integers(1, 9) if name == "number" else st.text("0123456789abcdef", min_size=1))
    assume(value != entries[place]["seal"][name])
    entries[place] = {**entries[place], "seal": {**entries[place]["seal"], name: value}}
    assert broken(entries)[1] == place + 1
