"""A file: announced, then received, then available once the scanner has nothing against it. Pure.

    STAGED ──► RECEIVED ──► AVAILABLE ──► REMOVED
                   └──────► REFUSED

A file may pass RECEIVED within one step, when the scanner was asked before the receipt was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .errors import (
    FileDiffers,
    FileTooLarge,
    InvalidFileName,
    NotReceived,
    TypeNotAllowed,
    UploadAlreadyUsed,
    UploadExpired,
)
from .names import extension_of, fault_of
from .shelf import Shelf

UPLOAD_BEGINS_WITHIN: Final = timedelta(hours=1)
UPLOAD_LASTS: Final = timedelta(hours=2)
"""How long an upload that began in time may take."""


class FileStatus(StrEnum):
    STAGED = "staged"
    RECEIVED = "received"
    AVAILABLE = "available"
    REFUSED = "refused"
    REMOVED = "removed"


class Scan(StrEnum):
    """What the scanner said. `pending`: it could not be asked yet. `not_scanned`: this platform has none."""

    PENDING = "pending"
    NOT_SCANNED = "not_scanned"
    CLEAN = "clean"
    INFECTED = "infected"


_AFTER: Final[Mapping[Scan, FileStatus]] = {
    Scan.PENDING: FileStatus.RECEIVED,
    Scan.NOT_SCANNED: FileStatus.AVAILABLE,
    Scan.CLEAN: FileStatus.AVAILABLE,
    Scan.INFECTED: FileStatus.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What somebody wants to send. `size` in bytes; `sha256` in hex, where the sender knows it."""

    name: str
    media_type: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`threat` is the scanner's name for what it found."""

    scan: Scan
    threat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came by the upload `upload_id`, which is also the name of its object in the store."""

    upload_id: str
    sha256: str
    size: int
    media_type: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where the bytes are. `object_id` is another upload's where the same bytes had come before."""

    upload_id: str
    object_id: str
    sha256: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`owner_id` is what it belongs to; `staged_by` the id of the person or application that announced it, None when
    that is not known any more. The bytes may begin to come until `expires_at`."""

    id: str
    coalition: str
    version: int
    owner_id: str
    announced: Announced
    status: FileStatus
    staged_by: str | None
    staged_at: datetime
    receipt: Receipt | None = None
    verdict: Verdict | None = None

    @property
    def expires_at(self) -> datetime:
        return self.staged_at + UPLOAD_BEGINS_WITHIN

    @property
    def sha256(self) -> str | None:
        """Of what has come."""
        return self.receipt.sha256 if self.receipt else None

    @property
    def scan(self) -> Scan | None:
        return self.verdict.scan if self.verdict else None

    def came_by(self, upload_id: str) -> bool:
        """Whether this upload has brought its bytes."""
        return self.receipt is not None and self.receipt.upload_id == upload_id

    @property
    def has_bytes(self) -> bool:
        """Whether its object in the store is needed."""
        return self.status in (FileStatus.RECEIVED, FileStatus.AVAILABLE)


def stage(
    shelf: Shelf, announced: Announced, *, id: str, coalition: str, owner_id: str, staged_by: str | None, now: datetime
) -> File:
    """Raises TypeNotAllowed, FileTooLarge, InvalidFileName."""
    _check(shelf, announced)
    return File(
        id=id,
        coalition=coalition,
        version=1,
        owner_id=owner_id,
        announced=announced,
        status=FileStatus.STAGED,
        staged_by=staged_by,
        staged_at=now,
    )


def receive(file: File, arrival: Arrival, *, same: File | None, now: datetime) -> File:
    """The next version: with its receipt. `same` is an available file with the same bytes, whose object is used.

    The same arrival told again changes nothing. Raises UploadAlreadyUsed, UploadExpired, FileDiffers.
    """
    if file.came_by(arrival.upload_id):
        return file
    if file.status is not FileStatus.STAGED:
        raise UploadAlreadyUsed
    if now > file.expires_at + UPLOAD_LASTS:
        raise UploadExpired
    _compare(file.announced, arrival)
    known = same.receipt if same else None
    receipt = Receipt(
        upload_id=arrival.upload_id,
        object_id=known.object_id if known else arrival.upload_id,
        sha256=arrival.sha256,
        received_at=now,
    )
    return _judged(replace(file, receipt=receipt), arrival.verdict)


def settle(file: File, verdict: Verdict) -> File:
    """The next version of a file that waits for the scanner. The same verdict told again changes nothing.

    Raises NotReceived.
    """
    if file.verdict == verdict:
        return file
    if file.status is not FileStatus.RECEIVED:
        raise NotReceived
    return _judged(file, verdict)


def remove(file: File) -> File:
    """The next and last version. Of one that is removed: itself."""
    if file.status is FileStatus.REMOVED:
        return file
    return replace(file, version=file.version + 1, status=FileStatus.REMOVED)


def vacate(file: File) -> File:
    """The next version: nobody in person has sent it."""
    return replace(file, version=file.version + 1, staged_by=None)


def _judged(file: File, verdict: Verdict) -> File:
    return replace(file, version=file.version + 1, status=_AFTER[verdict.scan], verdict=verdict)


def _check(shelf: Shelf, announced: Announced) -> None:
    allowed = shelf.types.get(announced.media_type)
    if allowed is None:
        raise TypeNotAllowed(announced.media_type, shelf.types)
    if announced.size > allowed.max_bytes:
        raise FileTooLarge(announced.media_type, allowed.max_bytes)
    if fault := fault_of(announced.name):
        raise InvalidFileName(fault)
    if extension_of(announced.name) not in allowed.extensions:
        ends = ", ".join(f".{extension}" for extension in allowed.extensions)
        raise InvalidFileName(f"The name of a file of the type {announced.media_type} ends with {ends}.")


def _compare(announced: Announced, arrival: Arrival) -> None:
    if arrival.size != announced.size:
        raise FileDiffers("size")
    if arrival.media_type != announced.media_type:
        raise FileDiffers("type")
    if announced.sha256 is not None and arrival.sha256 != announced.sha256:
        raise FileDiffers("hash (SHA-256)")
