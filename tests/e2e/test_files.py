"""Evidence of reports: announced by GraphQL, sent and read by HTTP, and everything that is wrong with it."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.principal import TENANT, Scope
from services.rights.roles import Role
from tests.support import filing, story
from tests.support.filing import PDF, code_of, pdf, read, send, sent, sha256, shown, staged
from tests.support.people import SECRETARY
from tests.support.platform import Platform
from tests.support.processes import eventually

FOCAL, NEIGHBOUR, REVIEWER, FOREIGNER = "focal-point", "neighbour", "reviewer", "foreigner"


@pytest.fixture(scope="module")
def member(platform: Platform) -> str:
    """With a focal point, in a coalition that has another member's focal point, a reviewer, and a foreign neighbour."""
    story.coalition(platform, "eccar")
    story.coalition(platform, "lac")
    members = {FOCAL: story.member(platform, "Graz"), NEIGHBOUR: story.member(platform, "Wels")}
    for name, each in members.items():
        found = GlobalId.parse(each)
        assert found is not None
        platform.grant(name, Role.FOCAL_POINT, Scope("member", "eccar", found.key))
    platform.grant(REVIEWER, Role.SCIENTIFIC_COMMITTEE, Scope(TENANT, "eccar"))
    platform.grant(FOREIGNER, Role.SECRETARIAT, Scope(TENANT, "lac"))
    return members[FOCAL]


@pytest.fixture(scope="module")
def report(platform: Platform, member: str) -> str:
    return filing.draft(platform, member)


def objects(platform: Platform) -> set[str]:
    return {path.name for path in platform.objects.rglob("*") if path.is_file()}


@pytest.fixture
def nothing_kept(platform: Platform) -> Iterator[None]:
    """What is refused leaves nothing in the store."""
    before = objects(platform)
    yield
    assert objects(platform) == before


def test_a_file_comes_and_is_read(platform: Platform, report: str) -> None:
    content = pdf("Grüße", size=3_000_000)
    evidence = staged(platform, report, content, name="Bericht über Wohnen.pdf", sha256=sha256(content))
    assert (evidence["status"], evidence["scan"], evidence["url"]) == ("STAGED", None, None)
    assert evidence["upload"]["method"] == "PUT"

    response = send(evidence, content)

    assert (response.status_code, response.json()) == (
        201,
        {"status": "AVAILABLE", "scan": "NOT_SCANNED", "sha256": sha256(content)},
    )
    found = shown(platform, evidence["id"])
    assert (found["status"], found["scan"], found["sha256"]) == ("AVAILABLE", "NOT_SCANNED", sha256(content))
    assert found["upload"] is None
    given = read(platform, found["url"])
    assert (given.status_code, given.content) == (200, content)
    assert {name: given.headers[name] for name in ("content-type", "content-length", "etag", "accept-ranges")} == {
        "content-type": PDF,
        "content-length": str(len(content)),
        "etag": f'"{sha256(content)}"',
        "accept-ranges": "bytes",
    }
    assert given.headers["content-disposition"] == (
        "attachment; filename=\"Bericht uber Wohnen.pdf\"; filename*=UTF-8''Bericht%20%C3%BCber%20Wohnen.pdf"
    )
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert given.headers["cache-control"] == "private, no-cache"


def test_parts_are_given(platform: Platform, report: str) -> None:
    content = pdf("0123456789" * 100)
    url = sent(platform, report, content)["url"]
    tag = f'"{sha256(content)}"'
    part = read(platform, url, range="bytes=10-19")
    assert (part.status_code, part.content) == (206, content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(content)}"
    assert read(platform, url, range="bytes=-5").content == content[-5:]
    beyond = read(platform, url, range=f"bytes={len(content)}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(content)}")
    assert read(platform, url, **{"if-none-match": tag}).status_code == 304
    assert read(platform, url, **{"range": "bytes=0-3", "if-range": tag}).status_code == 206
    assert read(platform, url, **{"range": "bytes=0-3", "if-range": '"another"'}).status_code == 200
    head = httpx.head(url, headers=platform.sign_in(SECRETARY))
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(content)), b"")


@pytest.mark.parametrize(
    ("changes", "content", "code"),
    [
        ({"sha256": "0" * 64}, pdf(), "FILE_DIFFERS"),
        ({"size": 9}, pdf(), "FILE_DIFFERS"),
        ({"size": 1_000}, pdf(), "FILE_DIFFERS"),
        ({"size": 500}, b"MZ\x90\x00" + b"\0" * 496, "FILE_DIFFERS"),
        ({"size": 500}, b"\x7fELF\x02\x01\x01" + b"\0" * 493, "FILE_DIFFERS"),
        ({"mediaType": "image/png", "name": "a.png", "size": len(pdf())}, pdf(), "FILE_DIFFERS"),
    ],
    ids=["wrong hash", "too large", "too small", "windows program", "linux program", "no picture"],
)
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.usefixtures("nothing_kept")
def test_what_is_not_what_was_announced_is_not_kept(
    platform: Platform, report: str, changes: dict[str, Any], content: bytes, code: str, chunked: bool
) -> None:
    evidence = staged(platform, report, content, **changes)
    response = send(evidence, iter([content]) if chunked else content)
    assert (response.status_code, code_of(response)) == (422, code)
    assert shown(platform, evidence["id"])["status"] == "STAGED"


def test_after_a_failure_the_same_address_takes_the_right_bytes(platform: Platform, report: str) -> None:
    content = pdf("right")
    evidence = staged(platform, report, content, sha256=sha256(content))
    assert send(evidence, pdf("wrong")).status_code == 422
    assert send(evidence, content).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "../../etc/passwd.pdf"}, "INVALID_FILE_NAME"),
        ({"name": "C:\\evidence.pdf"}, "INVALID_FILE_NAME"),
        ({"name": "evidence\u202efdp.exe"}, "INVALID_FILE_NAME"),
        ({"name": "evidence.exe"}, "INVALID_FILE_NAME"),
        ({"mediaType": "text/html", "name": "evidence.html"}, "FILE_TYPE_NOT_ALLOWED"),
        ({"mediaType": "application/x-msdownload", "name": "evidence.exe"}, "FILE_TYPE_NOT_ALLOWED"),
        ({"size": 100_000_001}, "FILE_TOO_LARGE"),
        ({"sha256": "no hash"}, "INVALID_INPUT"),
        ({"size": 0}, "INVALID_INPUT"),
    ],
)
def test_what_is_not_taken_is_not_staged(platform: Platform, report: str, changes: dict[str, Any], code: str) -> None:
    given = {"name": "Evidence.pdf", "mediaType": PDF, "size": 100, **changes}
    assert platform.refused("stageEvidence", reportId=report, **given) == [code]


@pytest.mark.usefixtures("nothing_kept")
def test_addresses_that_are_none(platform: Platform, report: str) -> None:
    content = pdf()
    evidence = staged(platform, report, content)
    url = evidence["upload"]["url"]
    other = url[:-5] + ("AAAA=" if not url.endswith("AAAA=") else "BBBB=")
    for wrong in (other, f"{platform.url}/files/uploads/none", f"{platform.url}/files/uploads/{'A' * 400}"):
        response = httpx.put(wrong, content=content)
        assert (response.status_code, code_of(response)) == (404, "UPLOAD_EXPIRED")
    assert httpx.get(url).status_code == 405


def test_a_used_address_takes_nothing_more(platform: Platform, report: str) -> None:
    content = pdf("once")
    evidence = staged(platform, report, content)
    assert send(evidence, content).status_code == 201
    before = objects(platform)
    again = send(evidence, pdf("more"))
    assert (again.status_code, code_of(again)) == (409, "UPLOAD_ALREADY_USED")
    assert objects(platform) == before
    assert read(platform, shown(platform, evidence["id"])["url"]).content == content


@pytest.mark.usefixtures("nothing_kept")
def test_somebody_elses_address_is_theirs(platform: Platform, report: str) -> None:
    content = pdf()
    evidence = staged(platform, report, content)
    response = send(evidence, content, **platform.sign_in(NEIGHBOUR))
    assert (response.status_code, code_of(response)) == (403, "UPLOAD_NOT_YOURS")
    broken = send(evidence, content, authorization="Bearer nonsense")
    assert (broken.status_code, code_of(broken)) == (401, "UNAUTHENTICATED")
    assert "www-authenticate" in broken.headers


def test_nobody_but_who_announced_it_is_shown_the_address(platform: Platform, report: str) -> None:
    evidence = staged(platform, report, pdf())
    assert shown(platform, evidence["id"])["upload"] is not None
    assert shown(platform, evidence["id"], person=FOCAL)["upload"] is None


def test_two_uploads_at_once_on_one_address_leave_one(platform: Platform, report: str) -> None:
    contents = [pdf(letter * 2_000_000) for letter in "ab"]
    evidence = staged(platform, report, contents[0])
    before = objects(platform)
    started, answers = threading.Barrier(2), []

    def slowly(content: bytes) -> Iterator[bytes]:
        yield content[:1_000_000]
        started.wait(timeout=20)
        yield content[1_000_000:]

    threads = [
        threading.Thread(target=lambda content=content: answers.append(send(evidence, slowly(content))))
        for content in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    [kept] = [answer.json()["sha256"] for answer in answers if answer.status_code == 201]
    found = shown(platform, evidence["id"])
    assert found["sha256"] == kept == sha256(read(platform, found["url"]).content)
    assert len(objects(platform) - before) == 1


def test_the_same_bytes_are_stored_once(platform: Platform, report: str) -> None:
    content = pdf("the same")
    first = sent(platform, report, content, name="First.pdf")
    before = objects(platform)
    second = sent(platform, report, content, name="Second.pdf")
    assert objects(platform) == before
    platform.done("removeEvidence", "evidence { status }", evidenceId=first["id"])
    assert read(platform, second["url"]).content == content
    assert read(platform, first["url"]).status_code == 404


def test_an_interrupted_upload_leaves_nothing_and_can_be_sent_again(platform: Platform, report: str) -> None:
    content = pdf(size=8_000_000)
    evidence = staged(platform, report, content)
    before = objects(platform)

    def breaking() -> Iterator[bytes]:
        yield content[:7_000_000]
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        send(evidence, breaking())
    eventually(lambda: objects(platform) == before)
    assert shown(platform, evidence["id"])["status"] == "STAGED"
    assert send(evidence, content).status_code == 201


def test_who_may_read_the_report_reads_its_files(platform: Platform, member: str) -> None:
    report = filing.draft(platform, member, years_ago=3)
    evidence = sent(platform, report, pdf("for some"))
    everybody = (FOCAL, REVIEWER, NEIGHBOUR, FOREIGNER, None)
    draft = {person: read(platform, evidence["url"], person=person).status_code for person in everybody}
    assert draft == {FOCAL: 200, REVIEWER: 404, NEIGHBOUR: 404, FOREIGNER: 404, None: 401}
    assert [shown(platform, evidence["id"], person=person) is not None for person in everybody[:4]] == [
        True, False, False, False
    ]  # fmt: skip
    filing.submit(platform, report)
    submitted = {person: read(platform, evidence["url"], person=person).status_code for person in everybody}
    assert submitted == {FOCAL: 200, REVIEWER: 200, NEIGHBOUR: 404, FOREIGNER: 404, None: 401}
    listed = platform.ask(
        "query($id: ID!) { node(id: $id) { ... on Report { evidence { name report { status } } } } }",
        person=REVIEWER,
        id=report,
    )
    assert listed["node"]["evidence"] == [{"name": "Evidence.pdf", "report": {"status": "SUBMITTED"}}]
    assert platform.refused("removeEvidence", evidenceId=evidence["id"]) == ["REPORT_ALREADY_SUBMITTED"]


TRAIL = """query($thing: ID!) { coalition(key: "eccar") { auditTrail(thing: $thing) { edges { node {
  method actor { kind name } changes { id collection concealed fields { name after } } } } } } }"""


def test_the_log_says_who_sent_what_and_not_how_it_is_called(platform: Platform, report: str) -> None:
    evidence = sent(platform, report, pdf("logged"), name="Confidential name.pdf")
    platform.done("removeEvidence", "evidence { status }", evidenceId=evidence["id"])

    trail = platform.ask(TRAIL, thing=evidence["id"])["coalition"]["auditTrail"]["edges"]

    entries = [edge["node"] for edge in trail]
    assert [(entry["method"], entry["actor"]) for entry in entries] == [
        (method, {"kind": "PERSON", "name": "Secretary"})
        for method in ("remove_evidence", "receive_evidence", "stage_evidence")
    ]
    assert "Confidential" not in str(entries)
    [staged] = [change for change in entries[-1]["changes"] if change["collection"] == "evidence"]
    assert (staged["id"], staged["concealed"]) == (evidence["id"], ["name", "staged_by"])
    assert {"name": "media_type", "after": PDF} in staged["fields"]


def test_nobody_stages_for_anothers_report(platform: Platform, report: str) -> None:
    given = {"name": "Evidence.pdf", "mediaType": PDF, "size": 100}
    for person in (NEIGHBOUR, FOREIGNER, REVIEWER):
        assert platform.refused("stageEvidence", person=person, reportId=report, **given) == ["FORBIDDEN"]


def test_what_has_not_come_cannot_be_read(platform: Platform, report: str) -> None:
    evidence = staged(platform, report, pdf())
    found = GlobalId.parse(evidence["id"])
    assert found is not None
    response = read(platform, f"{platform.url}/files/evidence/eccar/{found.key}")
    assert (response.status_code, code_of(response)) == (409, "FILE_NOT_RECEIVED")


@pytest.mark.parametrize("path", ["none/eccar/x", "evidence/none/x", "evidence/eccar/..%2f..", "evidence/eccar/x"])
def test_what_is_not_there_is_not_found(platform: Platform, report: str, path: str) -> None:
    assert read(platform, f"{platform.url}/files/{path}").status_code == 404
