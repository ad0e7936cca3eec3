"""The object store, by obstore: a folder, or S3.

An object is named `<shelf>/<coalition>/<upload id>`, is written whole or not at all, and never changes afterwards.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from services.chassis.kernel.config import ConfigurationError, Secret
from services.chassis.kernel.errors import Unavailable

PART_BYTES: Final = 5 * 2**20
"""The smallest part that S3 takes: what an upload holds in memory is a few of them."""

PARTS_AT_ONCE: Final = 2
CHUNK_BYTES: Final = 2**18

_FAILURES: Final = (BaseError, OSError)
"""obstore tells some failures by Python's own exceptions: a place where one may not write, say."""


class StoreUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The store of files cannot be reached at the moment. Please try again.")


class ObjectMissing(Exception):
    """There is no such object: what a service has a receipt for is gone, or it never was."""


@dataclass(frozen=True, slots=True)
class Key:
    """Of an object."""

    shelf: str
    coalition: str
    id: str

    def __str__(self) -> str:
        return f"{self.shelf}/{self.coalition}/{self.id}"

    @classmethod
    def parse(cls, path: str) -> "Key | None":
        parts = path.split("/")
        return cls(*parts) if len(parts) == 3 else None


@dataclass(frozen=True, slots=True)
class Stored:
    key: Key
    since: datetime


class ObjectStore:
    """Raises StoreUnavailable from whatever it does."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def at(cls, url: Secret) -> "ObjectStore":
        """`file:///folder` (made when it is not there), or `s3://bucket/prefix`: all else about S3 is said by the AWS_…
        variables of the environment, as its own tools read them. Raises ConfigurationError."""
        parts = urlsplit(url.reveal())
        try:
            if parts.scheme == "file":
                return cls(LocalStore(unquote(parts.path), mkdir=True))
            return cls(from_url(parts.geturl()))
        except (BaseError, ValueError, OSError) as error:
            raise ConfigurationError(f"OBJECT_STORE cannot be used: {error}") from error

    async def put(self, key: Key, content: AsyncIterator[bytes]) -> None:
        """Write an object. When `content` raises, that is raised and nothing is written."""
        try:
            await obstore.put_async(
                self._store,
                str(key),
                content,
                use_multipart=True,
                chunk_size=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )
        except _FAILURES as error:
            raise StoreUnavailable from error

    async def read(self, key: Key, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, and without, `end`. Raises ObjectMissing, before anything is given."""
        try:
            found = await obstore.get_async(self._store, str(key), options={"range": (start, end)})
        except FileNotFoundError as error:
            raise ObjectMissing(str(key)) from error
        except _FAILURES as error:
            raise StoreUnavailable from error
        return _chunks(found)

    async def delete(self, key: Key) -> None:
        """That there is none (any more) is no error."""
        try:
            await obstore.delete_async(self._store, str(key))
        except FileNotFoundError:
            pass
        except _FAILURES as error:
            raise StoreUnavailable from error

    async def older_than(self, before: datetime, shelf: str) -> AsyncIterator[list[Stored]]:
        """The objects of a shelf that were written before then, some at a time."""
        try:
            async for batch in obstore.list(self._store, prefix=shelf):
                found = ((Key.parse(each["path"]), each["last_modified"]) for each in batch)
                yield [Stored(key, since) for key, since in found if key is not None and since < before]
        except _FAILURES as error:
            raise StoreUnavailable from error

    def remove_fragments(self, before: datetime) -> int:
        """Of a folder: what uploads have left that ended with their process. S3 has lifecycle rules for that
        (AbortIncompleteMultipartUpload). Returns how many they were."""
        if not isinstance(self._store, LocalStore) or self._store.prefix is None:
            return 0
        fragments = [path for path in Path(self._store.prefix).rglob("*#*") if _is_before(path, before)]
        for path in fragments:
            path.unlink(missing_ok=True)
        return len(fragments)


def _is_before(path: Path, before: datetime) -> bool:
    return path.is_file() and path.stat().st_mtime < before.timestamp()


async def _chunks(found: Any) -> AsyncIterator[bytes]:
    try:
        async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)
    except _FAILURES as error:
        raise StoreUnavailable from error
