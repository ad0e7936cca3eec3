"""An upload when something is away: a lost answer, a service that refuses, a store that is not there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.files.tickets import Ticket, TicketOffice
from gateway.files.uploads import Turns
from services.chassis.kernel.errors import Conflict, Forbidden, RateLimited, Unavailable
from services.chassis.kernel.principal import person_id
from services.rights import api_tokens
from tests.support.principals import key_directory

from .http import door
from .network import Network, View

PDF = b"%PDF-1.7 evidence"
ISSUER, SUBJECT = "https://issuer.example", "ada"
ADA = person_id(ISSUER, SUBJECT)


def file(**changes: Any) -> View:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return {
        "id": "f",
        "coalition": "eccar",
        "version": 1,
        "owner_id": "r",
        "name": "Evidence.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "announced_sha256": None,
        "status": "staged",
        "scan": None,
        "sha256": None,
        "object_id": None,
        "staged_by": ADA,
        "staged_at": datetime.now(UTC).isoformat(),
        "expires_at": expires_at.isoformat(),
        "received_at": None,
        **changes,
    }


def received(asked: View) -> View:
    return file(status="available", scan=asked["scan"], sha256=asked["sha256"], object_id=asked["upload_id"])


@pytest.fixture
def reports(network: Network) -> Network:
    """A network in which Ada has staged a file."""
    network.answers["membership.identify"] = lambda asked: {
        "kind": "application" if "token" in asked else "person",
        "id": "machine" if "token" in asked else ADA,
        "issuer": asked.get("issuer"),
        "subject": asked.get("subject"),
        "grants": [],
    }
    network.answers["reports.get_evidence"] = {"items": [file()]}
    network.answers["reports.receive_evidence"] = received
    return network


def address(**changes: Any) -> str:
    given: dict[str, Any] = {
        "shelf": "evidence",
        "coalition": "eccar",
        "file_id": "f",
        "principal_id": ADA,
        "issuer": ISSUER,
        "subject": SUBJECT,
        "name": "Ada",
        "email": None,
        "expires_at": datetime.now(UTC).timestamp() + 60,
        **changes,
    }
    office = TicketOffice.from_file(key_directory() / "principal-signing-key.json")
    return f"/files/uploads/{office.seal(Ticket(**given))}"


async def sent(network: Network, store: Path, url: str = "", **headers: str) -> httpx.Response:
    async with door(network, {"OBJECT_STORE": store.as_uri()}) as client:
        return await client.put(url or address(), content=PDF, headers=headers)


def kept(store: Path) -> list[bytes]:
    return [path.read_bytes() for path in store.rglob("*") if path.is_file()]


def code_of(response: httpx.Response) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


async def test_the_service_is_told_what_came(reports: Network, tmp_path: Path) -> None:
    assert (await sent(reports, tmp_path)).status_code == 201
    [told] = reports.named("reports.receive_evidence")
    assert (told["file_id"], told["size"], told["media_type"], told["scan"]) == (
        "f", len(PDF), "application/pdf", "not_scanned"
    )  # fmt: skip
    assert "content" not in told
    assert kept(tmp_path) == [PDF]


async def test_a_receipt_whose_answer_is_lost_is_told_again(reports: Network, tmp_path: Path) -> None:
    lost = iter([Unavailable("The answer was lost.")])
    reports.failures["reports.receive_evidence"] = lambda _asked: next(lost, None)
    assert (await sent(reports, tmp_path)).status_code == 201
    first, second = reports.named("reports.receive_evidence")
    assert first == second


async def test_what_the_service_may_have_taken_is_kept(reports: Network, tmp_path: Path) -> None:
    reports.failures["reports.receive_evidence"] = Unavailable("The service is away.")
    response = await sent(reports, tmp_path)
    assert (response.status_code, code_of(response), response.headers["retry-after"]) == (503, "UNAVAILABLE", "1")
    assert kept(tmp_path) == [PDF]


async def test_what_it_may_have_taken_is_kept_though_it_refuses_it_now(reports: Network, tmp_path: Path) -> None:
    answers = iter([Unavailable("The answer was lost."), Forbidden("The right was revoked.")])
    reports.failures["reports.receive_evidence"] = lambda _asked: next(answers)
    assert (await sent(reports, tmp_path)).status_code == 403
    assert kept(tmp_path) == [PDF]


async def test_what_the_service_refuses_is_not_kept(reports: Network, tmp_path: Path) -> None:
    reports.failures["reports.receive_evidence"] = Conflict("The report was submitted.")
    assert (await sent(reports, tmp_path)).status_code == 409
    assert kept(tmp_path) == []


async def test_what_is_stored_already_is_not_kept_twice(reports: Network, tmp_path: Path) -> None:
    reports.answers["reports.receive_evidence"] = lambda asked: {**received(asked), "object_id": "another"}
    assert (await sent(reports, tmp_path)).status_code == 201
    assert kept(tmp_path) == []


async def test_who_may_no_more_sends_nothing(reports: Network, tmp_path: Path) -> None:
    reports.answers["reports.get_evidence"] = {"items": [None]}
    assert (await sent(reports, tmp_path)).status_code == 404
    assert reports.named("reports.receive_evidence") == []
    assert kept(tmp_path) == []


async def test_an_application_shows_its_token_with_the_address(reports: Network, tmp_path: Path) -> None:
    url = address(principal_id="machine", issuer=None, subject=None)
    without = await sent(reports, tmp_path, url)
    assert (without.status_code, code_of(without)) == (401, "UNAUTHENTICATED")
    token = api_tokens.token_of(b"t" * api_tokens.RANDOM_BYTES)
    assert (await sent(reports, tmp_path, url, authorization=f"Bearer {token}")).status_code == 201
    not_its_own = await sent(reports, tmp_path, authorization=f"Bearer {token}")
    assert (not_its_own.status_code, code_of(not_its_own)) == (403, "UPLOAD_NOT_YOURS")


async def test_a_wrong_announcement_is_refused_before_anything_comes(reports: Network, tmp_path: Path) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(PDF)
        yield PDF

    async with door(reports, {"OBJECT_STORE": tmp_path.as_uri()}) as client:
        for headers in ({"content-length": "5"}, {"content-type": "image/png"}):
            response = await client.put(address(), content=body(), headers=headers)
            assert (response.status_code, code_of(response)) == (422, "FILE_DIFFERS")
    assert read == []
    assert kept(tmp_path) == []


async def test_one_process_takes_so_many_at_once(reports: Network, tmp_path: Path) -> None:
    async def nested() -> AsyncIterator[bytes]:
        yield PDF
        busy.append(await client.put(address(), content=PDF))

    busy: list[httpx.Response] = []
    async with door(reports, {"OBJECT_STORE": tmp_path.as_uri(), "UPLOADS_AT_ONCE": "1"}) as client:
        assert (await client.put(address(), content=nested())).status_code == 201
    assert [(each.status_code, code_of(each)) for each in busy] == [(503, "RATE_LIMITED")]


def test_one_sender_leaves_half_of_the_places_to_others() -> None:
    turns = Turns(4)
    with turns.taken("ada"), turns.taken("ada"):
        with pytest.raises(RateLimited), turns.taken("ada"):
            pass
        with turns.taken("eve"), turns.taken("bob"), pytest.raises(RateLimited), turns.taken("kim"):
            pass
    with turns.taken("ada"), turns.taken("ada"):
        pass


async def test_without_a_store_nothing_is_taken_or_given(reports: Network) -> None:
    async with door(reports) as client:
        for response in (await client.put(address(), content=PDF), await client.get("/files/evidence/eccar/f")):
            assert (response.status_code, code_of(response)) == (503, "FILES_NOT_CONFIGURED")


async def test_a_receipt_without_bytes_is_told_as_what_it_is(reports: Network, tmp_path: Path) -> None:
    found = file(status="available", scan="clean", sha256="0" * 64, object_id="gone")
    reports.answers["reports.get_evidence"] = {"items": [found]}
    async with door(reports, {"OBJECT_STORE": tmp_path.as_uri()}) as client:
        response = await client.get("/files/evidence/eccar/f")
    assert (response.status_code, code_of(response)) == (503, "UNAVAILABLE")


async def test_no_log_shows_an_address_that_takes_bytes(
    reports: Network, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = address()
    with caplog.at_level("INFO", logger="gateway.access"):
        await sent(reports, tmp_path, url)
    assert "PUT /files/uploads/… 201" in caplog.text
    assert url.rpartition("/")[2] not in caplog.text


async def test_a_store_that_cannot_be_written_is_told_as_such(reports: Network, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    (store / "evidence").write_text("a file where a folder should be")
    response = await sent(reports, store)
    assert (response.status_code, code_of(response)) == (503, "UNAVAILABLE")
    assert reports.named("reports.receive_evidence") == []
