"""Kernel: ids, configuration, context, localised text, errors."""

import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel import context
from services.chassis.kernel.config import ConfigurationError, Environment, Secret, run_mode
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import (
    Conflict,
    ExpectedError,
    InvalidInput,
    Unavailable,
    VersionConflict,
    ensure_version,
    invalid,
)
from services.chassis.kernel.ids import is_id, new_id
from services.chassis.kernel.text import LocalizedText


def test_ids_are_uuid_version_7_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    parsed = uuid.UUID(new_id())
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert before <= parsed.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_differ_and_grow_with_time() -> None:
    early = new_id()
    time.sleep(0.002)
    later = [new_id() for _ in range(1000)]
    assert len(set(later)) == 1000
    assert all(early < each for each in later)


@pytest.mark.parametrize(
    "text", ["", "x", "0192D3A4-0000-7000-8000-000000000001", "{0192d3a4-0000-7000-8000-000000000001}"]
)
def test_only_canonical_ids_are_ids(text: str) -> None:
    assert not is_id(text)


def test_settings_are_typed_and_have_defaults() -> None:
    environment = Environment({"PORT": "8000", "PAUSE": "0.5", "MODE": "b", "EMPTY": "", "DELAYS": "1,2.5"})
    assert environment.integer("PORT") == 8000
    assert environment.seconds("PAUSE") == 0.5
    assert environment.choice("MODE", ("a", "b")) == "b"
    assert environment.text("EMPTY", "default") == "default"
    assert environment.durations("DELAYS") == (1.0, 2.5)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda e: e.text("MISSING"), "The environment variable MISSING is not set: it must be a text."),
        (lambda e: e.integer("WORD"), "The environment variable WORD is 'x': it must be a whole number, at least 0."),
        (
            lambda e: e.integer("ZERO", minimum=1),
            "The environment variable ZERO is '0': it must be a whole number, at least 1.",
        ),
        (
            lambda e: e.seconds("WORD"),
            "The environment variable WORD is 'x': it must be a number of seconds, zero or more.",
        ),
        (lambda e: e.choice("WORD", ("a", "b")), "The environment variable WORD is 'x': it must be one of a, b."),
        (lambda e: e.durations("ZERO"), "it must be numbers of seconds, each above zero"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_must_be(read: object, message: str) -> None:
    environment = Environment({"WORD": "x", "ZERO": "0"})
    with pytest.raises(ConfigurationError) as raised:
        read(environment)  # type: ignore[operator]
    assert message in str(raised.value)


def test_a_secret_does_not_print_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r}"
    assert secret.reveal() == "hunter2"


def test_production_is_the_default() -> None:
    assert run_mode(Environment({})) == "production"


def test_a_context_counts_only_inside_its_block() -> None:
    inside = CallContext(correlation_id="story")
    assert context.running() is None
    with context.use(inside):
        assert context.current() is inside
    assert context.running() is None


def test_the_time_left_is_counted_to_the_deadline() -> None:
    assert CallContext().seconds_left() is None
    left = CallContext(deadline=time.time() + 5).seconds_left()
    assert left is not None
    assert 4.5 < left <= 5
    passed = CallContext(deadline=time.time() - 5).seconds_left()
    assert passed is not None
    assert passed < 0


def test_text_falls_back_to_the_base_language_then_to_the_original() -> None:
    text = LocalizedText(original="en", texts={"en": "Housing", "de": "Wohnen"})
    assert [text.best_for(language) for language in (None, "de", "de-AT", "fr")] == [
        "Housing",
        "Wohnen",
        "Wohnen",
        "Housing",
    ]


def test_text_without_its_original_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        LocalizedText(original="fr", texts={"en": "Housing"})


@given(st.dictionaries(st.sampled_from(["en", "de", "fr", "es", "it"]), st.text(), min_size=1))
def test_text_survives_its_document(texts: dict[str, str]) -> None:
    text = LocalizedText(original=next(iter(texts)), texts=texts)
    assert LocalizedText.from_dict(text.as_dict()) == text


def test_the_error_tree_says_what_a_caller_may_do() -> None:
    assert issubclass(VersionConflict, Conflict)
    assert (Conflict("").expected, Conflict("").retryable) == (True, False)
    assert (Unavailable("").expected, Unavailable("").retryable) == (False, True)
    assert not issubclass(Unavailable, ExpectedError)


def test_an_error_about_one_field_carries_its_path_twice() -> None:
    error = invalid(("votes", 0), "must not be negative", "NEGATIVE")
    assert isinstance(error, InvalidInput)
    assert error.path == error.violations[0].path == ("votes", 0)
    assert error.violations[0].code == "NEGATIVE"


def test_a_decision_on_another_version_is_a_conflict() -> None:
    ensure_version(3, None)
    ensure_version(3, 3)
    with pytest.raises(VersionConflict) as raised:
        ensure_version(3, 2)
    assert raised.value.path == ("expected_version",)
