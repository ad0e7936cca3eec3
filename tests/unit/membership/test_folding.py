"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.folding import fold, search_terms, words


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Malmö", "malmo"),
        ("Şişli", "sisli"),
        ("Kadıköy", "kadikoy"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("Čair (Skopje)", "cair skopje"),
        ("Bruxelles/Brussel", "bruxelles brussel"),
        ("Molenbeek-Saint-Jean", "molenbeek saint jean"),
        ("Weißenfels", "weissenfels"),
        ("Tromsø", "tromso"),
        ("Reykjavík_Höfn", "reykjavik hofn"),
        ("L'Hospitalet", "l hospitalet"),
        ("Αθήνα", "αθηνα"),
        ("  Bad   Homburg v. d. Höhe ", "bad homburg v d hohe"),
        ("!?", ""),
    ],
)
def test_a_name_folds_to_one_key(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert fold("Malmo\u0308") == fold("Malm\u00f6")


def test_search_terms_are_the_words_of_all_names_once() -> None:
    assert search_terms(["Città di Genova", "Genova", "Gênes"]) == ["citta", "di", "genes", "genova"]


@given(st.text())
def test_folding_is_settled_after_one_time(text: str) -> None:
    assert words(fold(text)) == words(text)
    assert all(word and " " not in word for word in words(text))
