"""Evidence: files by which a city shows what its report says."""

from dataclasses import dataclass
from typing import Final

from services.files.file import File
from services.files.shelf import GIGABYTE, MEGABYTE, MediaType, Shelf

from .reports import Report

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"
_DOCUMENT: Final = 100 * MEGABYTE

SHELF: Final = Shelf(
    types={
        "application/pdf": MediaType(extensions=("pdf",), max_bytes=_DOCUMENT),
        f"{_OFFICE}.wordprocessingml.document": MediaType(extensions=("docx",), max_bytes=_DOCUMENT),
        f"{_OFFICE}.spreadsheetml.sheet": MediaType(extensions=("xlsx",), max_bytes=_DOCUMENT),
        f"{_OFFICE}.presentationml.presentation": MediaType(extensions=("pptx",), max_bytes=_DOCUMENT),
        f"{_OPEN_DOCUMENT}.text": MediaType(extensions=("odt",), max_bytes=_DOCUMENT),
        f"{_OPEN_DOCUMENT}.spreadsheet": MediaType(extensions=("ods",), max_bytes=_DOCUMENT),
        "image/jpeg": MediaType(extensions=("jpg", "jpeg"), max_bytes=50 * MEGABYTE),
        "image/png": MediaType(extensions=("png",), max_bytes=50 * MEGABYTE),
        "image/webp": MediaType(extensions=("webp",), max_bytes=50 * MEGABYTE),
        "text/plain": MediaType(extensions=("txt",), max_bytes=10 * MEGABYTE),
        "text/csv": MediaType(extensions=("csv",), max_bytes=_DOCUMENT),
        # Films of an action or a hearing: what a city shows is not always written.
        "video/mp4": MediaType(extensions=("mp4",), max_bytes=2 * GIGABYTE),
    },
    max_files=50,
)
"""Our own choice, for want of a coalition's: what cities show in the reports that are public (docs/files.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file with the report that it belongs to: the report says who may read it."""

    file: File
    report: Report
