"""Messages that come three times, in any order, that cannot be handled, or that nobody can read."""

from random import Random
from typing import Any, Final

from services.chassis.protocol import topology
from tests.support import story
from tests.support.processes import eventually, run

from ..harness import quiet
from ..harness.audit.effects import local
from ..harness.fault import Fault
from ..harness.meddling import Copying, Shuffling
from ..harness.requests import COALITION
from ..harness.stage import SETTINGS, Stage

_MEMBER_TYPE: Final = "membership.member_applied.v1"
_LISTENERS: Final = 2
"""Subscriptions that listen to it."""


class Tripled(Fault):
    name = "tripled"
    title = "every message delivered three times, for {lasts:.0f} s"
    lasts = 15.0

    def inject(self, stage: Stage) -> None:
        self._copying = Copying(stage.broker.amqp_uri)
        self._copying.start()

    def heal(self, stage: Stage) -> None:
        self._copying.stop()
        assert self._copying.count, "no message was copied"


class Reordered(Fault):
    name = "reordered"
    title = "every message held for up to 3 s, so that they arrive in any order, for {lasts:.0f} s"
    lasts = 15.0

    def inject(self, stage: Stage) -> None:
        self._shuffling = Shuffling(stage.broker.amqp_uri, longest=3.0, randomness=self.random)
        self._shuffling.start()

    def heal(self, stage: Stage) -> None:
        self._shuffling.stop()
        assert self._shuffling.overtaken, "no message overtook another about the same thing"


class _RefusingProjection(Fault):
    """The events service cannot store what it hears of one member: the database refuses the row."""

    def __init__(self, randomness: Random) -> None:
        super().__init__(randomness)
        self.member = ""

    def refuse_a_member(self, stage: Stage) -> None:
        candidate = story.candidate(stage.platform, story.city(stage.platform, f"City {self.random.random()}"))
        self.member = local(candidate)
        eventually(lambda: self._projected(stage) == "candidate", seconds=20)
        self._validate(stage, {"$nor": [{"_id": self.member}]})
        story.admit(stage.platform, candidate)

    def accept(self, stage: Stage) -> None:
        self._validate(stage, {})

    def await_projection(self, stage: Stage) -> None:
        eventually(lambda: self._projected(stage) == "member", seconds=30)

    def attempts(self, stage: Stage, queue: str) -> int:
        """How often the admission has failed, if it is in `queue` now."""
        for message in stage.broker.messages(queue):
            if message["properties"]["headers"].get("ce-subject") == self.member:
                return int(message["properties"]["headers"]["x-attempts"])
        return 0

    def _projected(self, stage: Stage) -> str | None:
        row = stage.database("events")["members"].find_one({"_id": self.member})
        return str(row["standing"]) if row else None

    def _validate(self, stage: Stage, rule: dict[str, Any]) -> None:
        stage.database("events").command("collMod", "members", validator=rule)


class FailsThreeTimes(_RefusingProjection):
    name = "fails-three-times"
    title = "a subscriber that fails three times with one message"

    def inject(self, stage: Stage) -> None:
        self.refuse_a_member(stage)
        third = f"events.member_projection.retry.{SETTINGS['RETRY_DELAYS_SECONDS'].split(',')[2]}s"
        eventually(lambda: self.attempts(stage, third) == 3, seconds=20, interval=0.1)

    def heal(self, stage: Stage) -> None:
        self.accept(stage)
        self.await_projection(stage)


class AlwaysFails(_RefusingProjection):
    """It climbs the whole ladder beside the others, is put aside with its story, and does its work when replayed."""

    name = "always-fails"
    title = "a subscriber that always fails with one message"
    dead = "events.member_projection.dead"

    def inject(self, stage: Stage) -> None:
        self.refuse_a_member(stage)

    def settle(self, stage: Stage) -> None:
        delays = SETTINGS["RETRY_DELAYS_SECONDS"].split(",")
        longest = sum(map(float, delays)) + 30
        eventually(lambda: self.attempts(stage, self.dead), seconds=longest, interval=0.2)
        assert self.attempts(stage, self.dead) == len(delays) + 1, "it was not tried as often as the ladder is long"
        self.accept(stage)
        replay = [
            "-m",
            "services.chassis.runtime.cli",
            "admin",
            "dead-letters",
            "replay",
            "--queue",
            self.dead.removesuffix(".dead"),
        ]
        run(replay, stage.platform.environment)
        self.await_projection(stage)


class Poison(Fault):
    """What no subscriber can read is put aside at once, and hurts nobody else."""

    name = "poison"
    title = "bodies that nobody can read, and types that nobody knows"
    dead_letters = 4 * _LISTENERS

    def inject(self, stage: Stage) -> None:
        self._before = self._count(stage)
        sane = {"ce-specversion": "1.0", "ce-source": "membership", "ce-time": "2026-01-01T00:00:00Z"}
        known = {**sane, "ce-subject": "s", "ce-sequence": "1", "ce-coalition": COALITION, "ce-correlationid": "c"}
        for body, headers in (
            ("\x00\x01 no JSON", {**known, "ce-id": "p1", "ce-type": _MEMBER_TYPE}),
            ("{}", {**known, "ce-id": "p2", "ce-type": "membership.member_vanished.v1"}),
            ("{}", {**known, "ce-id": "p3", "ce-type": "membership.member_applied.v9"}),
            ("{}", {}),
        ):
            properties = {"headers": headers, "content_type": "application/json"}
            stage.broker.publish(
                exchange=topology.MESSAGES.name, routing_key=_MEMBER_TYPE, body=body, properties=properties
            )

    def heal(self, stage: Stage) -> None:
        expected = self._before + self.dead_letters
        eventually(lambda: self._count(stage) == expected, seconds=20, interval=0.2)

    def _count(self, stage: Stage) -> int:
        return sum(len(letters) for letters in quiet.dead_letters(stage).values())
