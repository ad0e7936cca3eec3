"""`python -m gateway.files`: tend the files once, with the gateway's settings, and say in one line what was done."""

import asyncio
import dataclasses
import sys
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from gateway.auth.principals import Principals
from gateway.bus import RpcClient
from gateway.settings import Settings
from services.chassis.kernel import context
from services.chassis.kernel.config import ConfigurationError, Environment
from services.chassis.kernel.errors import ServiceError
from services.chassis.observability import logging as logs
from services.chassis.protocol.principal import Signer

from .clamd import Scanner
from .shelves import SHELVES
from .store import ObjectStore
from .tending import Tended, Tending

PROCESS: Final = "files"


def main() -> None:
    try:
        settings = Settings.from_environment(Environment())
        logs.configure(process=PROCESS, level=settings.log_level, log_format=settings.log_format)
        if settings.files.store is None:
            raise ConfigurationError("OBJECT_STORE is not set: there are no files to tend.")
        done = asyncio.run(_tend(settings, ObjectStore.at(settings.files.store)))
    except (ConfigurationError, ServiceError) as error:
        sys.exit(f"{PROCESS}: {error}")
    print(orjson.dumps(dataclasses.asdict(done)).decode())
    sys.exit(1 if done.missing else 0)


async def _tend(settings: Settings, store: ObjectStore) -> Tended:
    client = RpcClient(settings.amqp_uri.reveal(), timeout=settings.rpc_timeout)
    principals = Principals(client.call, Signer.from_file(settings.principal_signing_key))

    async def call(service: str, method: str, arguments: dict[str, Any]) -> Any:
        # A new token for each: they live for seconds, and a scan may take minutes.
        with context.use(principals.as_gateway()):
            return await client.call(service, method, arguments)

    client.start()
    try:
        tending = Tending(store, Scanner(settings.files.scanner), call)
        return await tending.tend(list(SHELVES.values()), now=datetime.now(UTC))
    finally:
        await client.stop()


if __name__ == "__main__":
    main()
