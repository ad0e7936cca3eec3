"""A stored object before the scanner."""

from .clamd import NOT_SCANNED, Scanner, Verdict
from .store import Key, ObjectStore


async def scanned(scanner: Scanner, store: ObjectStore, key: Key, size: int) -> Verdict:
    """What the scanner says of an object of `size` bytes. Raises ObjectMissing, StoreUnavailable."""
    if not scanner.is_there:
        return Verdict(NOT_SCANNED)
    return await scanner.scan(await store.read(key, 0, size))
