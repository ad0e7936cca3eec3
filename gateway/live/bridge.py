"""Hears what the services publish, and hands it to the hub without a gap: what was published while the line was broken
is read from the services' event logs before anything newer is handed on."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from aiormq.abc import DeliveredMessage

from gateway.bus.link import MessageLink
from gateway.bus.supervisor import BrokerUnavailable, Supervisor
from services.chassis.kernel.errors import InternalError, ServiceError
from services.chassis.protocol.envelope import Envelope, from_amqp
from services.chassis.protocol.rpc import MASKED_MESSAGE, MalformedMessage

from .hub import GRANT_REVOKED, Hub
from .log import MessageLog

_log = logging.getLogger(__name__)

UNNOTICED_SECONDS: Final = 30.0
"""How long a line can have been dead before that was noticed (`bus.link.HEARTBEAT_SECONDS`)."""

RECOVERY_PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 1.0


class Bridge:
    """One per process; `start` and `stop` it with the event loop running."""

    def __init__(self, uri: str, hub: Hub, log: MessageLog, *, types: Sequence[str]) -> None:
        """`types`: the messages that subscribers can be told of."""
        heard = (*types, GRANT_REVOKED)
        self._hub = hub
        self._log = log
        self._types = heard
        self._held: list[Envelope] | None = None
        self._heard_since = datetime.max.replace(tzinfo=UTC)
        self._lost_at: datetime | None = None
        self._recovery: asyncio.Task[None] | None = None
        self._supervisor = Supervisor(
            lambda: MessageLink.open(uri, types=heard, on_message=self._on_message),
            on_up=self._on_up,
            on_lost=self._on_lost,
        )

    @property
    def is_connected(self) -> bool:
        return self._supervisor.is_connected

    def start(self) -> None:
        self._supervisor.start()

    async def stop(self) -> None:
        self._stop_recovery()
        await self._supervisor.stop()

    async def ready(self, patience: float) -> None:
        """Return when it hears, waiting `patience` seconds at most. Raises BrokerUnavailable."""
        await self._supervisor.link(patience)

    async def _on_message(self, delivered: DeliveredMessage) -> None:
        # Nothing is awaited here: messages must be handed on in the order in which they came.
        properties = delivered.header.properties
        try:
            message = from_amqp(
                headers=dict(properties.headers or {}), content_type=properties.content_type, body=delivered.body
            )
        except MalformedMessage as error:
            _log.warning("a message was not understood", extra={"reason": str(error)})
            return
        if self._held is not None:
            self._held.append(message)
        else:
            self._hub.publish(message)

    def _on_up(self) -> None:
        now = datetime.now(UTC)
        if self._lost_at is None:
            self._heard_since = now
            return
        # What was published before this process listened is nobody's news here.
        since = max(self._heard_since, self._lost_at - timedelta(seconds=UNNOTICED_SECONDS))
        self._recovery = asyncio.create_task(self._recover(since, until=now), name="live-recovery")

    def _on_lost(self) -> None:
        # When it breaks again before all was read, there is still what was missed the first time.
        self._lost_at = self._lost_at or datetime.now(UTC)
        # What is heard from now on waits: it is newer than what was missed, and arrives before that is read.
        self._held = self._held or []
        self._stop_recovery()

    def _stop_recovery(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()
            self._recovery = None

    async def _recover(self, since: datetime, *, until: datetime) -> None:
        """`until` is when it began to hear again."""
        services = sorted({name.split(".")[0] for name in self._types})
        await asyncio.gather(*(self._recover_from(service, since) for service in services))
        held, self._held = self._held or [], None
        for message in held:
            self._hub.publish(message)
        self._heard_since = until
        self._lost_at = self._recovery = None

    async def _recover_from(self, service: str, since: datetime) -> None:
        types = [name for name in self._types if name.startswith(f"{service}.")]
        try:
            for message in await self._read_patiently(service, types, since):
                self._hub.publish(message)
        except ServiceError as error:
            _log.warning("what was missed could not be read", extra={"service": service, "code": error.code})
            self._hub.fail(service, error)
        except Exception:
            # Whatever it was: what is heard from now on must not wait for ever.
            _log.exception("what was missed was not understood")
            self._hub.fail(service, InternalError(MASKED_MESSAGE))

    async def _read_patiently(self, service: str, types: Sequence[str], since: datetime) -> list[Envelope]:
        end = asyncio.get_running_loop().time() + RECOVERY_PATIENCE_SECONDS
        while True:
            try:
                return await self._log.since(service, types, since)
            except ServiceError as error:
                if not error.retryable:
                    raise
            if asyncio.get_running_loop().time() > end:
                raise BrokerUnavailable
            await asyncio.sleep(_PAUSE_SECONDS)
