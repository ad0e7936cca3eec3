"""Fills what compiled selections left open: one question to each loader for all objects of a level.

What one loader has is completed, and the level below it asked for, while others are still awaited: a service that is
slow holds up only what is its own.
"""

from asyncio import gather
from collections.abc import Mapping
from typing import Any

from .projecting import Hole, Level, Unusual
from .resolving import Context, Failed, made


async def fill(level: Level, context: Context) -> None:
    """Fill the holes of a level, and of the levels below it. Raises Unusual, or whatever a completion raises."""
    await gather(*(_fill_from(loader, holes, context) for loader, holes in level.holes.items()))


async def _fill_from(loader: Any, holes: list[Hole], context: Context) -> None:
    found = await context.loader(loader).load_all([wanted.key for wanted, _, _, _ in holes])
    below = Level()
    _complete(holes, found, below)
    if below.holes:
        await fill(below, context)


def _complete(holes: list[Hole], found: Mapping[Any, Any], below: Level) -> None:
    """The same thing made of the same thing is completed once, however many rows show it."""
    known: dict[Any, Any] = {}
    for wanted, want, answer, key in holes:
        thing = found[wanted.key]
        same = (id(want), wanted.make, id(thing))
        if same not in known:
            if isinstance(thing, Failed):
                raise Unusual
            known[same] = want.completion.run(made(wanted, thing), below)
        answer[key] = known[same]
