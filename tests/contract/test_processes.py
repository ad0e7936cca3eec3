"""What a process loads, and what it must not."""

import subprocess
import sys

import pytest

PLAIN = ("services.chassis.kernel.errors", "services.chassis.protocol.rpc", "services.chassis.protocol.topology")


def modules_after(code: str) -> set[str]:
    """The top-level modules loaded by a process that ran `code`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", PLAIN)
def test_kernel_and_protocol_load_no_framework(module: str) -> None:
    assert not modules_after(f"import {module}") & {
        "nameko",
        "kombu",
        "eventlet",
        "pymongo",
        "marshmallow",
        "starlette",
    }


def test_the_relay_knows_no_green_threads() -> None:
    assert "eventlet" not in modules_after("import services.chassis.runtime.relay")


def test_a_service_starts_without_namekos_command_line() -> None:
    """Fact 15: `nameko.cli` needs pkg_resources, which new Pythons do not bring."""
    patched = "from services.chassis.messaging.patch import monkey_patch; monkey_patch()"
    code = f"{patched}\nimport services.chassis.runtime.runner"
    script = f"{code}\nimport sys\nprint(sorted(name for name in sys.modules if name.startswith('nameko.cli')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
