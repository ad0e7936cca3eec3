"""Files before a real clamd: infected ones, one that waits because the scanner is away, and what is cleaned away."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from gateway.graphql.core.ids import GlobalId
from tests.support import filing, story
from tests.support import infrastructure as real
from tests.support.clamd import EICAR, Clamd, clamd
from tests.support.filing import code_of, pdf, read, send, sent, shown, staged
from tests.support.infrastructure import Infrastructure
from tests.support.platform import GATEWAY, Platform
from tests.support.processes import ServiceEnvironment, run

MONTH = 31 * 24 * 3600


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    """Takes a megabyte at most."""
    with clamd(stream_max=1_000_000) as scanner:
        yield scanner


@pytest.fixture(scope="module")
def platform(infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]], scanner: Clamd) -> Iterator[Platform]:
    with real.vhost(infrastructure) as broker, real.databases(mongo) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=prefix
        )
        platform = Platform(environment, own_settings={GATEWAY: {"CLAMD": scanner.setting}})
        try:
            platform.wait_until_ready()
            yield platform
        finally:
            platform.close()


@pytest.fixture(scope="module")
def report(platform: Platform) -> str:
    story.coalition(platform, "eccar")
    return filing.draft(platform, story.member(platform, "Graz"))


def tend(platform: Platform, scanner: Clamd) -> dict[str, Any]:
    settings = platform.environment.with_settings(CLAMD=scanner.setting)
    done: dict[str, Any] = json.loads(run(["-m", "gateway.files"], settings).splitlines()[-1])
    return done


def objects(platform: Platform) -> set[Path]:
    return {path for path in platform.objects.rglob("*") if path.is_file()}


def test_a_clean_file_says_so(platform: Platform, report: str) -> None:
    found = sent(platform, report, pdf("clean"))
    assert (found["status"], found["scan"]) == ("AVAILABLE", "CLEAN")


def test_an_infected_file_is_refused_and_not_kept(platform: Platform, report: str) -> None:
    content = pdf() + EICAR
    evidence = staged(platform, report, content)
    before = objects(platform)
    response = send(evidence, content)
    assert (response.status_code, response.json()["status"]) == (201, "REFUSED")
    assert objects(platform) == before
    found = shown(platform, evidence["id"])
    assert (found["status"], found["scan"], found["url"]) == ("REFUSED", "INFECTED", None)
    refused = read(platform, url_of(platform, evidence))
    assert (refused.status_code, code_of(refused)) == (410, "FILE_REFUSED")
    assert send(evidence, pdf("harmless")).status_code == 409


def test_a_file_waits_for_a_scanner_that_is_away(platform: Platform, report: str, scanner: Clamd) -> None:
    contents = {"clean": pdf("waits"), "infected": pdf("waits too") + EICAR}
    before = objects(platform)
    scanner.stop()
    waiting = {}
    for name, content in contents.items():
        waiting[name] = staged(platform, report, content)
        response = send(waiting[name], content)
        assert response.status_code == 202, platform.errors()
        assert response.json()["scan"] == "PENDING"
    refused = read(platform, url_of(platform, waiting["clean"]))
    assert (refused.status_code, code_of(refused)) == (409, "FILE_NOT_SCANNED")
    assert tend(platform, scanner)["waiting"] == 2

    scanner.start()
    done = tend(platform, scanner)

    assert (done["settled"], done["waiting"], done["missing"]) == (2, 0, 0)
    assert [shown(platform, each["id"])["status"] for each in waiting.values()] == ["AVAILABLE", "REFUSED"]
    assert read(platform, shown(platform, waiting["clean"]["id"])["url"]).content == contents["clean"]
    [kept] = objects(platform) - before
    assert kept.read_bytes() == contents["clean"]


def test_what_the_scanner_cannot_take_waits(platform: Platform, report: str, scanner: Clamd) -> None:
    content = pdf(size=3_000_000)
    evidence = staged(platform, report, content)
    assert send(evidence, content).status_code == 202, platform.errors()
    assert tend(platform, scanner)["waiting"] == 1
    platform.done("removeEvidence", "evidence { status }", evidenceId=evidence["id"])
    assert tend(platform, scanner)["waiting"] == 0


def test_what_nobody_needs_is_cleaned_away_after_a_day(platform: Platform, report: str, scanner: Clamd) -> None:
    kept, removed = (sent(platform, report, pdf(text), name=f"{text}.pdf") for text in ("kept", "removed"))
    platform.done("removeEvidence", "evidence { status }", evidenceId=removed["id"])
    orphan = platform.objects / "evidence" / "eccar" / "an-upload-without-receipt"
    orphan.write_bytes(b"orphan")
    fragment = platform.objects / "evidence" / "eccar" / "another#1"
    fragment.write_bytes(b"fragment")
    young = objects(platform)
    done = tend(platform, scanner)
    assert (done["objects"], done["fragments"], objects(platform)) == (0, 0, young), "receipts may still come"

    for path in objects(platform):
        os.utime(path, (time.time() - MONTH,) * 2)
    done = tend(platform, scanner)

    assert done["fragments"] == 1
    assert done["objects"] >= 2
    assert not orphan.exists()
    assert read(platform, kept["url"]).status_code == 200
    assert read(platform, removed["url"]).status_code == 404
    readable = set(shas(platform, report))
    assert len(objects(platform)) == len(readable)


def url_of(platform: Platform, evidence: dict[str, Any]) -> str:
    found = GlobalId.parse(evidence["id"])
    assert found is not None
    return f"{platform.url}/files/evidence/{found.coalition}/{found.key}"


def shas(platform: Platform, report: str) -> list[str]:
    """Of the files of a report that can be read."""
    query = "query($id: ID!) { node(id: $id) { ... on Report { evidence { sha256 status } } } }"
    listed = platform.ask(query, id=report)["node"]["evidence"]
    return [each["sha256"] for each in listed if each["status"] == "AVAILABLE"]
