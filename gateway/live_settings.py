"""How much of live updates this process gives, and to whom."""

from dataclasses import dataclass
from typing import Self

from services.chassis.kernel.config import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """Connections and subscriptions of this process in all, and of one principal. Whoever is not signed in counts by
    their address. `waiting` is how many events may wait for a subscriber who does not read; times in seconds."""

    connections: int
    connections_of_one: int
    subscriptions: int
    subscriptions_of_one: int
    waiting: int
    init_seconds: float
    ping_seconds: float
    comment_seconds: float

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError naming the first setting that is wrong."""
        return cls(
            connections=environment.integer("LIVE_CONNECTIONS", 5_000),
            connections_of_one=environment.integer("LIVE_CONNECTIONS_OF_ONE", 50),
            subscriptions=environment.integer("LIVE_SUBSCRIPTIONS", 20_000),
            subscriptions_of_one=environment.integer("LIVE_SUBSCRIPTIONS_OF_ONE", 200),
            waiting=environment.integer("LIVE_WAITING_EVENTS", 200),
            init_seconds=environment.seconds("LIVE_INIT_SECONDS", 5),
            ping_seconds=environment.seconds("LIVE_PING_SECONDS", 20),
            comment_seconds=environment.seconds("LIVE_COMMENT_SECONDS", 12),
        )
