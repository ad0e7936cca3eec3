"""What other people's tools say of the schema, and that they can say no."""

from pathlib import Path

import pytest

from tests.conformance.schema.measures import RELEASED, SCHEMA, Change, accepted, changes, lint, unaccepted


@pytest.fixture(scope="module")
def since_the_release() -> list[Change]:
    return changes(RELEASED, SCHEMA)


def planted(tmp_path: Path, before: str, after: str) -> Path:
    """The schema with one place changed."""
    text = SCHEMA.read_text()
    assert before in text
    path = tmp_path / "schema.graphql"
    path.write_text(text.replace(before, after, 1))
    return path


def test_the_linter_finds_nothing() -> None:
    assert lint(SCHEMA) == []


def test_the_linter_finds_what_is_wrong(tmp_path: Path) -> None:
    schema = planted(tmp_path, "type Query {", "type Query {\n  made_up(id: ID): Int @deprecated\n")
    [*found] = (each.split(",")[0] for each in lint(schema))
    assert sorted(found) == [
        "arguments-have-descriptions",
        "deprecations-have-a-reason",
        "fields-are-camel-cased",
        "fields-have-descriptions",
    ]


def test_no_client_of_the_released_schema_breaks(since_the_release: list[Change]) -> None:
    """Decided breaks are listed in gateway/schema.accepted.toml, each with its reason."""
    assert unaccepted(since_the_release, accepted()) == []


def test_what_is_listed_as_decided_is_a_break(since_the_release: list[Change]) -> None:
    listed = accepted()
    assert listed.keys() <= {each.name for each in since_the_release if each.level == "BREAKING"}
    assert all(reason.strip().endswith(".") for reason in listed.values())


def test_a_break_is_found_unless_it_is_listed(tmp_path: Path) -> None:
    found = changes(RELEASED, planted(tmp_path, "  me: Me\n", "  self: Me\n"))
    assert unaccepted(found, {}) == ["Field 'me' was removed from object type 'Query'"]
    listed = tmp_path / "accepted.toml"
    listed.write_text('[[change]]\ntype = "FIELD_REMOVED"\npath = "Query.me"\nreason = "A try."\n')
    assert unaccepted(found, accepted(listed)) == []
    assert accepted(listed) == {"FIELD_REMOVED Query.me": "A try."}


def test_an_addition_breaks_nobody(tmp_path: Path) -> None:
    found = changes(RELEASED, planted(tmp_path, "type Query {", 'type Query {\n  "New."\n  somethingNew: Int\n'))
    assert "FIELD_ADDED Query.somethingNew" in {each.name for each in found}
    assert unaccepted(found, accepted()) == []
