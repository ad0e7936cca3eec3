"""`python -m tests.support.recorder serve | relay | declare`"""

import sys

if sys.argv[1] == "serve":
    from services.chassis.messaging.patch import monkey_patch

    monkey_patch()

from services.chassis.kernel.config import Environment
from services.chassis.messaging.declaration import declare, topology_of
from services.chassis.observability import logging
from services.chassis.protocol import topology
from services.chassis.runtime.settings import ProcessSettings

from .definition import DEFINITION, SUBSCRIPTION

settings = ProcessSettings.from_environment(Environment())
logging.configure(process="recorder", level=settings.log_level, log_format=settings.log_format)
if sys.argv[1] == "serve":
    from services.chassis.runtime.runner import serve

    serve(DEFINITION, settings)
elif sys.argv[1] == "relay":
    from services.chassis.runtime.relay import run_relay

    run_relay(DEFINITION, settings, required_types=set(SUBSCRIPTION.types))
else:
    queues = topology_of([SUBSCRIPTION], settings.retry_delays)
    declare(settings.amqp_uri.reveal(), [*queues, topology.rpc_queue("recorder")])
