"""How long after a command's commit its message is confirmed and its effect committed, one command at a time.

Command, raw message, raw confirm and raw transaction take turns, each with a pause before it: what the machine does at
a moment, it does to all of them.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from services.chassis.kernel.ids import new_id
from tests.support.bus import BusClient, bus
from tests.support.processes import eventually, running

from . import raw, stamps
from .bed import Bed
from .figures import MILLISECONDS, Pair, milliseconds, percentile
from .raw import Receiver, Sender
from .stamps import StampFile

GROUP: Final = "idle, one command at a time"
PAUSE: Final = 0.01
"""Seconds of silence before each turn."""

MESSAGE: Final = "raw message (publish → consume)"
CONFIRM: Final = "raw confirm (publish → confirm)"
TRANSACTION: Final = "raw transaction"
BOTH: Final = "raw message + raw transaction"


@contextmanager
def rounds(bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds, with the processes it needs around it."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        stamp_file = stack.enter_context(closing(StampFile(directory / "stamps")))
        settings = {stamps.SETTING: str(stamp_file.path)}
        stack.enter_context(running(bed.process("serve", **settings), bed.process("relay", **settings)))
        turns = Turns(
            bed,
            stamp_file,
            client=stack.enter_context(bus(bed.amqp_uri)),
            receiver=stack.enter_context(closing(Receiver(bed.amqp_uri))),
            sender=stack.enter_context(closing(Sender(bed.amqp_uri, confirmed=False))),
            confirmed_sender=stack.enter_context(closing(Sender(bed.amqp_uri, confirmed=True))),
        )
        yield turns.round


class Turns:
    """The four things that take turns."""

    def __init__(
        self,
        bed: Bed,
        stamp_file: StampFile,
        *,
        client: BusClient,
        receiver: Receiver,
        sender: Sender,
        confirmed_sender: Sender,
    ) -> None:
        self._bed = bed
        self._stamps = stamp_file
        self._client = client
        self._receiver = receiver
        self._sender = sender
        self._confirmed_sender = confirmed_sender

    def round(self, seconds: float) -> list[Pair]:
        """Turns for `seconds`; at least two, for the percentiles."""
        self._stamps.times.clear()
        messages: list[float] = []
        confirms: list[float] = []
        transactions: list[float] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(messages) < 2:
            self._command(len(messages) + 1)
            messages.append(self._message())
            confirms.append(self._confirm())
            transactions.append(self._transaction())
        return list(self._pairs(messages, confirms, transactions))

    def _command(self, count: int) -> None:
        """Run a command, the round's `count`th, and wait until all is done that follows from it."""

        def is_done() -> bool:
            self._stamps.read()
            return all(len(self._stamps.times[stage]) == count for stage in (stamps.CONFIRMED, stamps.EFFECTED))

        time.sleep(PAUSE)
        self._client.call("recorder", "record", {"name": new_id()})
        eventually(is_done, interval=0.005)

    def _message(self) -> float:
        publication = raw.publication(new_id())
        time.sleep(PAUSE)
        started = time.monotonic()
        self._sender.publish(publication)
        self._receiver.receive()
        return self._receiver.received_at - started

    def _confirm(self) -> float:
        publication = raw.publication(new_id())
        time.sleep(PAUSE)
        started = time.monotonic()
        self._confirmed_sender.publish(publication)
        seconds = time.monotonic() - started
        self._receiver.receive()
        return seconds

    def _transaction(self) -> float:
        name = new_id()
        time.sleep(PAUSE)
        started = time.monotonic()
        raw.transact(self._bed.raw, name)
        return time.monotonic() - started

    def _pairs(self, messages: list[float], confirms: list[float], transactions: list[float]) -> Iterator[Pair]:
        both = [message + transaction for message, transaction in zip(messages, transactions, strict=True)]
        to_confirm = self._since_commit(stamps.CONFIRMED)
        to_effect = self._since_commit(stamps.EFFECTED)
        for percent in (50, 99):
            yield _pair("commit → confirmed by the broker", percent, to_confirm, CONFIRM, confirms)
        for percent in (50, 99):
            for baseline, values in ((BOTH, both), (MESSAGE, messages), (TRANSACTION, transactions)):
                yield _pair("commit → effect committed", percent, to_effect, baseline, values)

    def _since_commit(self, stage: str) -> list[float]:
        committed = self._stamps.times[stamps.COMMITTED]
        return [at - committed[message_id] for message_id, at in self._stamps.times[stage].items()]


def _pair(figure: str, percent: int, measured: list[float], baseline: str, baseline_values: list[float]) -> Pair:
    return Pair(
        group=GROUP,
        figure=f"{figure}, p{percent}",
        unit=MILLISECONDS,
        measured=percentile(milliseconds(measured), percent),
        baseline=baseline,
        raw=percentile(milliseconds(baseline_values), percent),
    )
