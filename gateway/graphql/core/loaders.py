"""Loaders: what many resolvers ask for in one go is one call to one service.

Subclasses say which call. A loader lives as long as its request and remembers what it was told, failures too: who asks
again is told the same.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar

import orjson
from aiodataloader import DataLoader

from services.chassis.kernel.errors import InternalError
from services.chassis.protocol.rpc import RemoteError

from .ids import Ref
from .resolving import Context

K = TypeVar("K", str, Ref)

MAX_BATCH_SIZE: Final = 500


class ServiceLoader(DataLoader, Generic[K]):
    """One value for each key: the service's method takes a list of keys as `parameter` and gives parallel `items`."""

    max_batch_size = MAX_BATCH_SIZE
    service: ClassVar[str]
    method: ClassVar[str]
    parameter: ClassVar[str]

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    async def batch_load_fn(self, keys: Sequence[K]) -> list[Any]:
        """A value for each key; an exception is what its key is answered with."""
        try:
            return await self._ask(keys, {})
        except Exception as error:
            # Raised, it would be forgotten.
            return [error] * len(keys)

    async def _ask(self, keys: Sequence[K], arguments: Mapping[str, Any]) -> list[Any]:
        wanted = [key.as_dict() if isinstance(key, Ref) else key for key in keys]
        result = await self._context.call(self.service, self.method, **{self.parameter: wanted}, **arguments)
        items: list[Any] = result["items"]
        if len(items) != len(keys):
            raise InternalError(f"{self.service}.{self.method} gave {len(items)} items for {len(keys)} keys")
        return [_refusal(item) if is_refused(item) else item for item in items]


def is_refused(item: Any) -> bool:
    """Whether a service refused this one of many."""
    return isinstance(item, dict) and item.keys() == {"refused"}


def _refusal(item: dict[str, Any]) -> RemoteError:
    refused = item["refused"]
    return RemoteError({"code": refused["code"], "value": refused["message"], "expected": True})


class Asked(NamedTuple):
    """A key with further arguments, which travel as one text so that equal ones are found equal."""

    key: Any
    arguments: bytes

    @classmethod
    def of(cls, key: Any, **arguments: Any) -> "Asked":
        return cls(key, orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS))


class ArgumentsLoader(ServiceLoader[Any]):
    """Like ServiceLoader, for fields with arguments: one call for each different set of them. Keys are `Asked`."""

    async def batch_load_fn(self, keys: Sequence[Asked]) -> list[Any]:
        groups: dict[bytes, list[Any]] = {}
        for asked in keys:
            groups.setdefault(asked.arguments, []).append(asked.key)
        answers = await asyncio.gather(*(self._group(keys, arguments) for arguments, keys in groups.items()))
        found = dict(zip(groups, answers, strict=True))
        return [found[asked.arguments][asked.key] for asked in keys]

    async def _group(self, keys: list[Any], arguments: bytes) -> Mapping[Any, Any]:
        try:
            items = await self._ask(keys, orjson.loads(arguments))
        except Exception as error:
            # It is the answer to these keys only: other groups have their own.
            return dict.fromkeys(keys, error)
        return dict(zip(keys, items, strict=True))
