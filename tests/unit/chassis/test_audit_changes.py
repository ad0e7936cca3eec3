"""What an entry of the audit log tells of a change: what differs, and never what must not be shown."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.persistence.audit.changes import Change, told
from services.chassis.persistence.audit.rules import Audited, AuditRules

RULES = AuditRules(
    service="events",
    collections={
        "things": Audited(concealed=frozenset({"email"}), derived=frozenset({"sort"}), person="owner"),
        "plain": Audited(),
    },
)


class Colour(StrEnum):
    RED = "red"


def change(before: dict[str, Any] | None, after: dict[str, Any] | None, *, collection: str = "things") -> Any:
    return told(Change(collection=collection, coalition="eccar", before=before, after=after), RULES)


def test_only_what_differs_is_told_by_its_path() -> None:
    before = {"_id": "a", "version": 1, "coalition": "eccar", "title": {"en": "One", "de": "Eins"}, "seats": 5}
    after = {"_id": "a", "version": 2, "coalition": "eccar", "title": {"en": "Two", "de": "Eins"}, "seats": 5}
    assert change(before, after) == {
        "collection": "things",
        "id": "a",
        "version": 2,
        "before": {"title.en": "One"},
        "after": {"title.en": "Two"},
        "concealed": [],
    }


def test_a_new_document_has_no_before_and_a_deleted_one_no_after() -> None:
    document = {"_id": "a", "version": 1, "title": {"en": "One"}, "email": "a@b.example"}
    shown = {"title": {"en": "One"}}
    made, gone = change(None, document), change(document, None)
    assert (made["before"], made["after"], made["concealed"]) == (None, shown, ["email"])
    assert (gone["before"], gone["after"], gone["concealed"]) == (shown, None, ["email"])


def test_a_concealed_field_is_named_when_it_changes_and_never_shown() -> None:
    before = {"_id": "a", "version": 1, "email": "old@b.example", "seats": 1}
    assert change(before, {**before, "version": 2, "seats": 2})["concealed"] == []
    changed = change(before, {**before, "version": 2, "email": "new@b.example"})
    assert (changed["before"], changed["after"], changed["concealed"]) == ({}, {}, ["email"])


def test_of_a_collection_that_nobody_declared_nothing_is_shown() -> None:
    before = {"_id": "a", "version": 1, "name": "Ada", "address": {"street": "x"}}
    told = change(before, {**before, "version": 2, "address": {"street": "y"}}, collection="undeclared")
    assert (told["before"], told["after"], told["concealed"]) == ({}, {}, ["address"])
    assert change(None, before, collection="undeclared")["after"] == {}


def test_what_follows_from_other_fields_is_left_out() -> None:
    assert change({"_id": "a", "version": 1, "sort": "x"}, {"_id": "a", "version": 2, "sort": "y"}) is None


def test_a_version_alone_is_no_change() -> None:
    assert change({"_id": "a", "version": 1, "seats": 3}, {"_id": "a", "version": 2, "seats": 3}) is None


def test_the_people_whom_a_document_is_about_are_named() -> None:
    assert change(None, {"_id": "a", "version": 1, "owner": "p1"})["people"] == ["p1"]
    assert change(None, {"_id": "a", "version": 1, "owner": ["p1", "p2"]})["people"] == ["p1", "p2"]
    assert "people" not in change(None, {"_id": "a", "version": 1, "owner": None})


def test_items_of_lists_are_told_by_their_position() -> None:
    before = {"_id": "a", "version": 1, "answers": [{"status": "new"}, {"status": "new"}]}
    after = {"_id": "a", "version": 2, "answers": [{"status": "new"}, {"status": "done"}, {"status": "more"}]}
    told = change(before, after)
    assert told["before"] == {"answers.1.status": "new"}
    assert told["after"] == {"answers.1.status": "done", "answers.2": {"status": "more"}}


def test_a_field_that_appears_or_goes_is_on_one_side_only() -> None:
    told = change({"_id": "a", "version": 1, "old": 1}, {"_id": "a", "version": 2, "new": None})
    assert (told["before"], told["after"]) == ({"old": 1}, {"new": None})


@pytest.mark.parametrize(("stored", "given"), [(["x"], ("x",)), ("red", Colour.RED), ({"a": [1]}, {"a": (1,)})])
def test_what_the_database_gives_back_in_another_form_has_not_changed(stored: Any, given: Any) -> None:
    assert change({"_id": "a", "version": 1, "field": stored}, {"_id": "a", "version": 2, "field": given}) is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text("ab", max_size=2)
    | st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["title", "seats", "email", "sort", "answers"]), VALUES, max_size=5)


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_told_leads_from_before_to_after(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Whoever has the old document and the entry can say what was shown of the new one."""
    result = change({"_id": "a", "version": 1, **before}, {"_id": "a", "version": 2, **after})
    shown_before = {name: value for name, value in before.items() if name in ("title", "seats", "answers")}
    shown_after = {name: value for name, value in after.items() if name in ("title", "seats", "answers")}
    differences = result or {"before": {}, "after": {}, "concealed": []}
    assert applied(shown_before, differences) == shown_after
    assert applied(shown_after, {"before": differences["after"], "after": differences["before"]}) == shown_before
    assert ("email" in differences["concealed"]) is (before.get("email", ...) != after.get("email", ...))


@given(DOCUMENTS, DOCUMENTS)
def test_no_concealed_value_is_in_an_entry(before: dict[str, Any], after: dict[str, Any]) -> None:
    secret = {"email": "secret@b.example"}
    for one, other in ((None, {**after, **secret}), ({**before, **secret}, None), (before, {**after, **secret})):
        made = change(_document(one, 1), _document(other, 2))
        assert "secret" not in str(made)


def _document(fields: dict[str, Any] | None, version: int) -> dict[str, Any] | None:
    return None if fields is None else {"_id": "a", "version": version, **fields}


def applied(document: dict[str, Any], differences: dict[str, Any]) -> Any:
    """`document` with the differences carried out."""
    nested: Any = _nested(document)
    for path in differences["before"].keys() - differences["after"].keys():
        _set(nested, path.split("."), ...)
    for path, value in differences["after"].items():
        _set(nested, path.split("."), _nested(value))
    return _flat(nested)


def _nested(value: Any) -> Any:
    """With lists as dictionaries by position, marked as what they are."""
    if isinstance(value, dict):
        return {name: _nested(item) for name, item in value.items()}
    if isinstance(value, list):
        return {"is list": True, **{str(position): _nested(item) for position, item in enumerate(value)}}
    return value


def _set(nested: Any, path: list[str], value: Any) -> None:
    *parents, last = path
    for name in parents:
        nested = nested[name]
    if value is ...:
        nested.pop(last, None)
    else:
        nested[last] = value


def _flat(nested: Any) -> Any:
    if not isinstance(nested, dict):
        return nested
    if nested.get("is list"):
        return [_flat(nested[str(position)]) for position in range(len(nested) - 1)]
    return {name: _flat(value) for name, value in nested.items()}
