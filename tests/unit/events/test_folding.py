"""Titles and names compared as people mean them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.folding import fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kadıköy", "kadikoy"),
        ("  Nürnberg   2024 ", "nurnberg 2024"),
        ("Don't Let Europe Go Backwards", "don t let europe go backwards"),
        ("GENT / Gand", "gent gand"),
        ("Straße", "strasse"),
        ("Łódź, Ærø", "lodz aero"),
        ("مدينة", "مدينة"),
        ("?!", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert " ".join(words(text)) == fold(text)


@given(st.text(alphabet=st.characters(whitelist_categories=["Lu", "Ll"], max_codepoint=0x17F)))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.lower()) == fold(text.upper().lower())
