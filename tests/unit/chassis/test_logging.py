"""Logs as a machine reads them. In a process of its own: logging is global."""

import json
import subprocess
import sys
from typing import Any

SCRIPT = """
import logging
early = logging.getLogger("nameko.containers")
own = logging.getLogger("services.chassis.messaging.subscriber")
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.observability.logging import configure
configure(process="membership", level="INFO", log_format="json")
with context.use(CallContext(correlation_id="story", causation_id="cause")):
    logging.getLogger("services.membership").info("admitted", extra={"member": "Graz"})
try:
    1 / 0
except ZeroDivisionError:
    early.exception("error handling worker")
own.error("put a message aside")
"""


def lines() -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=30)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_is_one_object_with_its_story() -> None:
    line = lines()[0]
    assert {
        name: line[name] for name in ("level", "process", "message", "correlation_id", "causation_id", "member")
    } == {
        "level": "INFO",
        "process": "membership",
        "message": "admitted",
        "correlation_id": "story",
        "causation_id": "cause",
        "member": "Graz",
    }


def test_loggers_made_before_keep_speaking() -> None:
    """Fact 15: with `disable_existing_loggers` the tracebacks of nameko's workers would vanish."""
    line = lines()[1]
    assert line["logger"] == "nameko.containers"
    assert "ZeroDivisionError" in line["exc_info"]
    assert line["correlation_id"] is None
    assert (lines()[2]["logger"], lines()[2]["message"]) == (
        "services.chassis.messaging.subscriber",
        "put a message aside",
    )
