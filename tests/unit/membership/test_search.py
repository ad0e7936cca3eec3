"""What cities and members are found by."""

from services.membership.store.search import search_terms


def test_search_terms_are_the_words_of_all_names_once() -> None:
    assert search_terms(["Città di Genova", "Genova", "Gênes"]) == ["citta", "di", "genes", "genova"]
