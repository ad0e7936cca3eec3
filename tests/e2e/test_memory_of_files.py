"""A large file needs no more memory than a small one: neither when it comes nor when it goes, nor on the bus."""

import hashlib
from typing import Final

import httpx
import pytest

from tests.support import filing, story
from tests.support.filing import FILM, MEGABYTE, film, send, shown, staged
from tests.support.memory import forget_peak, peak
from tests.support.people import SECRETARY
from tests.support.platform import GATEWAY, Platform

SIZE: Final = 64 * MEGABYTE
MAY_GROW: Final = 32 * MEGABYTE


@pytest.fixture(scope="module")
def report(platform: Platform) -> str:
    story.coalition(platform, "eccar")
    return filing.draft(platform, story.member(platform, "Graz"))


def test_what_a_large_file_needs(platform: Platform, report: str) -> None:
    gateway = platform.processes[GATEWAY].pid
    # Whatever the first file of all needs is there afterwards.
    staged_first = staged(platform, report, b"", name="first.mp4", mediaType=FILM, size=MEGABYTE)
    assert send(staged_first, film(MEGABYTE)).status_code == 201
    forget_peak(gateway)
    before = peak(gateway)

    evidence = staged(platform, report, b"", name="film.mp4", mediaType=FILM, size=SIZE)
    assert send(evidence, film(SIZE)).status_code == 201
    coming = peak(gateway)
    forget_peak(gateway)
    found = shown(platform, evidence["id"])
    digest = hashlib.sha256()
    with httpx.stream("GET", found["url"], headers=platform.sign_in(SECRETARY), timeout=60) as response:
        for chunk in response.iter_bytes():
            digest.update(chunk)
    going = peak(gateway)

    assert digest.hexdigest() == found["sha256"]
    assert coming - before < MAY_GROW, (before, coming)
    assert going - before < MAY_GROW, (before, going)
