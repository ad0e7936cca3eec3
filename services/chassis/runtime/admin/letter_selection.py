"""Which dead letters a command is about."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import click

from ...messaging.dead_letters import DeadLetter
from ...protocol.topology import Subscription, dead_queue
from .durations import DURATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Every condition must hold; of several values of one condition, any. A letter of unknown age is neither older nor
    newer than anything. `queues` are names of subscriptions' queues or of their dead-letter queues."""

    queues: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    coalitions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    older_than: timedelta | None = None
    newer_than: timedelta | None = None

    @property
    def is_everything(self) -> bool:
        return self == Selection()

    def subscriptions(self, known: Sequence[Subscription]) -> list[Subscription]:
        """Those of `known` whose queues are chosen. Raises click's BadParameter for a queue that is not known."""
        names = {name: each for each in known for name in (each.queue, dead_queue(each).name)}
        for name in self.queues:
            if name not in names:
                there_are = ", ".join(dead_queue(each).name for each in known)
                raise click.BadParameter(f"{name!r} is not known; there are {there_are}.", param_hint="--queue")
        chosen = {names[name] for name in self.queues}
        return [each for each in known if not self.queues or each in chosen]

    def includes(self, letter: DeadLetter, now: datetime) -> bool:
        return (
            (not self.types or letter.type in self.types)
            and (not self.coalitions or letter.coalition in self.coalitions)
            and (not self.codes or letter.code in self.codes)
            and (not self.ids or letter.id in self.ids)
            and self._includes_age(letter.age(now))
        )

    def _includes_age(self, age: timedelta | None) -> bool:
        if self.older_than is None and self.newer_than is None:
            return True
        return age is not None and (self.older_than or timedelta.min) <= age <= (self.newer_than or timedelta.max)


_OPTIONS = (
    click.option("--queue", "queues", multiple=True, help="In this queue, such as events.member_projection."),
    click.option("--type", "types", multiple=True, help="Of this message type."),
    click.option("--coalition", "coalitions", multiple=True, help="Of this coalition."),
    click.option("--error", "codes", multiple=True, help="With this error code."),
    click.option("--id", "ids", multiple=True, help="With this id. These options may be repeated: any of the values."),
    click.option("--older-than", type=DURATION, help="Dead for longer, such as 2h or 30d."),
    click.option("--newer-than", type=DURATION, help="Dead for less long."),
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the filters as options; it gets them as `selection`."""

    @functools.wraps(command)
    def with_selection(*args: Any, **options: Any) -> Any:
        filters = {field.name: options.pop(field.name) for field in fields(Selection)}
        return command(*args, selection=Selection(**filters), **options)

    decorated: Callable[..., Any] = with_selection
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
