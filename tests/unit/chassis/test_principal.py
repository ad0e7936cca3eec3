"""The principal on the bus: what is signed is believed for a moment, and nothing else is."""

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.config import ConfigurationError
from services.chassis.kernel.errors import Unauthenticated, Unavailable
from services.chassis.kernel.principal import Grant, Principal, PrincipalKind, Scope, person_id
from services.chassis.protocol.principal import ISSUER, LEEWAY_SECONDS, LIFE_SECONDS, Signer, Verifier, new_key, public
from services.chassis.runtime.key_files import (
    PUBLIC_KEYS,
    SIGNING_KEY,
    KeysNotReady,
    activate_key,
    ensure_keys,
    publish_key,
    retire_keys,
)

ANNA = Principal(
    kind=PrincipalKind.PERSON,
    id=person_id("https://issuer", "anna"),
    issuer="https://issuer",
    subject="anna",
    name="Anna",
    email="anna@graz.example",
    grants=(Grant("focal_point", Scope("member", "eccar", "m1")), Grant("unesco_coordinator", Scope("network"))),
    api_scopes=("reports:read",),
    on_behalf_of="somebody",
    address="192.0.2.1",
)


class Time:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    ensure_keys(tmp_path)
    return tmp_path


def signer(keys: Path, time: Time) -> Signer:
    return Signer(json.loads((keys / SIGNING_KEY).read_text()), clock=time)


def verifier(keys: Path, time: Time) -> Verifier:
    return Verifier(keys / PUBLIC_KEYS, clock=time)


def test_all_of_it_arrives(keys: Path, time: Time) -> None:
    assert verifier(keys, time).verify(signer(keys, time).sign(ANNA)) == ANNA


@pytest.mark.parametrize("grants", [None, ()])
def test_unknown_rights_are_not_no_rights(keys: Path, time: Time, grants: tuple[Grant, ...] | None) -> None:
    principal = Principal(kind=PrincipalKind.PERSON, id="anna", grants=grants)
    assert verifier(keys, time).verify(signer(keys, time).sign(principal)).grants == grants


@pytest.mark.parametrize("remembered", [True, False])
def test_it_lives_for_seconds_also_when_it_was_believed_before(keys: Path, time: Time, remembered: bool) -> None:
    believing = verifier(keys, time)
    token = signer(keys, time).sign(ANNA)
    if remembered:
        believing.verify(token)
    time.now += LIFE_SECONDS + LEEWAY_SECONDS
    with pytest.raises(Unavailable):
        believing.verify(token)


def test_one_of_the_future_is_not_believed_yet(keys: Path, time: Time) -> None:
    token = signer(keys, time).sign(ANNA)
    time.now -= LEEWAY_SECONDS + 2
    with pytest.raises(Unavailable):
        verifier(keys, time).verify(token)


def test_a_key_of_somebody_else_is_not_believed(keys: Path, tmp_path: Path, time: Time) -> None:
    kid = json.loads((keys / SIGNING_KEY).read_text())["kid"]
    for forged in (new_key("another"), new_key(kid)):
        with pytest.raises(Unauthenticated):
            verifier(keys, time).verify(Signer(forged, clock=time).sign(ANNA))


def claims(time: Time, **changes: Any) -> dict[str, Any]:
    now = int(time.now)
    told = {"sub": "anna", "kind": "person", "grants": [], "iss": ISSUER, "iat": now, "exp": now + LIFE_SECONDS}
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def test_tokens_without_a_signature_or_with_a_shared_secret_are_not_believed(keys: Path, time: Time) -> None:
    public_key = json.loads((keys / PUBLIC_KEYS).read_text())["keys"][0]
    none = jwt.encode(claims(time), "", algorithm="none", headers={"kid": public_key["kid"]})
    confused = jwt.encode(
        claims(time), base64.urlsafe_b64decode(public_key["x"] + "="), "HS256", headers={"kid": public_key["kid"]}
    )
    for token in (none, confused, "", "a.b.c", "x" * 10_000):
        with pytest.raises(Unauthenticated):
            verifier(keys, time).verify(token)


@pytest.mark.parametrize(
    "changes", [{"iss": "somebody"}, {"iss": None}, {"sub": None}, {"exp": None}, {"iat": None}, {"exp": 2_000_000}]
)
def test_what_the_gateway_would_not_sign_is_not_believed(keys: Path, time: Time, changes: dict[str, Any]) -> None:
    key = json.loads((keys / SIGNING_KEY).read_text())
    private: Any = jwt.PyJWK(key).key
    token = jwt.encode(claims(time, **changes), private, "EdDSA", headers={"kid": key["kid"]})
    with pytest.raises(Unauthenticated):
        verifier(keys, time).verify(token)


TAMPERED = new_key("tampered")


@given(st.data())
def test_a_changed_token_is_not_believed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "tampered.json"
    path.write_text(json.dumps({"keys": [public(TAMPERED)]}))
    time = Time()
    token = Signer(TAMPERED, clock=time).sign(ANNA)
    # Not the last sign: of it, base64 ignores some bits.
    place = data.draw(st.integers(0, len(token) - 2))
    sign = data.draw(st.sampled_from("ABCabc019-_."))
    changed = token[:place] + sign + token[place + 1 :]
    if changed != token:
        with pytest.raises(Unauthenticated):
            Verifier(path, clock=time).verify(changed)


def test_a_key_is_replaced_while_everything_runs(keys: Path, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.protocol.principal._READ_AGAIN_SECONDS", -1.0)
    believing = verifier(keys, time)
    old = signer(keys, time).sign(ANNA)
    publish_key(keys)
    assert believing.verify(old) == ANNA
    activate_key(keys)
    new = signer(keys, time).sign(ANNA)
    assert believing.verify(new) == ANNA
    assert believing.verify(signer(keys, time).sign(ANNA)) == ANNA
    [gone] = retire_keys(keys)
    assert gone == jwt.get_unverified_header(old)["kid"]
    with pytest.raises(Unauthenticated):
        verifier(keys, time).verify(old)
    assert verifier(keys, time).verify(new) == ANNA


def test_steps_out_of_order_are_refused(keys: Path) -> None:
    with pytest.raises(KeysNotReady, match="publish"):
        activate_key(keys)
    publish_key(keys)
    with pytest.raises(KeysNotReady, match="activate"):
        publish_key(keys)


def test_private_keys_are_their_owners_and_are_not_made_again(keys: Path) -> None:
    before = (keys / SIGNING_KEY).read_bytes()
    ensure_keys(keys)
    assert (keys / SIGNING_KEY).read_bytes() == before
    assert (keys / SIGNING_KEY).stat().st_mode & 0o077 == 0
    assert b'"d"' not in (keys / PUBLIC_KEYS).read_bytes()


@pytest.mark.parametrize("content", ["", "{}", '{"keys": 1}', '{"keys": [{"kid": "a"}]}'])
def test_a_wrong_file_is_named_at_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"keys\.json"):
        Verifier(path)
    with pytest.raises(ConfigurationError):
        Signer.from_file(path)
