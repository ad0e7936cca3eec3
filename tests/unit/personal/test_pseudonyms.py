"""A pseudonym is the same for one address however it is written, and tells nothing of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.config import ConfigurationError
from services.chassis.kernel.pseudonym import Pseudonyms

ONE, OTHER = Pseudonyms(b"a" * 32), Pseudonyms(b"b" * 32)


def test_it_is_a_keyed_hash() -> None:
    """The value is what `openssl dgst -sha256 -hmac` says."""
    assert ONE.of("ada@graz.example") == "421c17da2363005d4ffefeded13084587033715be2083856d5bbd70639d26251"


@pytest.mark.parametrize("written", ["Ada@Graz.Example", " ada@graz.example ", "ADA@GRAZ.EXAMPLE"])
def test_one_address_has_one_pseudonym(written: str) -> None:
    assert ONE.of(written) == ONE.of("ada@graz.example")


def test_composed_letters_are_the_same_as_decomposed_ones() -> None:
    assert ONE.of("andr\u00e9@graz.example") == ONE.of("andre\u0301@graz.example")


@given(st.emails(), st.emails())
def test_different_addresses_and_different_keys_have_different_ones(one: str, other: str) -> None:
    assert (ONE.of(one) == ONE.of(other)) is (one.casefold() == other.casefold())
    assert ONE.of(one) != OTHER.of(one)
    assert one.split("@")[1] not in ONE.of(one)


def test_the_key_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym-key"
    path.write_text("a" * 32 + "\n")

    assert Pseudonyms.from_file(path).of("ada@graz.example") == ONE.of("ada@graz.example")


def test_without_a_good_key_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PSEUDONYM_KEY_FILE"):
        Pseudonyms.from_file(tmp_path / "missing")
    (tmp_path / "short").write_text("a" * 31)
    with pytest.raises(ConfigurationError, match="too short"):
        Pseudonyms.from_file(tmp_path / "short")
