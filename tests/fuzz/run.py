"""One run of Schemathesis against the door, in the name of one role."""

import json
import os
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from tests.support.tools import tool

HERE: Final = Path(__file__).resolve().parent
SCHEMA: Final = HERE.parents[1] / "gateway" / "schema.graphql"
LONGEST_ROUND: Final = 120
"""Seconds. A role is given again before each round, for it may be fuzzed away."""

SLOWEST_ANSWER: Final = 10
"""Seconds after which a request has hung: the gateway itself gives up after five."""

CHECK: Final = "answered_as_promised"
"""Ours. Schemathesis' own would call any error of a field one of the server."""

_STARTING: Final = 120


class Place(Protocol):
    """What is fuzzed: `url` is the door, `known` what exists or fits, by the names of arguments and input fields."""

    @property
    def url(self) -> str: ...

    @property
    def known(self) -> dict[str, list[Any]]: ...

    def act_as(self, role: str) -> dict[str, str]:
        """The headers of requests of somebody who has `role`, whatever became of it before."""


@dataclass(slots=True)
class Finding:
    """What a role met. `counts`: answers, executed ones, root fields given, refusals, and errors by their code;
    `failures`: what Schemathesis said, with the queries that repeat them; empty when all was well."""

    role: str
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def fuzz(place: Place, role: str, *, seconds: int, seed: int) -> Finding:
    """Raises tests.support.tools.ToolUnavailable."""
    finding = Finding(role)
    left, number = seconds, 0
    while left > 0:
        spent = min(left, LONGEST_ROUND)
        _round(place, finding, f"--max-time={spent}", seed=seed + number, seconds=spent)
        left, number = left - spent, number + 1
    return finding


def fuzz_each(place: Place, role: str, *, examples: int, seed: int) -> Finding:
    """A few examples of each root field, however long they take. Raises tests.support.tools.ToolUnavailable."""
    finding = Finding(role)
    _round(place, finding, f"--max-examples={examples}", seed=seed, seconds=LONGEST_ROUND)
    return finding


def _round(place: Place, finding: Finding, effort: str, *, seed: int, seconds: int) -> None:
    headers = [f"--header={name}: {value}" for name, value in place.act_as(finding.role).items()]
    with tempfile.TemporaryDirectory() as folder:
        known, tally = Path(folder, "known.json"), Path(folder, "tally.json")
        known.write_text(json.dumps(place.known))
        environment = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
            "FUZZ_KNOWN": str(known),
            "FUZZ_TALLY": str(tally),
        }
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [*_command(place.url, effort, seed=seed), *headers],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + _STARTING,
        )
        if done.returncode != 0:
            finding.failures.append(f"seed {seed}\n{done.stdout[-20_000:]}{done.stderr[-5_000:]}")
        if tally.is_file():
            finding.counts.update(json.loads(tally.read_text()))


def _command(url: str, effort: str, *, seed: int) -> list[str]:
    return [
        str(tool("schemathesis", HERE / "requirements.txt") / "st"),
        "run",
        str(SCHEMA),
        f"--url={url}",
        "--phases=fuzzing",
        f"--checks={CHECK}",
        effort,
        f"--seed={seed}",
        f"--request-timeout={SLOWEST_ANSWER}",
        f"--max-response-time={SLOWEST_ANSWER}",
        "--suppress-health-check=all",
        "--generation-database=none",
        "--warnings=off",
        "--no-color",
    ]
