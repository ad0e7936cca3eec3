"""`python -m tests.fuzz`: fuzz the gateway in the names of several roles; fails when an answer is not as promised."""

import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from tests.support import infrastructure as real
from tests.support.infrastructure import Infrastructure
from tests.support.platform import platform_on
from tests.support.processes import ServiceEnvironment

from .run import Finding, fuzz
from .world import ROLES, World, made_on


@click.command(help=__doc__)
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Only this one; repeat.")
@click.option("--seconds", type=click.IntRange(5), default=600, show_default=True, help="For each role.")
@click.option("--seed", type=int, help="What is random follows from it; a new one each time without it.")
def main(*, roles: Sequence[str], seconds: int, seed: int | None) -> None:
    console = Console(stderr=True)
    chosen = secrets.randbelow(10**6) if seed is None else seed
    console.print(f"seed {chosen}, {seconds} s for each role", highlight=False)
    with _world() as world:
        findings = [fuzz(world, role, seconds=seconds, seed=chosen) for role in roles or ROLES]
    Console(width=140).print(_table(findings))
    for finding in findings:
        for failure in finding.failures:
            console.print(f"{finding.role}: {failure}", style="red", markup=False, highlight=False)
    sys.exit(1 if any(finding.failures for finding in findings) else 0)


@contextmanager
def _world() -> Iterator[World]:
    found = Infrastructure.from_environment()
    client: MongoClient[dict[str, Any]] = MongoClient(found.mongodb_uri, tz_aware=True, timeoutMS=20_000)
    with client, real.vhost(found) as broker, real.databases(client) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=found.mongodb_uri, database_prefix=prefix
        )
        with platform_on(environment) as platform:
            yield made_on(platform)


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(
        "role", "answers", "executed", "root fields given", "refusals in payloads", "errors by code", "result"
    )
    for finding in findings:
        counts = finding.counts
        errors = ", ".join(f"{name[6:]} {count}" for name, count in counts.most_common() if name.startswith("error "))
        result = "FAILED" if finding.failures else "ok"
        figures = (str(counts[name]) for name in ("answers", "executed", "given", "refusals"))
        table.add_row(finding.role, *figures, errors, result)
    return table


if __name__ == "__main__":
    main()
