"""Commands at a steady rate, whether they are answered or not, from a thread of its own."""

import asyncio
import threading
import time
from typing import Final

from tests.support.platform import SERVICES

from .door import Door
from .ledger import Command, Kind, Ledger
from .secretariat import Secretariat

_LAST_ANSWERS_SECONDS: Final = 30.0
_PROBE_SECONDS: Final = 0.25
_QUESTIONERS: Final = 8
_BETWEEN_QUESTIONS: Final = 0.5


class Load:
    """`rate` commands a second from `start` to `stop`; each answer goes into the ledger."""

    def __init__(self, url: str, secretariat: Secretariat, ledger: Ledger, *, rate: float) -> None:
        self._url = url
        self._secretariat = secretariat
        self._ledger = ledger
        self._rate = rate
        self._stop = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._under_way: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask no more, and wait for the answers that are still to come. Raises what went wrong in the load itself."""
        self._stop.set()
        self._thread.join()
        if self._failures:
            raise self._failures[0]

    def recover(self, since: float, *, seconds: float) -> float | None:
        """Ask each service until it has done something that was asked after `since` (monotonic). Returns how many
        seconds after `since` the last one had; None when that took longer than `seconds`."""
        while (recovered := self._recovered(since)) is None and time.monotonic() < since + seconds:
            for command in self._secretariat.probes():
                self._loop.call_soon_threadsafe(self._send, command)
            time.sleep(_PROBE_SECONDS)
        return recovered

    def _recovered(self, since: float) -> float | None:
        first: dict[str, float] = {}
        for command, outcome in self._ledger.of(Kind.ACKNOWLEDGED):
            if outcome.asked_at >= since:
                earlier = first.get(command.service, outcome.answered_at)
                first[command.service] = min(earlier, outcome.answered_at)
        return max(first.values()) - since if len(first) == len(SERVICES) else None

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._go_on())
        except BaseException as error:
            self._failures.append(error)
        finally:
            self._loop.close()

    async def _go_on(self) -> None:
        async with Door(self._url) as self._door:
            due = time.monotonic()
            while not self._stop.is_set():
                self._send(self._secretariat.next())
                due += 1 / self._rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=_LAST_ANSWERS_SECONDS)

    def _send(self, command: Command) -> None:
        task = self._loop.create_task(self._ask(command))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    async def _ask(self, command: Command) -> None:
        outcome = await self._door.send(command)
        self._ledger.enter(command, outcome)
        self._secretariat.learn(command, outcome)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failures.append(task.exception())  # type: ignore[arg-type]


def resolve(url: str, ledger: Ledger, *, seconds: float) -> None:
    """Ask again, with the same key, for every command whose outcome is unknown: each until it is known, for so many
    seconds at most."""

    async def ask(door: Door, command: Command, allowed: asyncio.Semaphore) -> None:
        async with allowed:
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                outcome = await door.send(command)
                ledger.enter(command, outcome)
                if outcome.kind is not Kind.UNKNOWN:
                    return
                await asyncio.sleep(_BETWEEN_QUESTIONS)

    async def ask_all() -> None:
        allowed = asyncio.Semaphore(_QUESTIONERS)
        async with Door(url) as door:
            await asyncio.gather(*(ask(door, command, allowed) for command, _ in ledger.of(Kind.UNKNOWN)))

    asyncio.run(ask_all())
