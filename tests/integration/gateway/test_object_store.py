"""What the gateway relies on in an object store, the same for each kind: a folder, and S3.

S3 is tested where somebody has one: TEST_OBJECT_STORE=s3://bucket/prefix, with the AWS_… variables that it needs
(AWS_ENDPOINT_URL and AWS_ALLOW_HTTP for a server on this machine).
"""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.files.store import Key, ObjectMissing, ObjectStore
from services.chassis.kernel.config import ConfigurationError, Secret
from services.chassis.kernel.ids import new_id

PART = 262_144
LARGE = 50
"""Parts of an object that is written in several requests."""


class WentAway(Exception):
    """The sender."""


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    if request.param == "folder":
        yield ObjectStore.at(Secret((tmp_path / "made on demand").as_uri()))
        return
    url = os.environ.get("TEST_OBJECT_STORE")
    if not url:
        pytest.skip("TEST_OBJECT_STORE names no bucket to test with")
    yield ObjectStore.at(Secret(f"{url}/{new_id()}"))


def key(id: str = "object", coalition: str = "eccar") -> Key:
    return Key("evidence", coalition, id)


async def parts(count: int, *, fails_after: int | None = None) -> AsyncIterator[bytes]:
    for number in range(count):
        if number == fails_after:
            raise WentAway
        yield bytes([number]) * PART


def content(count: int) -> bytes:
    return b"".join(bytes([number]) * PART for number in range(count))


async def read(store: ObjectStore, key: Key, start: int, end: int) -> bytes:
    return b"".join([chunk async for chunk in await store.read(key, start, end)])


async def listed(store: ObjectStore, *, before: datetime) -> list[str]:
    return sorted([str(each.key) async for batch in store.older_than(before, "evidence") for each in batch])


TOMORROW = datetime.now(UTC) + timedelta(days=1)
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.mark.parametrize("count", [1, LARGE])
async def test_what_is_written_is_read_whole_and_in_parts(store: ObjectStore, count: int) -> None:
    await store.put(key(), parts(count))
    whole = content(count)
    assert await read(store, key(), 0, len(whole)) == whole
    assert await read(store, key(), 100, PART - 5) == whole[100 : PART - 5]
    assert await read(store, key(), len(whole) - 1, len(whole)) == whole[-1:]


@pytest.mark.parametrize("after", [0, 1, LARGE - 1])
async def test_what_is_not_written_to_its_end_is_not_there(store: ObjectStore, after: int) -> None:
    with pytest.raises(WentAway):
        await store.put(key(), parts(LARGE, fails_after=after))
    assert await listed(store, before=TOMORROW) == []
    with pytest.raises(ObjectMissing):
        await store.read(key(), 0, 1)


async def test_objects_are_listed_by_their_age_and_their_shelf(store: ObjectStore) -> None:
    for coalition in ("eccar", "lac"):
        await store.put(key(coalition=coalition), parts(1))
    await store.put(Key("others", "eccar", "object"), parts(1))
    assert await listed(store, before=TOMORROW) == ["evidence/eccar/object", "evidence/lac/object"]
    assert await listed(store, before=YESTERDAY) == []


async def test_what_is_deleted_is_gone_and_deleted_again_without_harm(store: ObjectStore) -> None:
    await store.put(key(), parts(1))
    for _ in range(2):
        await store.delete(key())
    with pytest.raises(ObjectMissing):
        await store.read(key(), 0, 1)


def test_a_folder_that_cannot_be_made_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ConfigurationError, match="OBJECT_STORE"):
        ObjectStore.at(Secret((tmp_path / "file" / "folder").as_uri()))


async def test_a_key_that_is_a_path_out_of_the_store_is_refused(tmp_path: Path) -> None:
    store = ObjectStore.at(Secret((tmp_path / "store").as_uri()))
    (tmp_path / "secret").write_text("secret")
    with pytest.raises((ValueError, ObjectMissing)):
        await store.read(Key("evidence", "..", "../secret"), 0, 1)
