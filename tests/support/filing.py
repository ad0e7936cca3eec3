"""Files as clients send and read them: staged by GraphQL, sent and read by HTTP."""

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

import httpx

from .people import SECRETARY
from .platform import Platform
from .processes import eventually
from .story import TODAY, localized

MEGABYTE: Final = 1_000_000
FILM: Final = "video/mp4"
PDF: Final = "application/pdf"
FILE: Final = "id version name mediaType size sha256 status scan url upload { url method headers { name value } }"
EVIDENCE: Final = f"evidence {{ {FILE} }}"


def pdf(text: str = "evidence", *, size: int = 0) -> bytes:
    """Something that begins as a PDF does, of `size` bytes at least."""
    content = b"%PDF-1.7\n" + text.encode()
    return content + b"\n" * max(0, size - len(content))


def film(size: int) -> Iterator[bytes]:
    """Something that begins as an MP4 file does, of `size` bytes (a megabyte at least), no two megabytes alike."""
    megabyte = random.Random(size).randbytes(MEGABYTE)
    yield b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + megabyte[32:]
    left = size - MEGABYTE
    for number in range(0, left, MEGABYTE):
        yield (number.to_bytes(8) + megabyte[8:])[: left - number]


def draft(platform: Platform, member: str, *, coalition: str = "eccar", years_ago: int = 0) -> str:
    """A report that a member has begun; a cycle of another period for each number of years."""
    end = TODAY - timedelta(days=370 * years_ago)

    def opened() -> Any:
        return platform.command(
            "openCycle",
            "cycle { id }",
            coalition=coalition,
            name=localized("Cycle"),
            periodStart=(end - timedelta(days=365)).isoformat(),
            periodEnd=end.isoformat(),
            dueOn=(TODAY + timedelta(days=90)).isoformat(),
        )["cycle"]

    cycle = eventually(opened, seconds=20)["id"]
    report = platform.done("startReport", "report { id }", memberId=member, cycleId=cycle)["report"]["id"]
    return str(report)


def submit(platform: Platform, report: str) -> None:
    for number in (1, 2):
        platform.done("saveAnswer", "report { id }", reportId=report, commitment=number, status="ACHIEVED")
    platform.done("submitReport", "report { status }", reportId=report)


def staged(platform: Platform, report: str, content: bytes, **changes: Any) -> dict[str, Any]:
    given = {"name": "Evidence.pdf", "mediaType": PDF, "size": len(content), **changes}
    evidence: dict[str, Any] = platform.done("stageEvidence", EVIDENCE, reportId=report, **given)["evidence"]
    return evidence


def send(evidence: dict[str, Any], content: bytes | Iterable[bytes], **headers: str) -> httpx.Response:
    upload = evidence["upload"]
    given = {header["name"]: header["value"] for header in upload["headers"]} | headers
    return httpx.request(upload["method"], upload["url"], content=content, headers=given, timeout=60)


def sent(platform: Platform, report: str, content: bytes, **changes: Any) -> dict[str, Any]:
    """A file that has come, as GraphQL shows it."""
    evidence = staged(platform, report, content, **changes)
    response = send(evidence, content)
    assert response.status_code == 201, (response.text, platform.errors())
    found: dict[str, Any] = shown(platform, evidence["id"])
    return found


def shown(platform: Platform, evidence: str, *, person: str | None = SECRETARY) -> Any:
    """None: there is no such file for this person."""
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on Evidence {{ {FILE} }} }} }}"
    return platform.answer(query, person=person, id=evidence)["data"]["node"]


def read(platform: Platform, url: str, *, person: str | None = SECRETARY, **headers: str) -> httpx.Response:
    return httpx.get(url, headers={**platform.sign_in(person), **headers}, timeout=60)


def code_of(response: httpx.Response) -> str:
    [error] = json.loads(response.content)["errors"]
    code: str = error["extensions"]["code"]
    return code


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
