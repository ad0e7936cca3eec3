"""The broker dies, cannot be reached, is cut off in the middle of a word, or goes silent."""

import time
from typing import Final

from tests.support.platform import GATEWAY, SERVICES
from tests.support.proxy import CutAfter, Direction, Proxy

from ..harness.door import send_at_once
from ..harness.fault import Fault
from ..harness.ledger import Command, Kind
from ..harness.stage import PROCESSES, Stage

_RESTART_SECONDS: Final = 15.0
_CUT_SECONDS: Final = 10.0


class KillBroker(Fault):
    name = "kill-broker"
    title = "RabbitMQ killed, back after {lasts:.0f} s and its own start"
    recovers_within = _RESTART_SECONDS
    lasts = 3.0

    def inject(self, stage: Stage) -> None:
        stage.ground.broker.kill()

    def heal(self, stage: Stage) -> None:
        stage.ground.broker.start()
        stage.ground.broker.wait_until_ready()


class _Cut(Fault):
    """One connection after the other, between two bytes chosen at random."""

    direction: Direction
    longest: int
    times = 12

    def inject(self, stage: Stage) -> None:
        for _ in range(self.times):
            name = self.random.choice(PROCESSES)
            rule = CutAfter(count=self.random.randrange(1, self.longest), direction=self.direction)
            with stage.links[name].under(rule):
                assert rule.done.wait(_CUT_SECONDS), f"{name} did not use its connection for {_CUT_SECONDS} s"
            time.sleep(self.random.uniform(0.0, 0.5))


class CutPublish(_Cut):
    name = "cut-publish"
    title = "connections to the broker cut in the middle of a publish, twelve times"
    direction = Direction.TO_SERVER
    longest = 2000


class CutConfirm(_Cut):
    name = "cut-confirm"
    title = "connections to the broker cut in the middle of a confirm or delivery, twelve times"
    direction = Direction.TO_CLIENT
    longest = 100


class BrokerAway(Fault):
    name = "broker-away"
    title = "the broker unreachable for {lasts:.0f} s"
    recovers_within = _RESTART_SECONDS
    lasts = 60.0

    def inject(self, stage: Stage) -> None:
        for link in _links(stage):
            link.refuse()

    def heal(self, stage: Stage) -> None:
        for link in _links(stage):
            link.accept()


class BrokerAwayAtBoot(BrokerAway):
    """Everything starts while the broker is away: it must wait, say so, and then serve."""

    name = "broker-away-at-boot"
    title = "all processes started while the broker is unreachable for {lasts:.0f} s"

    def inject(self, stage: Stage) -> None:
        for name in PROCESSES:
            stage.kill(name)
        super().inject(stage)
        for name in PROCESSES:
            stage.start(name)

    def heal(self, stage: Stage) -> None:
        question = Command(key="while-away", mutation="registerCity", gives="city", service="membership", input=_CITY)
        answer = send_at_once(stage.url, question)
        dead = [name for name in PROCESSES if not stage.process(name).is_running()]
        ready = [name for name in (*SERVICES, GATEWAY) if stage.process(name).probe("/readyz") == 200]
        super().heal(stage)
        assert (answer.kind, answer.codes) == (Kind.UNKNOWN, ("UNAVAILABLE",)), f"the gateway answered {answer}"
        assert not dead, f"{dead} ended because the broker was away"
        assert not ready, f"{ready} called themselves ready without a broker"


class BrokerFrozen(Fault):
    name = "broker-frozen"
    title = "RabbitMQ stands still (SIGSTOP) for {lasts:.0f} s"
    recovers_within = _RESTART_SECONDS
    lasts = 20.0

    def inject(self, stage: Stage) -> None:
        stage.ground.broker.freeze()

    def heal(self, stage: Stage) -> None:
        stage.ground.broker.thaw()


class HalfOpen(Fault):
    """A middlebox forgets every connection to the broker and goes on acknowledging. Nothing heals that: the platform
    must notice by itself, and recovery is counted from the moment it began."""

    name = "half-open"
    title = "every connection to the broker half open: bytes are taken, none arrives"

    def inject(self, stage: Stage) -> None:
        for link in _links(stage):
            link.forget()


class HalfOpenReplies(Fault):
    """Only what services publish on is half open: requests and messages still reach them, their answers nobody."""

    name = "half-open-replies"
    title = "every connection but a service's first half open"

    def inject(self, stage: Stage) -> None:
        for service in SERVICES:
            stage.links[service].forget(but_oldest=1)


_CITY: Final = {"name": "Nowhere", "country": "AT", "legalType": "CITY"}


def _links(stage: Stage) -> list[Proxy]:
    return list(stage.links.values())
