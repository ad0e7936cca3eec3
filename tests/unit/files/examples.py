"""A shelf and a file for the tests of files."""

from datetime import UTC, datetime
from typing import Any, Final

from services.files.file import Announced, Arrival, File, Scan, Verdict, stage
from services.files.shelf import MediaType, Shelf

NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SHELF: Final = Shelf(
    types={
        "application/pdf": MediaType(extensions=("pdf",), max_bytes=1_000),
        "image/jpeg": MediaType(extensions=("jpg", "jpeg"), max_bytes=500),
    },
    max_files=2,
)
HASH: Final = "a" * 64


def announced(**changes: Any) -> Announced:
    given: dict[str, Any] = {"name": "Bericht.pdf", "media_type": "application/pdf", "size": 100, **changes}
    return Announced(**given)


def staged(**changes: Any) -> File:
    return stage(SHELF, announced(**changes), id="f", coalition="eccar", owner_id="report", staged_by="ada", now=NOW)


def arrival(scan: Scan = Scan.CLEAN, threat: str | None = None, **changes: Any) -> Arrival:
    given: dict[str, Any] = {"upload_id": "u", "sha256": HASH, "size": 100, "media_type": "application/pdf", **changes}
    return Arrival(verdict=Verdict(scan=scan, threat=threat), **given)
