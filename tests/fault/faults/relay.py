"""The relay dies at the worst moment: the broker has the messages, and the outbox does not know."""

from typing import Final

from tests.support.platform import SERVICES
from tests.support.proxy import Direction, Trap

from ..harness.fault import Fault
from ..harness.stage import Stage

_WORK_SECONDS: Final = 20.0
_MARK: Final = (b"outbox", b"$set", b"published_at")
"""What the update carries that marks messages as published."""


class KillRelay(Fault):
    name = "kill-relay"
    title = "each relay killed between publishing and marking as published, twice"
    times = 2

    def inject(self, stage: Stage) -> None:
        for service in SERVICES * self.times:
            self._kill(stage, f"{service}-relay")
            stage.start(f"{service}-relay")

    def _kill(self, stage: Stage, name: str) -> None:
        trap = Trap(of=name.encode() + b"\0", direction=Direction.TO_SERVER, needle=_MARK)
        proxy = stage.ground.database.wait_for_primary().proxy
        with proxy.under(trap):
            sprung = trap.sprung.wait(_WORK_SECONDS)
            stage.kill(name)
        assert sprung, f"{name} marked nothing for {_WORK_SECONDS:.0f} s"
