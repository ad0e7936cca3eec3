"""The life of a file: what may follow on what, whatever is tried in whichever order."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.errors import ServiceError
from services.files.errors import (
    FileDiffers,
    FileTooLarge,
    InvalidFileName,
    NotReceived,
    TypeNotAllowed,
    UploadAlreadyUsed,
    UploadExpired,
)
from services.files.file import (
    UPLOAD_BEGINS_WITHIN,
    UPLOAD_LASTS,
    File,
    FileStatus,
    Scan,
    Verdict,
    receive,
    remove,
    settle,
    vacate,
)

from .examples import HASH, NOW, arrival, staged

CLEAN = Verdict(scan=Scan.CLEAN)
MAY_FOLLOW = {
    FileStatus.STAGED: {FileStatus.RECEIVED, FileStatus.AVAILABLE, FileStatus.REFUSED, FileStatus.REMOVED},
    FileStatus.RECEIVED: {FileStatus.AVAILABLE, FileStatus.REFUSED, FileStatus.REMOVED, FileStatus.RECEIVED},
    FileStatus.AVAILABLE: {FileStatus.REMOVED},
    FileStatus.REFUSED: {FileStatus.REMOVED},
    FileStatus.REMOVED: set(),
}


def test_what_is_staged_has_no_bytes_and_begins_to_come_within_the_hour() -> None:
    file = staged()
    assert (file.status, file.version, file.sha256, file.scan, file.has_bytes) == ("staged", 1, None, None, False)
    assert file.expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "error", "path"),
    [
        ({"media_type": "text/html"}, TypeNotAllowed, ("media_type",)),
        ({"size": 1_001}, FileTooLarge, ("size",)),
        ({"media_type": "image/jpeg", "name": "a.jpg", "size": 501}, FileTooLarge, ("size",)),
        ({"name": "report.exe"}, InvalidFileName, ("name",)),
        ({"name": "pdf"}, InvalidFileName, ("name",)),
        ({"name": "../report.pdf"}, InvalidFileName, ("name",)),
    ],
)
def test_what_is_not_taken_is_not_staged(changes: dict[str, Any], error: type[ServiceError], path: Any) -> None:
    with pytest.raises(error) as raised:
        staged(**changes)
    assert raised.value.path == path


def test_names_end_as_their_type_does_in_any_case() -> None:
    assert staged(name="Foto.JPEG", media_type="image/jpeg").announced.name == "Foto.JPEG"


@pytest.mark.parametrize(
    ("scan", "status", "readable"),
    [
        (Scan.CLEAN, FileStatus.AVAILABLE, True),
        (Scan.NOT_SCANNED, FileStatus.AVAILABLE, True),
        (Scan.PENDING, FileStatus.RECEIVED, True),
        (Scan.INFECTED, FileStatus.REFUSED, False),
    ],
)
def test_what_the_scanner_says_decides(scan: Scan, status: FileStatus, readable: bool) -> None:
    file = receive(staged(), arrival(scan, "Eicar" if scan is Scan.INFECTED else None), same=None, now=NOW)
    assert (file.status, file.scan, file.version, file.sha256) == (status, scan, 2, HASH)
    assert file.has_bytes is readable


def test_the_same_arrival_told_twice_is_one_and_another_is_refused() -> None:
    file = receive(staged(), arrival(), same=None, now=NOW)
    assert receive(file, arrival(), same=None, now=NOW) is file
    with pytest.raises(UploadAlreadyUsed):
        receive(file, arrival(upload_id="other"), same=None, now=NOW)
    assert receive(remove(file), arrival(), same=None, now=NOW).status is FileStatus.REMOVED


@pytest.mark.parametrize("changes", [{"size": 99}, {"media_type": "image/jpeg"}])
def test_bytes_that_are_not_what_was_announced_are_no_receipt(changes: dict[str, Any]) -> None:
    with pytest.raises(FileDiffers):
        receive(staged(), arrival(**changes), same=None, now=NOW)


def test_an_announced_hash_holds() -> None:
    assert receive(staged(sha256=HASH), arrival(), same=None, now=NOW).sha256 == HASH
    with pytest.raises(FileDiffers) as raised:
        receive(staged(sha256="b" * 64), arrival(), same=None, now=NOW)
    assert "SHA-256" in raised.value.message


def test_bytes_may_come_a_while_after_the_last_moment_to_begin() -> None:
    last = NOW + UPLOAD_BEGINS_WITHIN + UPLOAD_LASTS
    assert receive(staged(), arrival(), same=None, now=last).status is FileStatus.AVAILABLE
    with pytest.raises(UploadExpired):
        receive(staged(), arrival(), same=None, now=last + timedelta(seconds=1))


def test_the_same_bytes_are_stored_once() -> None:
    first = receive(staged(), arrival(upload_id="first"), same=None, now=NOW)
    second = receive(staged(), arrival(upload_id="second"), same=first, now=NOW)
    assert second.receipt is not None
    assert (second.receipt.upload_id, second.receipt.object_id) == ("second", "first")
    third = receive(staged(), arrival(upload_id="third"), same=second, now=NOW)
    assert third.receipt is not None
    assert third.receipt.object_id == "first"


def test_only_what_waits_for_the_scanner_is_settled() -> None:
    waiting = receive(staged(), arrival(Scan.PENDING), same=None, now=NOW)
    settled = settle(waiting, CLEAN)
    assert (settled.status, settled.scan, settled.version) == (FileStatus.AVAILABLE, Scan.CLEAN, 3)
    assert settle(settled, CLEAN) is settled
    with pytest.raises(NotReceived):
        settle(settled, Verdict(scan=Scan.INFECTED, threat="Eicar"))
    with pytest.raises(NotReceived):
        settle(staged(), CLEAN)


STEPS: Any = {
    "receive": lambda file, scan, upload: receive(file, arrival(scan, upload_id=upload), same=None, now=NOW),
    "settle": lambda file, scan, upload: settle(file, Verdict(scan=scan)),
    "remove": lambda file, scan, upload: remove(file),
    "vacate": lambda file, scan, upload: vacate(file),
}


@given(
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(list(Scan)), st.sampled_from("uv")), max_size=8)
)
def test_whatever_is_tried_a_file_only_goes_where_it_may(tried: list[tuple[str, Scan, str]]) -> None:
    file: File = staged()
    for name, scan, upload in tried:
        try:
            after = STEPS[name](file, scan, upload)
        except (UploadAlreadyUsed, NotReceived):
            continue
        if after is file:
            continue
        assert after.version == file.version + 1, "a version for each change"
        if name != "vacate":
            assert after.status in MAY_FOLLOW[file.status]
        if file.receipt is not None:
            assert after.receipt == file.receipt, "bytes that have come are never replaced"
        if after.status is FileStatus.AVAILABLE:
            assert after.scan in (Scan.CLEAN, Scan.NOT_SCANNED)
        assert after.scan is not Scan.INFECTED or after.status in (FileStatus.REFUSED, FileStatus.REMOVED)
        file = after
