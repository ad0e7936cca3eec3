"""Fills what compiled selections left open: level by level, one question to each loader."""

from asyncio import gather
from typing import Any

from .projecting import Hole, Level, Unusual
from .resolving import Context, made


async def fill(level: Level, context: Context) -> None:
    """Fill the holes of a level, and of the levels below it. Raises Unusual, or whatever a completion raises."""
    while level.holes:
        found = await _load(level, context)
        below = Level()
        for loader, holes in level.holes.items():
            _complete(holes, found[loader], below)
        level = below


async def _load(level: Level, context: Context) -> dict[Any, dict[Any, Any]]:
    """What each loader has, by key. Raises Unusual when one of them fails."""
    asked = [(loader, hole.wanted.key) for loader, holes in level.holes.items() for hole in holes]
    different = list(dict.fromkeys(asked))
    answers = await gather(*(context.loader(loader).load(key) for loader, key in different), return_exceptions=True)
    found: dict[Any, dict[Any, Any]] = {loader: {} for loader in level.holes}
    for (loader, key), answer in zip(different, answers, strict=True):
        if isinstance(answer, BaseException):
            raise Unusual
        found[loader][key] = answer
    return found


def _complete(holes: list[Hole], found: dict[Any, Any], below: Level) -> None:
    """The same thing made of the same thing is completed once, however many rows show it."""
    known: dict[Any, Any] = {}
    for wanted, want, answer, key in holes:
        thing = found[wanted.key]
        same = (id(want), wanted.make, id(thing))
        if same not in known:
            known[same] = want.completion.run(made(wanted, thing), below)
        answer[key] = known[same]
