"""Loaders: what many resolvers ask for in one go is one call to one service.

Subclasses say which call. A loader lives as long as its request and remembers what it was told, failures too: who asks
again is told the same.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar

import orjson

from gateway.bus import Question
from services.chassis.protocol.rpc import RemoteError

from .ids import Ref
from .resolving import Context, Failed

K = TypeVar("K", str, Ref, "Asked")

MAX_BATCH_SIZE: Final = 500
"""What a service takes at once."""


class ServiceLoader(Generic[K]):
    """One value for each key: the service's method takes a list of keys as `parameter` and gives parallel `items`."""

    service: ClassVar[str]
    method: ClassVar[str]
    parameter: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[K, Any] = {}
        self._coming: dict[K, asyncio.Task[None]] = {}
        self._gathered: list[K] = []

    @classmethod
    def name(cls) -> str:
        """The method that it asks, as the permission table names it: `membership.get_members`."""
        return f"{cls.service}.{cls.method}"

    async def load(self, key: K) -> Any:
        """The value of a key. Raises what the service answered it with."""
        found = (await self.load_all((key,)))[key]
        if isinstance(found, Failed):
            # With its first traceback: each raising would append to the last, and many fields raise the same.
            raise found.error.with_traceback(found.traceback)
        return found

    async def load_all(self, keys: Iterable[K]) -> Mapping[K, Any]:
        """The value of each key, or with what its question `Failed`."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._known]
        if missing:
            self._gather(key for key in missing if key not in self._coming)
            # `wait` leaves the calls alone when who waits is cancelled: others wait for them, too.
            await asyncio.wait({self._coming[key] for key in missing})
        return self._known

    def _gather(self, keys: Iterable[K]) -> None:
        for key in keys:
            if not self._gathered:
                self._batch = asyncio.create_task(self._load_gathered())
            self._gathered.append(key)
            self._coming[key] = self._batch

    async def _load_gathered(self) -> None:
        # Whoever was resolved in the same turn of the loop has asked by the next one.
        await asyncio.sleep(0)
        keys, self._gathered = self._gathered, []
        parts = [keys[first : first + MAX_BATCH_SIZE] for first in range(0, len(keys), MAX_BATCH_SIZE)]
        for found in await asyncio.gather(*(self._found(part) for part in parts)):
            self._known.update(found)
        for key in keys:
            del self._coming[key]

    async def _found(self, keys: Sequence[K]) -> Mapping[K, Any]:
        return await self._ask({key: _wire(key) for key in keys})

    async def _ask(self, keys: Mapping[Any, Any], arguments: bytes = b"{}") -> Mapping[Any, Any]:
        """By key, what the service says of it; `keys` holds each with its form in JSON."""
        try:
            items = await self._context.items(Question(self.service, self.method, self.parameter, arguments), keys)
        except Exception as error:
            return dict.fromkeys(keys, Failed(error, error.__traceback__))
        return {key: _refusal(items[key]) if is_refused(items[key]) else items[key] for key in keys}


def _wire(key: Any) -> Any:
    return key.as_dict() if isinstance(key, Ref) else key


def is_refused(item: Any) -> bool:
    """Whether a service refused this one of many."""
    return isinstance(item, dict) and item.keys() == {"refused"}


def _refusal(item: dict[str, Any]) -> Failed:
    refused = item["refused"]
    error = RemoteError({"code": refused["code"], "value": refused["message"], "expected": True})
    return Failed(error, None)


class Asked(NamedTuple):
    """A key with further arguments, which travel as one text so that equal ones are found equal."""

    key: Any
    arguments: bytes

    @classmethod
    def of(cls, key: Any, **arguments: Any) -> "Asked":
        return cls(key, orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS))


class ArgumentsLoader(ServiceLoader[Asked]):
    """Like ServiceLoader, for fields with arguments: one call for each different set of them."""

    async def _found(self, keys: Sequence[Asked]) -> Mapping[Asked, Any]:
        groups: dict[bytes, dict[Asked, Any]] = {}
        for asked in keys:
            groups.setdefault(asked.arguments, {})[asked] = _wire(asked.key)
        found: dict[Asked, Any] = {}
        for answers in await asyncio.gather(*(self._ask(keys, arguments) for arguments, keys in groups.items())):
            found.update(answers)
        return found
