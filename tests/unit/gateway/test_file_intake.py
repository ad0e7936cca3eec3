"""Bytes on their way in: however they are cut, what passes is what was announced."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.files.intake import FileDiffers, Intake, TooSlow
from gateway.files.sniffing import HEAD_BYTES, is_of_type

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return content.getvalue()


def open_document(media_type: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", "<x/>")
    return content.getvalue()


REAL = {
    PDF: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    DOCX: zipped("[Content_Types].xml", "word/document.xml"),
    ODT: open_document(ODT),
    ODS: open_document(ODS),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": zipped("[Content_Types].xml", "xl/book.xml"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": zipped("[Content_Types].xml", "ppt/x"),
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe1\0\x10Exif\0",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "video/mp4": b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41",
    "text/plain": "Grüße aus Graz: 17 Maßnahmen.\n".encode(),
    "text/csv": "Stadt;Maßnahmen\nGraz;17\n".encode(),
}
PROGRAMS = {
    "windows": b"MZ\x90\x00\x03" + b"\0" * 100,
    "linux": b"\x7fELF\x02\x01\x01" + b"\0" * 100,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!DOCTYPE html><html><script>alert(1)</script>",
    "behind a pdf": b"MZ\x90\x00%PDF-1.7" + b"\0" * 100,
}


async def of(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def taken(
    chunks: Sequence[bytes], *, size: int, media_type: str = PDF, sha256: str | None = None
) -> tuple[bytes, Intake]:
    intake = Intake(size=size, media_type=media_type, sha256=sha256, idle_seconds=1)
    return b"".join([chunk async for chunk in intake.checked(of(chunks))]), intake


@pytest.mark.parametrize("media_type", REAL)
def test_real_files_are_of_their_type(media_type: str) -> None:
    assert is_of_type(REAL[media_type], media_type)


@pytest.mark.parametrize("media_type", REAL)
@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_and_pages_are_of_no_type_that_is_taken(media_type: str, program: str) -> None:
    assert not is_of_type(PROGRAMS[program], media_type)


@pytest.mark.parametrize("media_type", REAL)
def test_no_picture_is_a_text_and_no_text_a_picture(media_type: str) -> None:
    marked = media_type not in ("text/plain", "text/csv")
    assert is_of_type(REAL[media_type], "text/plain") is not marked
    if marked:
        assert not is_of_type(REAL["text/plain"], media_type)


def test_a_text_is_no_table_and_no_other_archive_either() -> None:
    assert not is_of_type(REAL[ODT], ODS)
    assert not is_of_type(zipped("malware.exe"), ODT)


@given(st.binary(max_size=200))
def test_looking_at_anything_raises_nothing(head: bytes) -> None:
    for media_type in REAL:
        is_of_type(head, media_type)


def test_text_may_be_cut_in_the_middle_of_a_character() -> None:
    assert is_of_type("ü".encode()[:1].rjust(HEAD_BYTES, b"a"), "text/plain")
    assert not is_of_type(b"\xff\xfe\x00", "text/plain")


@given(st.lists(st.binary(max_size=5_000), max_size=8))
def test_however_it_is_cut_all_of_it_passes_with_its_hash(rest: list[bytes]) -> None:
    chunks = [REAL[PDF], *rest]
    content = b"".join(chunks)
    passed, intake = asyncio.run(taken(chunks, size=len(content), sha256=hashlib.sha256(content).hexdigest()))
    assert passed == content
    assert (intake.received, intake.sha256) == (len(content), hashlib.sha256(content).hexdigest())


async def test_one_byte_too_many_is_noticed_at_once() -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        yield REAL[PDF]
        while True:
            given += 1
            yield b"x" * 1_000

    intake = Intake(size=3_000, media_type=PDF, sha256=None, idle_seconds=1)
    with pytest.raises(FileDiffers, match="size"):
        async for _ in intake.checked(endless()):
            pass
    assert given == 3


async def test_a_program_is_noticed_before_all_of_it_has_come() -> None:
    intake = Intake(size=10_000_000, media_type=PDF, sha256=None, idle_seconds=1)
    with pytest.raises(FileDiffers, match="type"):
        async for _ in intake.checked(of([PROGRAMS["windows"], b"\0" * HEAD_BYTES, b"\0" * 1_000_000])):
            pass
    assert intake.received < 2 * HEAD_BYTES


@pytest.mark.parametrize(
    ("changes", "what"), [({"size": 5}, "size"), ({"size": 500}, "size"), ({"sha256": "0" * 64}, "hash")]
)
async def test_what_differs_is_told(changes: dict[str, object], what: str) -> None:
    given: dict[str, object] = {"size": len(REAL[PDF]), **changes}
    with pytest.raises(FileDiffers, match=what):
        await taken([REAL[PDF]], **given)  # type: ignore[arg-type]


async def test_nothing_is_no_file() -> None:
    with pytest.raises(FileDiffers):
        await taken([], size=1)


async def test_who_sends_nothing_more_is_given_up() -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield REAL[PDF]
        await asyncio.sleep(60)

    intake = Intake(size=1_000, media_type=PDF, sha256=None, idle_seconds=0.05)
    with pytest.raises(TooSlow):
        async for _ in intake.checked(stuck()):
            pass
