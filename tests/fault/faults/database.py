"""The database's primary dies, stands still, or is slow."""

import time
from random import Random

from tests.support.proxy import Delay, Direction

from ..harness.database import Member
from ..harness.fault import Fault
from ..harness.stage import Stage


class KillPrimary(Fault):
    """Of a set of several, another takes over; a set of one must be started again."""

    name = "kill-primary"
    title = "the primary of the replica set killed"
    recovers_within = 20.0

    def inject(self, stage: Stage) -> None:
        self._killed = stage.ground.database.wait_for_primary()
        self._killed.kill()

    def heal(self, stage: Stage) -> None:
        if len(stage.ground.database.members) == 1:
            time.sleep(3)
            self._start(stage)

    def settle(self, stage: Stage) -> None:
        if not self._killed.is_running():
            self._start(stage)

    def _start(self, stage: Stage) -> None:
        self._killed.start()
        stage.ground.database.wait_until_whole()


class FreezePrimary(Fault):
    """The others take over, and then it is back and believes for a moment that it still is the primary."""

    name = "freeze-primary"
    title = "the primary of the replica set stands still (SIGSTOP) for {lasts:.0f} s"
    lasts = 20.0

    def __init__(self, randomness: Random) -> None:
        super().__init__(randomness)
        self._frozen: Member | None = None

    def inject(self, stage: Stage) -> None:
        self._frozen = stage.ground.database.wait_for_primary()
        self._frozen.freeze()

    def heal(self, stage: Stage) -> None:
        assert self._frozen is not None
        self._frozen.thaw()

    def settle(self, stage: Stage) -> None:
        stage.ground.database.wait_until_whole()


class SlowDatabase(Fault):
    name = "slow-database"
    title = "every answer of the database takes 0.15 s longer for {lasts:.0f} s"
    lasts = 20.0

    def __init__(self, randomness: Random) -> None:
        super().__init__(randomness)
        self._delay = Delay(direction=Direction.TO_CLIENT, seconds=0.15)

    def inject(self, stage: Stage) -> None:
        for proxy in stage.ground.database.proxies:
            proxy.impose(self._delay)

    def heal(self, stage: Stage) -> None:
        for proxy in stage.ground.database.proxies:
            proxy.lift(self._delay)


class DiskFull(Fault):
    """The database cannot write any more, and ends; somebody makes room and starts it again."""

    name = "disk-full"
    title = "the database's disk full for {lasts:.0f} s"
    needs_small_disk = True
    lasts = 20.0

    def inject(self, stage: Stage) -> None:
        assert stage.ground.disk is not None
        stage.ground.disk.fill()

    def heal(self, stage: Stage) -> None:
        assert stage.ground.disk is not None
        [member] = stage.ground.database.members
        fell = not member.is_running()
        stage.ground.disk.empty()
        if fell:
            member.start()
        stage.ground.database.wait_until_whole()
        assert fell, "the full disk did not stop the database"
