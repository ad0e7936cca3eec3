"""`python -m deploy.local …` as a person or a script starts it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.settings import ROOT

# What `make test` tells the tests about its infrastructure must not reach a runtime that is to start its own.
FOREIGN = {"AMQP_URI", "MONGODB_URI", "MANAGEMENT_URI", "MAKELEVEL"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "deploy.local", *arguments]


def environment(directory: Path, **variables: str | int) -> Mapping[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return inherited | {"RUN_DIRECTORY": str(directory)} | {name: str(value) for name, value in variables.items()}


def start(*arguments: str, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(*arguments),
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(*arguments: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """A run to the end; stdout and stderr are kept apart."""
    return subprocess.run(
        command(*arguments),
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
