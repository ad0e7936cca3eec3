"""The processes that a measurement starts: `python -m benchmarks.process serve | relay | declare | echo`.

With BENCHMARK_STAMPS in the environment, service and relay write there when what happened (`stamps`).
"""

import os
import sys

if sys.argv[1] == "serve":
    from services.chassis.messaging.patch import monkey_patch

    monkey_patch()

import dataclasses

from services.chassis.kernel.config import Environment
from services.chassis.messaging.declaration import declare, topology_of
from services.chassis.observability import logging
from services.chassis.protocol import topology
from services.chassis.runtime.settings import ProcessSettings
from tests.support.recorder.definition import DEFINITION, SUBSCRIPTION

from . import raw, stamps

MEASURED = dataclasses.replace(DEFINITION, service="benchmarks.recorder:MeasuredRecorder")


def main(role: str) -> None:
    settings = ProcessSettings.from_environment(Environment())
    logging.configure(process=f"benchmark-{role}", level=settings.log_level, log_format=settings.log_format)
    if path := os.environ.get(stamps.SETTING):
        stamps.write_to(path)
    if role == "serve":
        from services.chassis.runtime.runner import serve

        serve(MEASURED, settings)
    elif role == "relay":
        from services.chassis.runtime.relay import run_relay

        run_relay(MEASURED, settings, required_types=set(SUBSCRIPTION.types))
    elif role == "echo":
        raw.serve_echo(settings.amqp_uri.reveal(), settings.probes_host, settings.probes_port)
    else:
        queues = topology_of([SUBSCRIPTION], settings.retry_delays)
        declare(settings.amqp_uri.reveal(), [*queues, topology.rpc_queue(MEASURED.name), raw.QUEUE])


if __name__ == "__main__":
    main(sys.argv[1])
