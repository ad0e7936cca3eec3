"""`python -m benchmarks.files`: how much memory the gateway needs for a large file, beside a small one.

Each file is sent through the whole platform (GraphQL, signed address, store, receipt) and read again, by a gateway of
its own. What counts is the most that the gateway's resident set was while the file came, and while it went. It needs
what `python -m benchmarks` needs.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import click
import httpx
from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from benchmarks.bed import infrastructure
from tests.support import filing, story
from tests.support import infrastructure as real
from tests.support.filing import FILM, MEGABYTE
from tests.support.memory import forget_peak, peak
from tests.support.people import SECRETARY
from tests.support.platform import GATEWAY, Platform, platform_on
from tests.support.processes import ServiceEnvironment

_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Needed:
    """The most that the gateway held, in bytes: before, while the file came, while it went."""

    before: int
    coming: int
    going: int


@click.command()
@click.option("--small", type=click.IntRange(1, 2_000), default=10, show_default=True, help="Megabytes.")
@click.option("--large", type=click.IntRange(1, 2_000), default=1_000, show_default=True, help="Megabytes.")
def main(*, small: int, large: int) -> None:
    """Send and read a small and a large file, and compare what the gateway needed."""
    needed = {size: measured(size * MEGABYTE) for size in (small, large)}
    table = Table("file", "before", "while it came", "while it went", title="Resident set of the gateway at most, MB")
    for size, found in needed.items():
        table.add_row(f"{size} MB", *(f"{each / MEGABYTE:.0f}" for each in (found.before, found.coming, found.going)))
    few, many = needed[small], needed[large]
    table.add_row("ratio", "", f"{many.coming / few.coming:.2f}", f"{many.going / few.going:.2f}")
    Console().print(table)


def measured(size: int) -> Needed:
    """By a platform of its own."""
    with _platform() as platform:
        story.coalition(platform, "eccar")
        report = filing.draft(platform, story.member(platform, "Graz"))
        gateway = platform.processes[GATEWAY].pid
        forget_peak(gateway)
        before = peak(gateway)
        evidence = filing.staged(platform, report, b"", name="film.mp4", mediaType=FILM, size=size)
        _send(evidence, size)
        coming = peak(gateway)
        forget_peak(gateway)
        _read(platform, evidence["id"])
        return Needed(before, coming, peak(gateway))


def _send(evidence: dict[str, Any], size: int) -> None:
    upload = evidence["upload"]
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    response = httpx.put(upload["url"], content=filing.film(size), headers=headers, timeout=_PATIENCE)
    if response.status_code != httpx.codes.CREATED:
        raise click.ClickException(f"The file was not taken: {response.status_code} {response.text}")


def _read(platform: Platform, evidence: str) -> None:
    found = filing.shown(platform, evidence)
    digest = hashlib.sha256()
    with httpx.stream("GET", found["url"], headers=platform.sign_in(SECRETARY), timeout=_PATIENCE) as response:
        for chunk in response.iter_bytes():
            digest.update(chunk)
    if digest.hexdigest() != found["sha256"]:
        raise click.ClickException("What was read is not what was sent.")


@contextmanager
def _platform() -> Iterator[Platform]:
    servers = infrastructure()
    client: MongoClient[dict[str, Any]] = MongoClient(servers.mongodb_uri, tz_aware=True)
    with client, real.vhost(servers) as broker, real.databases(client) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=servers.mongodb_uri, database_prefix=prefix
        )
        with platform_on(environment) as platform:
            yield platform


if __name__ == "__main__":
    main()
