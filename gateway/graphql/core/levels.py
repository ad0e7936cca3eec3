"""Fills what compiled selections left open: level by level, one question to each loader."""

from asyncio import gather
from collections.abc import Mapping
from typing import Any

from .projecting import Hole, Level, Unusual
from .resolving import Context, Failed, made


async def fill(level: Level, context: Context) -> None:
    """Fill the holes of a level, and of the levels below it. Raises Unusual, or whatever a completion raises."""
    while level.holes:
        found = await gather(
            *(
                context.loader(loader).load_all(hole.wanted.key for hole in holes)
                for loader, holes in level.holes.items()
            )
        )
        below = Level()
        for holes, things in zip(level.holes.values(), found, strict=True):
            _complete(holes, things, below)
        level = below


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
