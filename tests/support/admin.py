"""The administrator's command line, run on the recorder service."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from services.chassis.runtime.admin.installation import Installation
from services.chassis.runtime.cli import main
from services.chassis.runtime.definition import ServiceDefinition

from .processes import ServiceEnvironment
from .recorder.definition import DEFINITION

_SCRIPT = """
from services.chassis.runtime.admin.installation import Installation
from services.chassis.runtime.cli import main
from tests.support.recorder.definition import DEFINITION
main(obj=Installation(load=lambda: [DEFINITION]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Admin:
    """`chassis admin ...`, in this process or in one of its own."""

    environment: ServiceEnvironment
    load: Callable[[], Sequence[ServiceDefinition]] = lambda: [DEFINITION]

    def run(self, *arguments: str, answer: str | None = None) -> Ran:
        """Run to the end, whatever the exit status. An exception that is no exit fails the test."""
        result = CliRunner(env={**self.environment.as_dict(), "COLUMNS": "200"}).invoke(
            main, ["admin", *arguments], obj=Installation(load=self.load), input=answer
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(status=result.exit_code, out=result.stdout, err=result.stderr)

    def done(self, *arguments: str, answer: str | None = None) -> Ran:
        """Run to the end, with exit status 0."""
        ran = self.run(*arguments, answer=answer)
        assert ran.status == 0, f"{arguments} ended with {ran.status}:\n{ran.out}{ran.err}"
        return ran

    def document(self, *arguments: str) -> Any:
        """What the command prints with --json."""
        return self.done(*arguments, "--json").document

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start it as a process, which the caller ends."""
        return subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, "admin", *arguments],
            env=self.environment.as_dict(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
