"""Processes that die, stand still, or are exchanged while people work."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from random import Random
from typing import Final

from tests.support.platform import GATEWAY, SERVICES
from tests.support.processes import eventually
from tests.support.proxy import Delay, Direction, Hold, HoldReply

from ..harness.fault import Fault
from ..harness.stage import PROCESSES, Stage

_IN_HAND_SECONDS: Final = 0.3
_BETWEEN_KILLS: Final = 2.0
_WORK_SECONDS: Final = 5.0


class _KillService(Fault):
    """While transactions of its commands and subscribers are under way, or committed without its knowing."""

    service: str
    times = 3

    def inject(self, stage: Stage) -> None:
        for _ in range(self.times - 1):
            self._kill(stage)
            stage.start(self.service)
            stage.process(self.service).wait_until_ready()
            time.sleep(self.random.uniform(0.5, _BETWEEN_KILLS))
        self._kill(stage)

    def heal(self, stage: Stage) -> None:
        stage.start(self.service)

    def _kill(self, stage: Stage) -> None:
        of = self.service.encode() + b"\0"
        hold = self.random.choice([Hold(of=of), HoldReply(of=of, needle=b"commitTransaction")])
        with ExitStack() as held:
            for proxy in stage.ground.database.proxies:
                held.enter_context(proxy.under(hold))
            eventually(lambda: hold.held, seconds=_WORK_SECONDS)
            time.sleep(_IN_HAND_SECONDS)
            stage.kill(self.service)


class KillMembership(_KillService):
    name = "kill-membership"
    title = "kill -9 of the membership service, three times, with commands in hand"
    service = "membership"


class KillEvents(_KillService):
    name = "kill-events"
    title = "kill -9 of the events service, three times, with commands and messages in hand"
    service = "events"


class KillReports(_KillService):
    name = "kill-reports"
    title = "kill -9 of the reports service, three times, with commands and messages in hand"
    service = "reports"


class KillGateway(Fault):
    name = "kill-gateway"
    title = "kill -9 of the gateway, three times, with requests in hand"
    times = 3

    def inject(self, stage: Stage) -> None:
        for _ in range(self.times - 1):
            stage.kill(GATEWAY)
            stage.start(GATEWAY)
            stage.process(GATEWAY).wait_until_ready()
            time.sleep(self.random.uniform(0.5, _BETWEEN_KILLS))
        stage.kill(GATEWAY)

    def heal(self, stage: Stage) -> None:
        stage.start(GATEWAY)


class RollingRestart(Fault):
    """As a Deployment does it: the new one is ready before the old one is asked to end."""

    name = "rolling-restart"
    title = "rolling restart of every service, relay and gateway"
    fails_no_request = True
    processes: Sequence[str] = PROCESSES

    def inject(self, stage: Stage) -> None:
        for name in self.processes:
            status = stage.replace(name)
            assert status == 0, f"{name} ended with {status} when it was asked to"


class PausedService(Fault):
    """As a machine does that is being moved or is out of memory."""

    name = "paused-service"
    title = "a service stands still (SIGSTOP) for {lasts:.0f} s"
    lasts = 30.0

    def __init__(self, randomness: Random) -> None:
        super().__init__(randomness)
        self._service = randomness.choice(SERVICES)

    def inject(self, stage: Stage) -> None:
        stage.attendant.leave_alone(self._service)
        stage.process(self._service).freeze()

    def heal(self, stage: Stage) -> None:
        stage.process(self._service).thaw()
        stage.attendant.look_after(self._service)


class SlowService(Fault):
    """Every answer of the database to it takes two seconds: longer, in all, than anybody waits."""

    name = "slow-service"
    title = "a service slower than its deadline for {lasts:.0f} s"
    lasts = 20.0

    def __init__(self, randomness: Random) -> None:
        super().__init__(randomness)
        self._service = randomness.choice(SERVICES)
        self._delay = Delay(of=self._service.encode() + b"\0", direction=Direction.TO_CLIENT, seconds=2.0)

    def inject(self, stage: Stage) -> None:
        for proxy in stage.ground.database.proxies:
            proxy.impose(self._delay)

    def heal(self, stage: Stage) -> None:
        for proxy in stage.ground.database.proxies:
            proxy.lift(self._delay)
