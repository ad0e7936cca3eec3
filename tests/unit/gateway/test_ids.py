"""Global ids."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.graphql.core.ids import GlobalId, Ref, expect, find, id_of
from services.chassis.kernel.errors import InvalidInput

NAMES = st.from_regex(r"[A-Za-z]{1,20}", fullmatch=True)
KEYS = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)


@given(NAMES, KEYS, st.none() | KEYS)
def test_an_id_survives_the_way_there_and_back(type_name: str, key: str, coalition: str | None) -> None:
    wanted = GlobalId(type_name, key, coalition)
    assert GlobalId.parse(str(wanted)) == wanted


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    found = GlobalId.parse(text)
    assert found is None or found.key


def test_the_form_is_the_one_that_clients_already_hold() -> None:
    assert base64.b64decode(str(GlobalId("Member", "0192", "eccar"))) == b"Member:eccar/0192"
    assert base64.b64decode(str(GlobalId("Coalition", "eccar"))) == b"Coalition:eccar"
    assert id_of("City", {"id": "0192"}) == str(GlobalId("City", "0192"))
    assert GlobalId("Member", "0192", "eccar").ref == Ref("eccar", "0192")


@pytest.mark.parametrize(
    "content", [b"", b":", b"Member", b"Member:", b":key", b"Member:/key", b"Member:eccar/", b"\xff:x"]
)
def test_what_is_no_id_is_none(content: bytes) -> None:
    assert GlobalId.parse(base64.b64encode(content).decode()) is None


def test_ids_of_another_type_are_not_taken() -> None:
    city = str(GlobalId("City", "0192"))
    assert find("Member", city) is None
    with pytest.raises(InvalidInput) as refused:
        expect("Member", city, ("member_id",))
    [violation] = refused.value.violations
    assert (violation.path, violation.code) == (("member_id",), "INVALID_ID")
