"""The addresses for bytes: nobody else makes one, changes one, or uses one after its time."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.files.addresses import Addresses
from gateway.files.tickets import Ticket, TicketOffice
from services.chassis.kernel.config import ConfigurationError
from services.chassis.kernel.principal import Principal, PrincipalKind
from services.chassis.protocol.principal import new_key
from tests.support.principals import SECRETARY, SOMEBODY

TICKET = Ticket(
    shelf="evidence",
    coalition="eccar",
    file_id="f",
    principal_id="p",
    issuer="https://issuer.example",
    subject="ada",
    name="Ada",
    email="ada@people.example",
    expires_at=1_000.0,
)
KEY = b"k" * 32


def office(key: bytes = KEY, *, at: float = 999.0) -> TicketOffice:
    return TicketOffice(key, clock=lambda: at)


def test_a_ticket_is_read_as_it_was_made() -> None:
    assert office().open(office().seal(TICKET)) == TICKET
    assert office().seal(TICKET) != office().seal(TICKET)


def test_it_ends_with_its_time() -> None:
    sealed = office().seal(TICKET)
    assert office(at=999.9).open(sealed) is not None
    assert office(at=1_000.0).open(sealed) is None


def test_another_gateways_ticket_is_none() -> None:
    assert office(b"o" * 32).open(office().seal(TICKET)) is None


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_ticket_is_none(place: int, byte: int) -> None:
    sealed = base64.urlsafe_b64decode(office().seal(TICKET))
    changed = bytearray(sealed)
    changed[place % len(changed)] = byte
    if bytes(changed) != sealed:
        assert office().open(base64.urlsafe_b64encode(bytes(changed)).decode()) is None


@given(st.text(max_size=50))
def test_whatever_is_no_ticket_is_none(text: str) -> None:
    assert office().open(text) is None


def test_who_sends_is_not_to_be_read_in_it() -> None:
    sealed = office().seal(TICKET)
    assert b"ada" not in base64.urlsafe_b64decode(sealed)


def test_the_key_is_the_gateways_own_and_the_same_in_all_replicas(tmp_path: Path) -> None:
    path, other = tmp_path / "key.json", tmp_path / "other.json"
    path.write_text(json.dumps(new_key("a")))
    other.write_text(json.dumps(new_key("b")))
    later = replace(TICKET, expires_at=datetime.now(UTC).timestamp() + 60)
    sealed = TicketOffice.from_file(path).seal(later)
    assert TicketOffice.from_file(path).open(sealed) == later
    assert TicketOffice.from_file(other).open(sealed) is None
    path.write_text("{}")
    for wrong in (path, tmp_path / "none"):
        with pytest.raises(ConfigurationError):
            TicketOffice.from_file(wrong)


def file(**changes: Any) -> dict[str, Any]:
    expires_at = datetime.now(UTC) + timedelta(minutes=10)
    staged = {"id": "f", "coalition": "eccar", "status": "staged", "staged_by": SECRETARY.id}
    return {**staged, "expires_at": expires_at.isoformat(), **changes}


def upload(principal: Principal | None, **changes: Any) -> Ticket | None:
    tickets = TicketOffice(KEY)
    url = Addresses("https://gateway.example", tickets).upload("evidence", file(**changes), principal)
    if url is None:
        return None
    assert url.startswith("https://gateway.example/files/uploads/")
    return tickets.open(url.rpartition("/")[2])


def test_only_who_announced_a_file_is_given_its_address_and_only_in_time() -> None:
    ticket = upload(SECRETARY)
    assert ticket is not None
    assert (ticket.principal_id, ticket.subject, ticket.file_id) == (SECRETARY.id, SECRETARY.subject, "f")
    assert upload(SOMEBODY) is None
    assert upload(None) is None
    assert upload(SECRETARY, status="available") is None
    assert upload(SECRETARY, expires_at=datetime.now(UTC).isoformat()) is None
    assert upload(SOMEBODY, staged_by=None) is None


def test_an_application_shows_its_token_itself() -> None:
    machine = Principal(kind=PrincipalKind.APPLICATION, id="machine", name="Website")
    ticket = upload(machine, staged_by="machine")
    assert ticket is not None
    assert ticket.credential is None
    person = upload(SECRETARY)
    assert person is not None
    assert person.credential is not None
    assert person.credential.identity.subject == SECRETARY.subject


def test_what_can_be_read_has_an_address_and_nothing_else() -> None:
    addresses = Addresses("https://gateway.example", TicketOffice(KEY))
    available = file(status="available", id="a/b")
    assert addresses.download("evidence", available) == "https://gateway.example/files/evidence/eccar/a%2Fb"
    assert addresses.download("evidence", file()) is None
