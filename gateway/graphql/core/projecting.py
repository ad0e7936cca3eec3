"""From the views of services to the answer, by plain functions.

Most of an answer are values copied from a view, or derived from one, yet graphql-core treats each as if its resolver
could do anything. Here a selection is compiled, once, into functions from a view to the completed value.

What a loader must be asked for leaves a hole. The holes of all objects of one level are filled together, one question
to each loader, and what is put there may have holes again: the next level (`levels`).

A compiled function raises on the first thing out of the ordinary: a null that may not be, a value that its type
refuses, an error. It reports nothing: whoever called it goes the normal way instead, which meets the same thing again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLEnumType, Undefined

from .resolving import Wanted
from .scalars import Text

_PLAIN: Final = (str, int, float, bool)

Read = Callable[[Any], Any]
"""From a view to the raw value of a field."""

Run = Callable[[Any, "Level"], Any]
"""From a raw value (of a field: from the view that has it) to the completed one."""


class Unusual(Exception):
    """This goes the normal way."""


@dataclass(frozen=True, slots=True)
class Completion:
    """`leaves_holes`: what it gives is complete only when the level is filled. `given_back`: values of just this type
    are complete as they are."""

    run: Run
    leaves_holes: bool = False
    given_back: type | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """A field that a loader has the value of: what it wants from a view, and how its value is completed."""

    ask: Read
    completion: Completion


Hole = tuple[Wanted, Want, dict[str, Any], str]
"""What is wanted, how it is completed, and the place in the answer (the object and the key) where it belongs."""


class Level:
    """What is still missing in the objects of one level, by the loader that has it."""

    __slots__ = ("holes",)

    def __init__(self) -> None:
        self.holes: dict[Any, list[Hole]] = {}

    def leave(self, want: Want, view: Any, answer: dict[str, Any], key: str) -> None:
        """Complete a field now if nothing has to be loaded for it, else leave a hole."""
        wanted = want.ask(view)
        if type(wanted) is Wanted:
            self.holes.setdefault(wanted.loader, []).append((wanted, want, answer, key))
        else:
            answer[key] = want.completion.run(wanted, self)


def copied(name: str, default: Any, completion: Completion) -> Completion:
    """A field that is copied from the view."""
    run, same = completion.run, completion.given_back

    def complete(view: Any, level: Level) -> Any:
        value = view.get(name, default)
        # Most of an answer are texts: they are spared a call each.
        return value if type(value) is same else run(value, level)

    return Completion(complete, completion.leaves_holes)


def derived(read: Read, completion: Completion) -> Completion:
    """A field that is computed from the view."""
    run = completion.run
    return Completion(lambda view, level: run(read(view), level), completion.leaves_holes)


def constant(value: Any) -> Completion:
    return Completion(lambda _view, _level: value)


def not_null(completion: Completion) -> Completion:
    run = completion.run

    def complete(value: Any, level: Level) -> Any:
        completed = run(value, level)
        if completed is None:
            raise Unusual
        return completed

    return Completion(complete, completion.leaves_holes, completion.given_back)


def each(completion: Completion) -> Completion:
    """A list."""
    run = completion.run

    def complete(value: Any, level: Level) -> Any:
        if value is None:
            return None
        if type(value) is not list:
            raise Unusual
        return [run(item, level) for item in value]

    return Completion(complete, completion.leaves_holes)


def _given_back(type_: Any) -> type | None:
    """Values of which type a scalar gives back as they are."""
    if type_.name in ("String", "ID") or type_.serialize is Text.serialize:
        return str
    return bool if type_.name == "Boolean" else None


def leaf(type_: Any) -> Completion:
    serialize = type_.serialize
    remembered: dict[Any, Any] | None = {} if isinstance(type_, GraphQLEnumType) else None

    def complete(value: Any, _level: Level) -> Any:
        if value is None:
            return None
        if type(value) not in _PLAIN:
            raise Unusual
        if remembered is not None and value in remembered:
            return remembered[value]
        serialized = serialize(value)
        if serialized is None or serialized is Undefined:
            raise Unusual
        if remembered is not None:
            remembered[value] = serialized
        return serialized

    return Completion(complete, given_back=_given_back(type_))


def object_of(fields: Sequence[tuple[str, Completion | Want]]) -> Completion:
    """An object whose fields are all compiled, in their order."""
    runs = [(key, _empty if isinstance(field, Want) else field.run) for key, field in fields]
    wants = [(key, field) for key, field in fields if isinstance(field, Want)]

    def complete(view: Any, level: Level) -> Any:
        if view is None:
            return None
        if type(view) is not dict:
            raise Unusual
        answer = {key: run(view, level) for key, run in runs}
        for key, want in wants:
            level.leave(want, view, answer, key)
        return answer

    return Completion(
        complete, bool(wants) or any(field.leaves_holes for _, field in fields if isinstance(field, Completion))
    )


def _empty(_view: Any, _level: Level) -> None:
    """Keeps a hole's place in the order of the fields."""
