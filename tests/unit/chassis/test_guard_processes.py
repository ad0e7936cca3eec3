"""Facts 9, 10 and 15: what a service's process is made of."""

import json
import os
import subprocess
import sys
from typing import Any

from services.chassis.runtime.definition import load_definitions


def patched(code: str, **environment: str) -> Any:
    """What `code` prints as JSON in a process that is patched as a service's is."""
    script = f"import json, sys\nfrom services.chassis.messaging.patch import monkey_patch\nmonkey_patch()\n{code}"
    inherited = {name: value for name, value in os.environ.items() if name != "EVENTLET_NO_GREENDNS"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**inherited, **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_names_are_resolved_by_the_system() -> None:
    """Fact 10: eventlet's own resolver goes wrong with the search domains of Kubernetes."""
    code = """
import socket
print(json.dumps(["eventlet.support.greendns" in sys.modules, socket.getaddrinfo.__module__]))
"""
    assert patched(code) == [False, "socket"]


def test_no_service_can_call_another() -> None:
    """Fact 9: calls in a circle would wait for each other's workers. All that a service class is given is its
    composition."""
    code = """
import importlib
from nameko.extensions import DependencyProvider
from services.chassis.messaging.provider import Composition
from services.chassis.runtime.definition import load_definitions
given = {}
for definition in load_definitions():
    module, name = definition.service.split(":")
    service = getattr(importlib.import_module(module), name)
    found = [value for value in vars(service).values() if isinstance(value, DependencyProvider)]
    given[definition.name] = sorted({type(value).__name__ for value in found})
print(json.dumps(given))
"""
    assert patched(code) == {definition.name: ["Composition"] for definition in load_definitions()}
